"""The short way to an answer gives what the long way gives, whatever is given."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dmn.drawn import decision, drawing, one_table, table

from concord import dmn

CELLS = {
    "number": ["-", "< 2", ">= 2.5", "[1..3)", "2", "null", "not(1, 3)", "> 1, null", "-7",
               "10000000000000000000000000000000000", "? = 2 or ? > 3", "0.1"],
    "string": ["-", '"a"', '"a", "한빛"', 'not("a")', "null", '> "a"'],
    "boolean": ["-", "true", "not(true)", "null"],
    "date": ["-", '< @"2026-01-02"', '@"2026-01-02"', '(@"2026-01-02"..@"2026-01-05"]', "null",
             '@"9999-12-31", @"0001-01-01"', '@"-0044-03-15"'],
    "Any": ["-", "1", '"a"', "true", "[1..2]", '"a", 2', '@"2026-01-02"', "null"],
}  # fmt: skip
GIVEN: list[Any] = [
    None, 0, 1, 2, 3, -7, -8, 2.5, 0.1, True, False, Decimal("2.5"), Decimal("2.0"),
    Decimal("-7.5"),
    Decimal("1E+40"), Decimal("0.1") + Decimal("1E-50"), 10**34, 10**34 + 1, -(10**40),
    Decimal("2.4999999999999999999999999999999999999"), "a", "b", "한빛", "", [1], [2, 3], {"a": 1},
    dt.date(2026, 1, 2), dt.date(2026, 1, 3), dt.date(9999, 12, 31), dt.date(1, 1, 1),
    dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
]  # fmt: skip
OUTPUTS = ['"x"', "1.50", "null", "true", "[1, 2]", "now()", "1 + 1", "x 0", '@"2026-01-02"']
MISSING = "not given"


@st.composite
def models(draw: st.DrawFn) -> bytes:
    """A table over one or two inputs; half of them with what may make it take the long way."""
    short = draw(st.booleans())
    outputs = OUTPUTS[:4] if short else OUTPUTS
    kinds = [draw(st.sampled_from(list(CELLS))) for _ in range(draw(st.integers(1, 2)))]
    inputs = {f"x {at}": of for at, of in enumerate(kinds)}
    names = draw(st.sampled_from([("one",), ("one", "two")]))
    rule = st.tuples(
        *(st.sampled_from(CELLS[of]) for of in kinds), *(st.sampled_from(outputs) for _ in names)
    )
    logic = table(
        inputs,
        draw(st.lists(rule, max_size=5)),
        policy=draw(st.sampled_from(["FIRST", "UNIQUE"] if short else ["FIRST", "UNIQUE", "ANY"])),
        outputs=names,
        defaults=draw(st.sampled_from([{}, {"one": '"none"'}, {} if short else {"one": "[]"}])),
        allowed=draw(st.sampled_from([{}, {} if short else {"x 0": "1, 2, null"}])),
    )
    needs = [f"input {name}" for name in inputs]
    of = draw(st.sampled_from(["", "" if short else "string", "" if short else "number"]))
    return drawing(inputs, decision("answer", logic, needs, of))


@settings(max_examples=150, deadline=None)
@given(models(), st.lists(st.tuples(*[st.sampled_from([*GIVEN, MISSING])] * 2), max_size=12))
def test_both_ways_say_the_same(drawn: bytes, rows: list[tuple[Any, Any]]) -> None:
    short, long = dmn.load(drawn), dmn.load(drawn)
    long.compiled.direct.clear()
    clock = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    for row in rows:
        inputs = {f"x {at}": value for at, value in enumerate(row) if value != MISSING}
        assert told(short, inputs, clock) == told(long, inputs, clock)


def told(model: dmn.Model, inputs: dict[str, Any], clock: dt.datetime) -> Any:
    try:
        result = model.evaluate("answer", inputs, clock)
    except TypeError as error:
        return str(error)
    return (
        repr(result.value), result.matched, result.problems, result.decisions,
        [(each.inputs, each.matched, each.output) for each in result.explanation],
    )  # fmt: skip


def is_direct(model: dmn.Model) -> bool:
    return "answer" in model.compiled.direct


def test_a_plain_table_is_answered_directly() -> None:
    assert is_direct(one_table({"x": "number"}, [["> 1", '"a"'], ["-", '"b"']], policy="FIRST"))


@pytest.mark.parametrize(
    ("rules", "more"),
    [
        ([["> 1", "x + 1"]], {}),
        ([["> 1", "today()"]], {}),
        ([["> 1", "[1]"]], {}),
        ([["> 1", "for i in 1..1000000 return i"]], {}),
        ([["> 1", "1"]], {"policy": "COLLECT"}),
        ([["> 1", "1"]], {"allowed": {"x": "1, 2"}}),
        ([["> today()", "1"]], {}),
    ],
)
def test_what_computes_takes_the_long_way(rules: list[list[str]], more: dict[str, Any]) -> None:
    assert not is_direct(one_table({"x": "number"}, rules, **more))


def test_a_table_that_rests_on_a_decision_takes_the_long_way() -> None:
    logic = table({"x": "number"}, [["> 1", "1"]])
    model = dmn.load(
        drawing(
            {"y": "number"}, decision("answer", logic, ["x"]), decision("x", logic, ["input y"])
        )
    )
    assert not is_direct(model)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")])
def test_no_number_is_refused_on_either_way(value: Decimal) -> None:
    model = one_table({"x": "number"}, [["> 1", '"a"'], ["-", '"b"']], policy="FIRST")
    with pytest.raises(TypeError, match="is not a number"):
        model.evaluate("answer", {"x": value})
    with pytest.raises(TypeError, match="is not a number"):
        model.evaluate("answer", {"x": -value if value.is_infinite() else value})


def test_a_result_shows_its_value_and_problems() -> None:
    model = one_table({"x": "number"}, [["> 1", '"a"']], policy="FIRST")
    assert repr(model.evaluate("answer", {"x": 2})) == "Result(value='a', problems=())"


def test_what_was_given_is_explained_as_it_was_then() -> None:
    model = one_table({"x": "number"}, [["> 1", '"a"']], policy="FIRST")
    inputs = {"x": 2}
    result = model.evaluate("answer", inputs)
    inputs["x"] = 0
    assert result.explanation[0].inputs == {"x": 2}


def test_a_large_table_is_not_scanned() -> None:
    """The bits of a thousand rules are met; the first of those left answers."""
    rules = [[f"[{at}..{at + 5})", f'"w{at % 7}"', str(at)] for at in range(1000)]
    model = one_table({"x": "number", "s": "string"}, rules, policy="FIRST")
    for x, s in ((3, "w1"), (500, "w3"), (Decimal("999.5"), "w5"), (-1, "w0"), (7, "nobody")):
        right = next((at for at in range(1000) if at <= x < at + 5 and s == f"w{at % 7}"), None)
        assert model.evaluate("answer", {"x": x, "s": s}).value == right
