"""Examples of the policy: cases with the answer that is expected, kept in the policy's own file.

They stand in the file's extension elements, so they are part of its digest, its drafts and its way
through other tools, and are run before it is put in force. As kit cases they leave in the shape
that the kit of the DMN standard uses (`python -m concord.dmn tck`).
"""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from concord import dmn
from concord.dmn.analysis.words import literal
from concord.dmn.model import Model
from concord.dmn.tck import same
from concord.dmn.xml import DMN
from concord.treatment import carried

KIT: Final = "http://www.omg.org/spec/DMN/20160719/testcase"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NS, _DMN = carried.NS, f"{{{DMN}}}"
_ASKS_THE_DAY: Final = ("today()", "now()")


@dataclass(frozen=True)
class Example:
    """A case of the decision with the id `table`, as on `day`: `given` are inputs by name, `expect`
    the outputs that matter. Both are FEEL texts, as in the file."""

    id: str
    name: str
    table: str
    day: date
    given: Mapping[str, str]
    expect: Mapping[str, str]


@dataclass(frozen=True)
class Ran:
    """What became of an example: `found` are the outputs of those that are expected, as FEEL."""

    example: Example
    found: Mapping[str, str]
    passed: bool

    @property
    def differs(self) -> list[tuple[str, str, str]]:
        """Output, expected and found, where they are not the same."""
        return [
            (name, wanted, self.found.get(name, "–"))
            for name, wanted in self.example.expect.items()
            if self.found.get(name) != wanted
        ]


@lru_cache(maxsize=32)
def of(model: Model) -> tuple[Example, ...]:
    """The examples in a policy's file, in their order."""
    return tuple(_read(each) for each in model.document.root.iter(f"{_NS}example"))


@lru_cache(maxsize=32)
def ran(model: Model) -> tuple[Ran, ...]:
    """Every example, run."""
    return tuple(run(model, each) for each in of(model))


def run(model: Model, example: Example) -> Ran:
    """What the policy answers to an example; one that cannot be run has not passed."""
    try:
        said = answered(model, example)
    except (dmn.DmnError, ValueError) as error:
        return Ran(example, dict.fromkeys(example.expect, str(error)), False)
    found = {name: literal(said.get(name)) for name in example.expect}
    try:
        passed = all(same(_value(text), said.get(key)) for key, text in example.expect.items())
    except dmn.DmnError:
        passed = False
    return Ran(example, found, passed)


def answered(model: Model, example: Example) -> dict[str, Any]:
    """All outputs of the example's decision, by name; a decision of one output is called as its
    table. Raises `DmnError` where it cannot be run."""
    name = {each.id: each.name for each in model.decisions}.get(example.table, example.table)
    given = {key: _value(text) for key, text in example.given.items()}
    value = model.evaluate(name, given, _clock(example)).value
    return value if isinstance(value, dict) else {name: value}


def with_example(model: Model, example: Example) -> Model:
    """The policy with one more example, or with another one of the same id."""
    root = copy.deepcopy(without(model, example.id).document.root)
    home = carried.home(root, "examples")
    element = ET.SubElement(
        home,
        f"{_NS}example",
        {"id": example.id, "name": example.name, "decision": example.table,
         "day": example.day.isoformat()},
    )  # fmt: skip
    for tag, said in (("given", example.given), ("expect", example.expect)):
        for name, text in said.items():
            ET.SubElement(element, f"{_NS}{tag}", {"name": name}).text = text
    return carried.again(model, root)


def without(model: Model, example_id: str) -> Model:
    """The policy without an example; the same where it has none of that id."""
    if all(each.id != example_id for each in of(model)):
        return model
    root = copy.deepcopy(model.document.root)
    for home in root.iter(f"{_NS}examples"):
        for each in list(home):
            if each.get("id") == example_id:
                home.remove(each)
    return carried.again(model, root)


def without_any(model: Model) -> Model:
    """The policy without its examples, for who may not read them."""
    if not of(model):
        return model
    root = copy.deepcopy(model.document.root)
    for extension in list(root.iter(f"{_DMN}extensionElements")):
        for home in extension.findall(f"{_NS}examples"):
            extension.remove(home)
    return carried.again(model, root)


def as_kit(model: Model, file: str) -> bytes:
    """The examples as the kit's test cases of the model `file`.

    The kit has no day of its own: what rests on today is given as it was on the example's day.
    """
    ET.register_namespace("xsi", XSI)
    root = ET.Element(f"{{{KIT}}}testCases")
    ET.SubElement(root, f"{{{KIT}}}modelName").text = file
    for each in of(model):
        case = ET.SubElement(root, f"{{{KIT}}}testCase", {"id": each.id, "name": each.name})
        given = {key: _value(text) for key, text in each.given.items()}
        for name, value in {**given, **_of_the_day(model, each, given)}.items():
            _say(ET.SubElement(case, f"{{{KIT}}}inputNode", {"name": name}), value)
        said = answered(model, each) | {key: _value(text) for key, text in each.expect.items()}
        decision = next(d.name for d in model.decisions if each.table in (d.id, d.name))
        node = {"name": decision, "type": "decision"}
        expected = ET.SubElement(
            ET.SubElement(case, f"{{{KIT}}}resultNode", node), f"{{{KIT}}}expected"
        )
        _say(expected, said if set(said) != {decision} else said[decision])
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _of_the_day(model: Model, example: Example, given: Mapping[str, Any]) -> dict[str, Any]:
    elements = model.document.root.findall(f"{_DMN}decision")
    asked = [
        element.get("name", "")
        for element in elements
        if any(word in text for text in element.itertext() for word in _ASKS_THE_DAY)
    ]
    return {name: model.evaluate(name, given, _clock(example)).value for name in asked}


def _say(element: ET.Element, value: Any) -> None:
    """A value as the kit writes it."""
    kit = f"{{{KIT}}}"
    match value:
        case dict():
            for name, each in value.items():
                _say(ET.SubElement(element, f"{kit}component", {"name": name}), each)
            return
        case list():
            home = ET.SubElement(element, f"{kit}list")
            for each in value:
                _say(ET.SubElement(home, f"{kit}item"), each)
            return
        case None:
            ET.SubElement(element, f"{kit}value", {f"{{{XSI}}}nil": "true"})
            return
        case bool():
            kind, text = "boolean", "true" if value else "false"
        case int() | Decimal():
            kind, text = "decimal", str(value)
        case str():
            kind, text = "string", value
        case _:
            kind, text = "date", literal(value).strip('@"')
    made = ET.SubElement(element, f"{kit}value", {f"{{{XSI}}}type": f"xsd:{kind}"})
    made.text = text


def _read(element: ET.Element) -> Example:
    def said(tag: str) -> dict[str, str]:
        return {e.get("name", ""): e.text or "" for e in element.findall(f"{_NS}{tag}")}

    try:
        day = date.fromisoformat(element.get("day", ""))
    except ValueError:
        day = date(2000, 1, 1)  # a file of another hand: any day, since none is said
    name, table = element.get("name", ""), element.get("decision", "")
    return Example(element.get("id", ""), name, table, day, said("given"), said("expect"))


def _value(text: str) -> Any:
    return dmn.parse(text).evaluate()


def _clock(example: Example) -> datetime:
    return datetime.combine(example.day, time(12), UTC)
