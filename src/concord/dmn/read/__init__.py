"""From the XML tree to the model."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from concord.dmn import model as m
from concord.dmn.problems import ModelError, Place, Problem
from concord.dmn.read.boxes import box_in, function_of
from concord.dmn.read.elements import (
    NS,
    children,
    id_of,
    name_of,
    text_of,
    type_ref,
    variable_type,
    words,
)
from concord.dmn.xml import DMN, Document, current

MAX_WRITTEN = 3_000_000  # characters of all expressions and cells


def from_document(
    document: Document, imported: tuple[m.Model, ...] = (), told: tuple[Problem, ...] = ()
) -> m.Model:
    """The model of a parsed file. `told` is what was found while its imports were looked for."""
    root = document.root
    if root.tag != f"{NS}definitions":
        raise ModelError(
            [Problem("model.root", f"the file is no DMN 1.2 to 1.5 model: {_is(root)}")]
        )
    written = sum(len(text) for each in root.iter(f"{NS}text") for text in words(each))
    if written > MAX_WRITTEN:
        message = f"the texts of the file are longer than {MAX_WRITTEN:,} characters"
        raise ModelError([Problem("model.size", message)])
    language = root.get("expressionLanguage", "")
    model = m.Model(
        name=root.get("name", ""),
        namespace=root.get("namespace", ""),
        inputs=tuple(_input_data(each) for each in children(root, "inputData")),
        decisions=tuple(_decision(each, language) for each in children(root, "decision")),
        knowledge=tuple(
            _knowledge(each, language) for each in children(root, "businessKnowledgeModel")
        ),
        services=tuple(_service(each) for each in children(root, "decisionService")),
        types=tuple(_item_definition(each) for each in children(root, "itemDefinition")),
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
            m.Import(name_of(each), each.get("namespace", ""), each.get("locationURI", "")),
            current(each.get("importType", "")),
        )
        for each in children(root, "import")
    ]


def _input_data(element: ET.Element) -> m.InputData:
    return m.InputData(id_of(element), name_of(element), variable_type(element))


def _decision(element: ET.Element, language: str) -> m.Decision:
    requirements = children(element, "informationRequirement")
    return m.Decision(
        id=id_of(element),
        name=name_of(element),
        type=variable_type(element),
        requires=tuple(
            ref
            for each in requirements
            for ref in (*_refs(each, "requiredInput"), *_refs(each, "requiredDecision"))
        ),
        knowledge=_knowledge_refs(element),
        logic=_foreign(element, language) or box_in(element, name_of(element)),
        question=text_of(element, "question"),
        description=text_of(element, "description"),
    )


def _knowledge(element: ET.Element, language: str) -> m.BusinessKnowledgeModel:
    logic = element.find(f"{NS}encapsulatedLogic")
    box: m.FunctionBox | m.Missing = m.Missing()
    if logic is not None:
        box = _foreign(logic, language) or function_of(logic, name_of(element))
    return m.BusinessKnowledgeModel(
        id=id_of(element),
        name=name_of(element),
        knowledge=_knowledge_refs(element),
        logic=box,
        type=variable_type(element),
    )


def _foreign(element: ET.Element, language: str) -> m.Missing | None:
    """Logic of which a part is written in another language than FEEL."""
    for each in element.iter():
        if each.tag in _WRITTEN:
            own = each.get("expressionLanguage") or language
            if own and "feel" not in own.lower():
                return m.Missing(f"it is written in '{own}'; only FEEL is run here")
    return None


_WRITTEN = {f"{NS}{tag}" for tag in ("literalExpression", "inputExpression", "inputEntry",
                                      "outputEntry", "defaultOutputEntry")}  # fmt: skip


def _service(element: ET.Element) -> m.DecisionService:
    return m.DecisionService(
        id=id_of(element),
        name=name_of(element),
        outputs=_refs(element, "outputDecision"),
        encapsulated=_refs(element, "encapsulatedDecision"),
        input_decisions=_refs(element, "inputDecision"),
        input_data=_refs(element, "inputData"),
    )


def _knowledge_refs(element: ET.Element) -> tuple[str, ...]:
    return tuple(
        ref
        for each in children(element, "knowledgeRequirement")
        for ref in _refs(each, "requiredKnowledge")
    )


def _refs(element: ET.Element, tag: str) -> tuple[str, ...]:
    return tuple(each.get("href", "") for each in children(element, tag))


def _item_definition(element: ET.Element) -> m.ItemDefinition:
    function = element.find(f"{NS}functionItem")
    params: tuple[tuple[str, str], ...] = ()
    if function is not None:
        params = tuple((name_of(each), type_ref(each)) for each in children(function, "parameters"))
    allowed = element.find(f"{NS}allowedValues")
    constraint = element.find(f"{NS}typeConstraint")
    return m.ItemDefinition(
        name=name_of(element),
        type=type_ref(element),
        collection=element.get("isCollection") in ("true", "1"),
        components=tuple(_item_definition(each) for each in children(element, "itemComponent")),
        allowed="" if allowed is None else text_of(allowed, "text"),
        constraint="" if constraint is None else text_of(constraint, "text"),
        params=params,
        result="" if function is None else function.get("outputTypeRef", ""),
        function=function is not None,
    )
