"""From the XML tree to the model."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Iterable, Iterator

from concord.dmn import model as m
from concord.dmn.problems import ModelError, Place, Problem, did_you_mean, quoted
from concord.dmn.xml import DMN, Document, current

_NS = f"{{{DMN}}}"
MAX_WRITTEN = 3_000_000  # characters of all expressions and cells
_POLICIES = {
    "UNIQUE": "U", "ANY": "A", "PRIORITY": "P", "FIRST": "F", "RULE ORDER": "R",
    "OUTPUT ORDER": "O", "COLLECT": "C",
}  # fmt: skip
_AGGREGATIONS = ("SUM", "COUNT", "MIN", "MAX")


def from_document(
    document: Document, imported: tuple[m.Model, ...] = (), told: tuple[Problem, ...] = ()
) -> m.Model:
    """The model of a parsed file. `told` is what was found while its imports were looked for."""
    root = document.root
    if root.tag != f"{_NS}definitions":
        raise ModelError(
            [Problem("model.root", f"the file is no DMN 1.2 to 1.5 model: {_is(root)}")]
        )
    written = sum(len(text) for each in root.iter(f"{_NS}text") for text in _words(each))
    if written > MAX_WRITTEN:
        message = f"the texts of the file are longer than {MAX_WRITTEN:,} characters"
        raise ModelError([Problem("model.size", message)])
    language = root.get("expressionLanguage", "")
    model = m.Model(
        name=root.get("name", ""),
        namespace=root.get("namespace", ""),
        inputs=tuple(_input_data(each) for each in _all(root, "inputData")),
        decisions=tuple(_decision(each, language) for each in _all(root, "decision")),
        knowledge=tuple(
            _knowledge(each, language) for each in _all(root, "businessKnowledgeModel")
        ),
        services=tuple(_service(each) for each in _all(root, "decisionService")),
        types=tuple(_item_definition(each) for each in _all(root, "itemDefinition")),
        imports=tuple(each for each, _ in imports_of(root)),
        document=document,
        imported=imported,
        told=told,
    )
    _no_duplicates(model)
    return model


def _is(root: ET.Element) -> str:
    """What a file is that is no model of ours."""
    namespace, _, local = str(root.tag).rpartition("}")
    if local != "definitions":
        return f"it begins with '{local}'"
    if not namespace:
        return f'its namespace is missing, xmlns="{DMN}"'
    return _OTHERS.get(namespace[1:], f"its namespace is '{namespace[1:]}'")


_OTHERS = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "it is DMN 1.1; other tools save it as 1.3",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "it is DMN 1.6; other tools save it as 1.5",
}


def _no_duplicates(model: m.Model) -> None:
    seen: set[str] = set()
    elements: list[m.InputData | m.Decision | m.BusinessKnowledgeModel | m.DecisionService] = [
        *model.inputs,
        *model.decisions,
        *model.knowledge,
        *model.services,
    ]
    for element in elements:
        if element.id in seen:
            message = f"the id '{element.id}' stands twice"
            place = Place(decision=element.name)
            raise ModelError([Problem("model.duplicate-id", message, place)])
        seen.add(element.id)


# Elements of the graph ------------------------------------------------------------------------


def imports_of(root: ET.Element) -> list[tuple[m.Import, str]]:
    """The imports, and of what kind of file each is."""
    return [
        (
            m.Import(_name(each), each.get("namespace", ""), each.get("locationURI", "")),
            current(each.get("importType", "")),
        )
        for each in _all(root, "import")
    ]


def _input_data(element: ET.Element) -> m.InputData:
    return m.InputData(_id(element), _name(element), _variable_type(element))


def _decision(element: ET.Element, language: str) -> m.Decision:
    requirements = _all(element, "informationRequirement")
    return m.Decision(
        id=_id(element),
        name=_name(element),
        type=_variable_type(element),
        requires=tuple(
            ref
            for each in requirements
            for ref in (*_refs(each, "requiredInput"), *_refs(each, "requiredDecision"))
        ),
        knowledge=_knowledge_refs(element),
        logic=_foreign(element, language) or _box_in(element, _name(element)),
        question=_text_of(element, "question"),
        description=_text_of(element, "description"),
    )


def _knowledge(element: ET.Element, language: str) -> m.BusinessKnowledgeModel:
    logic = element.find(f"{_NS}encapsulatedLogic")
    box: m.FunctionBox | m.Missing = m.Missing()
    if logic is not None:
        box = _foreign(logic, language) or _function(logic, _name(element))
    return m.BusinessKnowledgeModel(
        id=_id(element),
        name=_name(element),
        knowledge=_knowledge_refs(element),
        logic=box,
        type=_variable_type(element),
    )


def _foreign(element: ET.Element, language: str) -> m.Missing | None:
    """Logic of which a part is written in another language than FEEL."""
    for each in element.iter():
        if each.tag in _WRITTEN:
            own = each.get("expressionLanguage") or language
            if own and "feel" not in own.lower():
                return m.Missing(f"it is written in '{own}'; only FEEL is run here")
    return None


_WRITTEN = {f"{_NS}{tag}" for tag in ("literalExpression", "inputExpression", "inputEntry",
                                      "outputEntry", "defaultOutputEntry")}  # fmt: skip


def _service(element: ET.Element) -> m.DecisionService:
    return m.DecisionService(
        id=_id(element),
        name=_name(element),
        outputs=_refs(element, "outputDecision"),
        encapsulated=_refs(element, "encapsulatedDecision"),
        input_decisions=_refs(element, "inputDecision"),
        input_data=_refs(element, "inputData"),
    )


def _knowledge_refs(element: ET.Element) -> tuple[str, ...]:
    return tuple(
        ref
        for each in _all(element, "knowledgeRequirement")
        for ref in _refs(each, "requiredKnowledge")
    )


def _refs(element: ET.Element, tag: str) -> tuple[str, ...]:
    return tuple(each.get("href", "") for each in _all(element, tag))


def _item_definition(element: ET.Element) -> m.ItemDefinition:
    function = element.find(f"{_NS}functionItem")
    params: tuple[tuple[str, str], ...] = ()
    if function is not None:
        params = tuple((_name(each), _type_ref(each)) for each in _all(function, "parameters"))
    allowed = element.find(f"{_NS}allowedValues")
    constraint = element.find(f"{_NS}typeConstraint")
    return m.ItemDefinition(
        name=_name(element),
        type=_type_ref(element),
        collection=element.get("isCollection") in ("true", "1"),
        components=tuple(_item_definition(each) for each in _all(element, "itemComponent")),
        allowed="" if allowed is None else _text_of(allowed, "text"),
        constraint="" if constraint is None else _text_of(constraint, "text"),
        params=params,
        result="" if function is None else function.get("outputTypeRef", ""),
        function=function is not None,
    )


# Boxed expressions ----------------------------------------------------------------------------


def _box_in(element: ET.Element | None, name: str) -> m.Box:
    """The first boxed expression inside the element."""
    for child in element if element is not None else ():
        if isinstance(child.tag, str) and child.tag.startswith(_NS):
            reader = _BOXES.get(child.tag[len(_NS) :])
            if reader:
                return reader(child, name)
    return m.Missing()


def _literal(element: ET.Element, name: str) -> m.Box:
    return m.Literal(_text_of(element, "text"), _type_ref(element))


def _context(element: ET.Element, name: str) -> m.Box:
    return m.Context(tuple(_entry(each, name) for each in _all(element, "contextEntry")))


def _entry(element: ET.Element, name: str) -> m.Entry:
    variable = element.find(f"{_NS}variable")
    own = "" if variable is None else _name(variable)
    type_ref = "" if variable is None else _type_ref(variable)
    return m.Entry(own, _box_in(element, own or name), type_ref)


def _invocation(element: ET.Element, name: str) -> m.Box:
    bindings = []
    for each in _all(element, "binding"):
        parameter = each.find(f"{_NS}parameter")
        own = "" if parameter is None else _name(parameter)
        bindings.append(m.Entry(own, _box_in(each, own)))
    return m.Invocation(_box_in(element, name), tuple(bindings))


def _function(element: ET.Element, name: str) -> m.FunctionBox:
    params = tuple((_name(each), _type_ref(each)) for each in _all(element, "formalParameter"))
    kind = element.get("kind", "FEEL")
    return m.FunctionBox(params, _box_in(element, name), kind, _type_ref(element))


def _relation(element: ET.Element, name: str) -> m.Box:
    columns = tuple(_name(each) for each in _all(element, "column"))
    rows = tuple(_boxes(row, name) for row in _all(element, "row"))
    return m.Relation(columns, rows)


def _boxes(element: ET.Element, name: str) -> tuple[m.Box, ...]:
    found = []
    for child in element:
        if isinstance(child.tag, str) and child.tag.startswith(_NS):
            reader = _BOXES.get(child.tag[len(_NS) :])
            if reader:
                found.append(reader(child, name))
    return tuple(found)


def _list(element: ET.Element, name: str) -> m.Box:
    return m.ListBox(_boxes(element, name))


def _conditional(element: ET.Element, name: str) -> m.Box:
    return m.Conditional(
        _box_in(element.find(f"{_NS}if"), name),
        _box_in(element.find(f"{_NS}then"), name),
        _box_in(element.find(f"{_NS}else"), name),
    )


def _filter(element: ET.Element, name: str) -> m.Box:
    return m.FilterBox(
        _box_in(element.find(f"{_NS}in"), name), _box_in(element.find(f"{_NS}match"), name)
    )


def _iteration(element: ET.Element, name: str) -> m.Box:
    kind = _local(element)
    body = element.find(f"{_NS}{'return' if kind == 'for' else 'satisfies'}")
    variable = " ".join(element.get("iteratorVariable", "").split())
    return m.Iteration(kind, variable, _box_in(element.find(f"{_NS}in"), name), _box_in(body, name))


def _table(element: ET.Element, name: str) -> m.DecisionTable:
    own = element.get("id", f"table-{name}")
    policy = _one_of(_POLICIES, element.get("hitPolicy", "UNIQUE"), "hit policy", name)
    aggregation = element.get("aggregation", "")
    if aggregation:
        _one_of(_AGGREGATIONS, aggregation, "aggregation", name)
    outputs = _all(element, "output")
    return m.DecisionTable(
        id=own,
        name=element.get("label") or name,
        hit_policy=_POLICIES[policy],
        aggregation=aggregation,
        inputs=tuple(_input(each, own, at) for at, each in enumerate(_all(element, "input"), 1)),
        outputs=tuple(_output(each, own, at) for at, each in enumerate(outputs, 1)),
        rules=tuple(_rule(each, own, at) for at, each in enumerate(_all(element, "rule"), 1)),
        annotations=tuple(each.get("name", "") for each in _all(element, "annotation")),
    )


def _one_of(known: Collection[str], given: str, what: str, name: str) -> str:
    """The value, if it is one of the standard's."""
    if given not in known:
        hint = did_you_mean(given.upper(), known) or f"; there are {', '.join(known)}"
        code = f"model.{what.replace(' ', '-')}"
        message = f"{quoted(given)} is no {what} of the standard{hint}"
        raise ModelError([Problem(code, message, Place(decision=name))])
    return given


def _input(element: ET.Element, table: str, at: int) -> m.InputClause:
    expression = element.find(f"{_NS}inputExpression")
    values = element.find(f"{_NS}inputValues")
    return m.InputClause(
        id=element.get("id", f"{table}-input-{at}"),
        label=element.get("label", ""),
        expression="" if expression is None else _text_of(expression, "text"),
        type="" if expression is None else _type_ref(expression),
        allowed="" if values is None else _text_of(values, "text"),
    )


def _output(element: ET.Element, table: str, at: int) -> m.OutputClause:
    values = element.find(f"{_NS}outputValues")
    default = element.find(f"{_NS}defaultOutputEntry")
    return m.OutputClause(
        id=element.get("id", f"{table}-output-{at}"),
        name=element.get("name", ""),
        label=element.get("label", ""),
        type=_type_ref(element),
        allowed="" if values is None else _text_of(values, "text"),
        default="" if default is None else _text_of(default, "text"),
    )


def _rule(element: ET.Element, table: str, at: int) -> m.Rule:
    return m.Rule(
        id=element.get("id", f"{table}-rule-{at}"),
        index=at,
        inputs=tuple(_text_of(each, "text") for each in _all(element, "inputEntry")),
        outputs=tuple(_text_of(each, "text") for each in _all(element, "outputEntry")),
        annotations=tuple(_text_of(each, "text") for each in _all(element, "annotationEntry")),
        description=_text_of(element, "description"),
    )


_BOXES: dict[str, Callable[[ET.Element, str], m.Box]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "invocation": _invocation,
    "functionDefinition": _function,
    "relation": _relation,
    "list": _list,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
}


# Small things ---------------------------------------------------------------------------------


def _all(element: ET.Element, tag: str) -> Iterable[ET.Element]:
    return element.findall(f"{_NS}{tag}")


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text_of(element: ET.Element, tag: str) -> str:
    """The text of the child; comments may stand in it."""
    child = element.find(f"{_NS}{tag}")
    return "" if child is None else "".join(_words(child)).strip()


def _words(element: ET.Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _words(child)
        yield child.tail or ""


def _name(element: ET.Element) -> str:
    return " ".join(element.get("name", "").split())


def _id(element: ET.Element) -> str:
    return element.get("id") or _name(element)


def _variable_type(element: ET.Element) -> str:
    variable = element.find(f"{_NS}variable")
    return "" if variable is None else _type_ref(variable)


def _type_ref(element: ET.Element) -> str:
    return (element.get("typeRef") or _text_of(element, "typeRef")).strip()
