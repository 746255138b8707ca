"""A policy as it is written down in Python, and as DMN 1.5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from concord.dmn.analysis.ranking import BETTER, NAMESPACE
from concord.treatment.policy import better
from concord.treatment.policy.reasons import Reason

MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"


@dataclass(frozen=True)
class Rule:
    key: str
    cells: Sequence[str]
    outputs: Sequence[str]
    reason: str


@dataclass(frozen=True)
class Table:
    """A decision of the policy: `id` is stable, `name` is what FEEL and people call it."""

    id: str
    name: str
    hit_policy: str
    columns: Sequence[str]
    outputs: dict[str, str]
    rules: Sequence[Rule]


@dataclass(frozen=True)
class Expression:
    id: str
    name: str
    text: str
    type: str
    needs: Sequence[str]


@dataclass(frozen=True)
class Policy:
    """A whole policy: what it reads, with types; values that are listed; why each rule is there."""

    name: str
    inputs: Mapping[str, str]
    values: Mapping[str, str]
    expressions: Sequence[Expression]
    tables: Sequence[Table]
    reasons: Mapping[str, Reason]

    def type_of(self, column: str) -> str:
        """What a column holds: an input, an expression's result, or a decision in words."""
        if column in self.inputs:
            return "boolean" if self.inputs[column] == "known" else self.inputs[column]
        named = {each.name: each.type for each in self.expressions}
        return named.get(column, "string")


def xml(policy: Policy) -> str:
    """The policy as DMN 1.5 XML."""
    ET.register_namespace("", MODEL)
    ET.register_namespace("concord", NAMESPACE)
    root = ET.Element(f"{{{MODEL}}}definitions", {
        "id": "policy", "name": policy.name,
        "namespace": "https://concord.example/policy",
    })  # fmt: skip
    strings = _add(root, "itemDefinition", id="strings", name="strings", isCollection="true")
    _add(strings, "typeRef", "string")
    known = _add(root, "itemDefinition", id="known", name="known")
    _add(known, "typeRef", "boolean")
    _add(_add(known, "typeConstraint"), "text", "not(null)")
    for name, type_ in policy.inputs.items():
        item = _add(root, "inputData", id=_id(name), name=name)
        _ranked(item, better.FACTS.get(name))
        _add(item, "variable", name=name, typeRef=type_)
    for expression in policy.expressions:
        _expression(root, policy, expression)
    for table in policy.tables:
        _table(root, policy, table)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _expression(root: ET.Element, policy: Policy, said: Expression) -> None:
    decision = _add(root, "decision", id=said.id, name=said.name)
    _ranked(decision, better.FACTS.get(said.name))
    _add(decision, "variable", name=said.name, typeRef=said.type)
    _needs(decision, policy, said.needs)
    literal = _add(decision, "literalExpression", typeRef=said.type)
    _add(literal, "text", said.text)


def _table(root: ET.Element, policy: Policy, table: Table) -> None:
    decision = _add(root, "decision", id=table.id, name=table.name)
    _ranked(decision, better.FACTS.get(table.name))
    _add(decision, "variable", name=table.name)
    _needs(decision, policy, table.columns)
    body = _add(decision, "decisionTable", id=f"{table.id}.table", hitPolicy=table.hit_policy)
    for column in table.columns:
        entry = _add(body, "input", id=f"{table.id}.{_id(column)}.in", label=column)
        expression = _add(entry, "inputExpression", typeRef=policy.type_of(column))
        _add(expression, "text", column)
        if column in policy.values:
            _add(_add(entry, "inputValues"), "text", policy.values[column])
    for name, type_ in table.outputs.items():
        output = _add(body, "output", id=f"{table.id}.{_id(name)}.out", name=name, typeRef=type_)
        _ranked(output, better.TREATMENT.get(name))
        if name in policy.values:
            _add(_add(output, "outputValues"), "text", _given(policy, table, name))
    for language in ("en", "ko", "zh-hant"):
        _add(body, "annotation", name=language)
    for rule in table.rules:
        _rule(body, policy, table, rule)


def _given(policy: Policy, table: Table, output: str) -> str:
    """Of the values of an output those that this table gives: a promise that is checked."""
    at = list(table.outputs).index(output)
    given = {rule.outputs[at] for rule in table.rules}
    return ", ".join(value for value in policy.values[output].split(", ") if value in given)


def _ranked(element: ET.Element, order: str | None) -> None:
    if order:
        element.set(BETTER, order)


def _rule(body: ET.Element, policy: Policy, table: Table, rule: Rule) -> None:
    if len(rule.cells) != len(table.columns) or len(rule.outputs) != len(table.outputs):
        raise ValueError(f"{table.id}.{rule.key} has not one cell a column")
    row = _add(body, "rule", id=f"{table.id}.{rule.key}")
    for cell in rule.cells:
        _add(_add(row, "inputEntry"), "text", cell)
    for cell in rule.outputs:
        _add(_add(row, "outputEntry"), "text", cell)
    for reason in policy.reasons[rule.reason]:
        _add(_add(row, "annotationEntry"), "text", reason)


def _needs(decision: ET.Element, policy: Policy, names: Sequence[str]) -> None:
    for name in names:
        requirement = _add(decision, "informationRequirement")
        kind = "requiredInput" if name in policy.inputs else "requiredDecision"
        _add(requirement, kind, href=f"#{_id(name)}")


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{MODEL}}}{tag}", attributes)
    element.text = text
    return element


def _id(name: str) -> str:
    return name.replace(" ", "_")
