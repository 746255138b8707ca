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
from concord.dmn.loading import load
from concord.dmn.model import Model
from concord.dmn.problems import DmnError, Problem
from concord.dmn.xml import read

_NS = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Case:
    """One result that the kit asks for, and what came. `remark` and `code` are of the first problem
    that was met."""

    level: str
    folder: str
    file: str
    case: str
    node: str
    expected: Value
    got: Value
    passed: bool
    remark: str = ""
    code: str = ""


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
            wanted = _value(result.find(f"{_NS}expected"))
            yield _case(file, case, result, wanted, None, Problem("model", str(error)), False)
        return
    for case, result in _results(root):
        yield _run(file, model, case, result)


def _run(file: Path, model: Model, case: ET.Element, result: ET.Element) -> Case:
    node = result.get("name", "")
    kind = case.get("type", "decision")
    called = node if kind == "decision" else case.get("invocableName", node)
    inputs = {each.get("name", ""): _value(each) for each in case.findall(f"{_NS}inputNode")}
    wanted = _value(result.find(f"{_NS}expected"))
    try:
        answer = model.evaluate(called, inputs)
    except KeyError as error:
        unknown = Problem("decision.unknown", str(error))
        return _case(file, case, result, wanted, None, unknown, False)
    got = answer.value
    if kind == "decisionService" and called != node and isinstance(got, dict) and node in got:
        got = got[node]
    problem = answer.problems[0] if answer.problems else None
    return _case(file, case, result, wanted, got, problem, same(wanted, got))


def _case(
    file: Path,
    case: ET.Element,
    result: ET.Element,
    wanted: Value,
    got: Value,
    problem: Problem | None,
    passed: bool,
) -> Case:
    return Case(
        level=file.parent.parent.name,
        folder=file.parent.name,
        file=file.name,
        case=case.get("id", ""),
        node=result.get("name", ""),
        expected=wanted,
        got=got,
        passed=passed,
        remark=str(problem or ""),
        code=problem.code if problem else "",
    )


def _results(root: ET.Element) -> Iterable[tuple[ET.Element, ET.Element]]:
    for case in root.findall(f"{_NS}testCase"):
        for result in case.findall(f"{_NS}resultNode"):
            yield case, result


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
    """The kit's results format, a line a test case: level and folder, file, case, outcome, and for
    what failed the code of our problem."""
    rows: dict[tuple[str, str, str], list[Case]] = {}
    for case in cases:
        key = (f"{case.level}/{case.folder}", case.file.removesuffix(".xml"), case.case)
        rows.setdefault(key, []).append(case)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for key, results in rows.items():
        failed = [case for case in results if not case.passed]
        remark = (failed[0].code or "another value") if failed else ""
        writer.writerow((*key, "ERROR" if failed else "SUCCESS", remark))
    return out.getvalue()
