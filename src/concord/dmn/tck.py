"""Runs folders of the DMN conformance kit's cases."""

from __future__ import annotations

import csv
import datetime as dt
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from concord.dmn.feel.operators import equal
from concord.dmn.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from concord.dmn.feel.values import Value, is_number
from concord.dmn.problems import DmnError
from concord.dmn.read import load
from concord.dmn.xml import read

_NS = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Case:
    """One result that the kit asks for, and what came."""

    folder: str
    file: str
    case: str
    node: str
    expected: Value
    got: Value
    passed: bool
    remark: str = ""


def run(folder: Path) -> Iterator[Case]:
    """All cases below the folder, in order of their files."""
    for file in sorted(folder.rglob("*.xml")):
        if "-test-" in file.name:
            yield from _file(file)


def _file(file: Path) -> Iterator[Case]:
    root = read(file.read_bytes()).root
    name = (root.findtext(f"{_NS}modelName") or "").strip()
    try:
        model = load(file.parent / name)
    except (DmnError, OSError) as error:
        for case, result in _results(root):
            node = result.get("name", "")
            yield Case(file.parent.name, file.name, _id(case), node, None, None, False, str(error))
        return
    for case, result in _results(root):
        node = result.get("name", "")
        kind = case.get("type", "decision")
        called = node if kind == "decision" else case.get("invocableName", node)
        inputs = {each.get("name", ""): _value(each) for each in case.findall(f"{_NS}inputNode")}
        expected = _value(result.find(f"{_NS}expected"))
        try:
            answer = model.evaluate(called, inputs)
        except (KeyError, TypeError) as error:
            yield Case(
                file.parent.name, file.name, _id(case), node, expected, None, False, repr(error)
            )
            continue
        got = answer.value
        if kind == "decisionService" and called != node and isinstance(got, dict) and node in got:
            got = got[node]
        remark = str(answer.problems[0]) if answer.problems else ""
        passed = same(expected, got)
        yield Case(file.parent.name, file.name, _id(case), node, expected, got, passed, remark)


def _results(root: ET.Element) -> Iterable[tuple[ET.Element, ET.Element]]:
    for case in root.findall(f"{_NS}testCase"):
        for result in case.findall(f"{_NS}resultNode"):
            yield case, result


def _id(case: ET.Element) -> str:
    return case.get("id", "")


def _value(element: ET.Element | None) -> Value:
    """A value as the kit writes it; raises `ValueError` for a type that it does not have."""
    if element is None:
        return None
    items = element.find(f"{_NS}list")
    if items is not None and items.get(f"{_XSI}nil") != "true":
        return [_value(item) for item in items.findall(f"{_NS}item")]
    components = element.findall(f"{_NS}component")
    if components:
        return {each.get("name", ""): _value(each) for each in components}
    value = element.find(f"{_NS}value")
    if value is None or value.get(f"{_XSI}nil") == "true":
        return None
    return _simple(value.get(f"{_XSI}type", "").rpartition(":")[2], value.text or "")


def _simple(kind: str, text: str) -> Value:
    match kind:
        case "boolean":
            return text.strip() == "true"
        case "decimal" | "double" | "integer" | "int" | "float" | "long":
            return _number(text.strip())
        case "date":
            return parse_date(text.strip())
        case "time":
            return parse_time(text.strip())
        case "dateTime":
            return parse_date_time(text.strip())
        case "duration":
            return parse_duration(text.strip())
    return text


def _number(text: str) -> Value:
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return None
    if not exact.is_finite():
        return None
    return int(exact) if exact == exact.to_integral_value() and abs(exact) < 10**30 else exact


def same(expected: Value, got: Value) -> bool:
    """Equal as the kit asks: numbers to eight digits, all else exactly."""
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(same, expected, got))
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(same(expected[k], got[k]) for k in expected)
    if is_number(expected) and is_number(got):
        return abs(Decimal(expected) - Decimal(got)) <= abs(Decimal(expected)) * Decimal("1e-8")
    if isinstance(expected, dt.time | dt.datetime) and expected.__class__ is got.__class__:
        return equal(expected, got) is True
    return expected is got if expected is None or got is None else equal(expected, got) is True


def results_csv(cases: Iterable[Case]) -> str:
    """The kit's results format: folder, file, case, node, SUCCESS or ERROR, remark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for case in cases:
        outcome = "SUCCESS" if case.passed else "ERROR"
        remark = "" if case.passed else f"expected {case.expected!r}, got {case.got!r}"
        writer.writerow((case.folder, case.file, case.case, case.node, outcome, remark))
    return out.getvalue()
