"""Decision tables of a file."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Collection

from concord.dmn import model as m
from concord.dmn.problems import ModelError, Place, Problem, did_you_mean, quoted
from concord.dmn.read.elements import NS, children, text_of, type_ref

_POLICIES = {
    "UNIQUE": "U", "ANY": "A", "PRIORITY": "P", "FIRST": "F", "RULE ORDER": "R",
    "OUTPUT ORDER": "O", "COLLECT": "C",
}  # fmt: skip
_AGGREGATIONS = ("SUM", "COUNT", "MIN", "MAX")


def table_of(element: ET.Element, name: str) -> m.DecisionTable:
    own = element.get("id", f"table-{name}")
    policy = _one_of(_POLICIES, element.get("hitPolicy", "UNIQUE"), "hit policy", name)
    aggregation = element.get("aggregation", "")
    if aggregation:
        _one_of(_AGGREGATIONS, aggregation, "aggregation", name)
    inputs, outputs = children(element, "input"), children(element, "output")
    return m.DecisionTable(
        id=own,
        name=element.get("label") or name,
        hit_policy=_POLICIES[policy],
        aggregation=aggregation,
        inputs=tuple(_input(each, own, at) for at, each in enumerate(inputs, 1)),
        outputs=tuple(_output(each, own, at) for at, each in enumerate(outputs, 1)),
        rules=tuple(_rule(each, own, at) for at, each in enumerate(children(element, "rule"), 1)),
        annotations=tuple(each.get("name", "") for each in children(element, "annotation")),
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
    expression = element.find(f"{NS}inputExpression")
    values = element.find(f"{NS}inputValues")
    return m.InputClause(
        id=element.get("id", f"{table}-input-{at}"),
        label=element.get("label", ""),
        expression="" if expression is None else text_of(expression, "text"),
        type="" if expression is None else type_ref(expression),
        allowed="" if values is None else text_of(values, "text"),
    )


def _output(element: ET.Element, table: str, at: int) -> m.OutputClause:
    values = element.find(f"{NS}outputValues")
    default = element.find(f"{NS}defaultOutputEntry")
    return m.OutputClause(
        id=element.get("id", f"{table}-output-{at}"),
        name=element.get("name", ""),
        label=element.get("label", ""),
        type=type_ref(element),
        allowed="" if values is None else text_of(values, "text"),
        default="" if default is None else text_of(default, "text"),
    )


def _rule(element: ET.Element, table: str, at: int) -> m.Rule:
    return m.Rule(
        id=element.get("id", f"{table}-rule-{at}"),
        index=at,
        inputs=tuple(text_of(each, "text") for each in children(element, "inputEntry")),
        outputs=tuple(text_of(each, "text") for each in children(element, "outputEntry")),
        annotations=tuple(text_of(each, "text") for each in children(element, "annotationEntry")),
        description=text_of(element, "description"),
    )
