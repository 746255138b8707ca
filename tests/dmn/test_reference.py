"""The reference of the language: each example of docs/feel.md is run, each function is in it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.dmn.drawn import decision, drawing, literal

from concord import dmn
from concord.dmn.feel.builtins import BUILTINS
from concord.dmn.feel.operators import equal
from concord.dmn.feel.values import kind

PAGE = Path(__file__).parents[2] / "docs" / "feel.md"
CLOCK = dt.datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Asia/Seoul"))
INVOICES = [(120, "bank"), (80, "cash"), (None, "bank")]
SCOPE = {"x": 2, "invoice": [{"amount": amount, "paid by": by} for amount, by in INVOICES]}
FIELDS = ["amount", "paid by"]


def tables(head: str) -> Iterator[list[str]]:
    """The code in each line of the tables that begin so; an empty cell is an empty string."""
    inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if "|" in line else []
        if cells == head.split(" | "):
            inside = True
        elif not cells:
            inside = False
        elif inside and set(line) - set("| -"):
            yield [cell.strip("`") for cell in cells]


def value(text: str, scope: dict[str, object] = SCOPE) -> dmn.Evaluation:
    return dmn.parse(text, scope, fields=FIELDS).evaluate_full(scope, clock=CLOCK)


def same(text: str, wanted: str) -> bool:
    a, b = value(text).value, value(wanted).value
    return a is b if b is None else kind(a) == kind(b) and equal(a, b) is True


EXAMPLES = list(tables("expression | gives"))
FUNCTIONS = list(tables("function | expression | gives"))
NULLS = list(tables("expression | gives | problem"))
CELLS = list(tables("cell | holds for | not for"))


@pytest.mark.parametrize(("text", "wanted"), EXAMPLES)
def test_example(text: str, wanted: str) -> None:
    assert same(text, wanted), value(text)


@pytest.mark.parametrize(("text", "wanted"), [row[1:] for row in FUNCTIONS])
def test_example_of_a_function(text: str, wanted: str) -> None:
    assert same(text, wanted), value(text)


@pytest.mark.parametrize(("text", "wanted", "code"), NULLS)
def test_null_has_this_problem(text: str, wanted: str, code: str) -> None:
    evaluated = value(text)
    assert wanted == "null"
    assert evaluated.value is None
    assert [problem.code for problem in evaluated.problems] == [code]


@pytest.mark.parametrize(("cell", "yes", "no"), CELLS)
def test_cell(cell: str, yes: str, no: str) -> None:
    tests = dmn.parse_unary(cell, ["x"])
    assert tests.matches(value(yes).value, SCOPE)
    if no:
        assert not tests.matches(value(no).value, SCOPE)


def test_every_function_stands_in_it_with_all_its_signatures() -> None:
    shown = {text for row in FUNCTIONS for text in row[0].split("`<br>`") if text}
    assert shown == {each.text for one in BUILTINS.values() for each in one.overloads}


def test_every_function_has_an_example() -> None:
    texts = " ".join(row[1] for row in FUNCTIONS)
    assert [name for name in BUILTINS if not re.search(rf"\b{name}\(", texts)] == []


def test_the_program_at_the_top_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    logic = decision("treatment", literal('if amount > 100 then "ask" else "go"'), ["input amount"])
    Path("policy.dmn").write_bytes(drawing({"amount": "number"}, logic))
    program = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(program, names)  # our own page
    expression, result = names["expression"], names["result"]
    assert expression.evaluate({"invoice": []}) is None
    assert expression.check({"invoice": "list<context<due: date, amount: number>>"}) == []
    assert expression.evaluate_full({"invoice": 7}).problems != ()
    assert (result.value, result.problems) == ("ask", ())


def test_the_page_was_read() -> None:
    assert [len(rows) > 8 for rows in (EXAMPLES, FUNCTIONS, NULLS, CELLS)] == [True] * 4
