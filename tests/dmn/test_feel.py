"""What expressions mean."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from concord import dmn

SCOPE = {
    "x": 2,
    "full name": "Ada Lovelace",
    "a-b": 7,
    "a": 10,
    "b": 3,
    "nothing": None,
    "invoice": [
        {"due": dt.date(2026, 11, 1), "outstanding": Decimal("10.50"), "paid by": "bank"},
        {"due": dt.date(2026, 12, 1), "outstanding": Decimal("4.50"), "paid by": "cash"},
        {"due": None, "outstanding": Decimal(1), "paid by": "bank"},
    ],
}
CLOCK = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)

VALUES: list[tuple[str, Any]] = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("2 ** 3 ** 2", 64),
    ("-3 ** 2", 9),
    ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
    ("6 / 3", 2),
    ("1 / 0", None),
    ("0.1 + 0.2 = 0.3", True),
    ("99999999999999999999999999999999999 - 99999999999999999999999999999999998", 0),
    ("full name", "Ada Lovelace"),
    ("a-b", 7),
    ("a - b", 7),
    ("b-a", -7),
    ("string length(full name)", 12),
    ("nothing = null", True),
    ("x = null", False),
    ("x != null", True),
    ('x = "2"', None),
    ("nothing > 1", None),
    ("true and nothing", None),
    ("false and nothing", False),
    ("true or nothing", True),
    ("not(nothing)", None),
    ("x between 1 and 3", True),
    ("x in (1..2]", True),
    ("x in [2..3)", True),
    ("x in ]2..3]", False),
    ("x in (5, > 1)", True),
    ("x in [4, 5]", False),
    ('if nothing then "yes" else "no"', "no"),
    ("for i in 1..3 return i * i", [1, 4, 9]),
    ("for i in 3..1 return i", [3, 2, 1]),
    ("for i in [1, 2], j in [10, 20] return i * j", [10, 20, 20, 40]),
    ("for i in 1..4 return if i = 1 then 1 else i * partial[-1]", [1, 2, 6, 24]),
    ("some i in [1, 2, 3] satisfies i > 2", True),
    ("every i in [1, 2, 3] satisfies i > 2", False),
    ("some i in [null] satisfies i > 2", None),
    ("[1, 2, 3, 4][item > 2]", [3, 4]),
    ("[1, 2, 3][2]", 2),
    ("[1, 2, 3][-1]", 3),
    ("[1, 2, 3][4]", None),
    ("invoice[due < today()].outstanding", [Decimal("10.50")]),
    ("sum(invoice.outstanding)", Decimal("16.00")),
    ('count(invoice[paid by = "bank"])', 2),
    ("sum([])", None),
    ("sum([1, null])", None),
    ("count([1, null])", 2),
    ("min(3, 1, 2)", 1),
    ('max(["a", "c", "b"])', "c"),
    ("mean([1, 2, 3, 4])", Decimal("2.5")),
    ("median([6, 1, 2, 3])", Decimal("2.5")),
    ("mode([6, 3, 9, 6, 6])", [6]),
    ("{a: 1, b: a + 1}.b", 2),
    ('{"a b": 1}.a b', 1),
    ("(function(x: number) x * 2)(4)", 8),
    ("{fact: function(n) if n < 2 then 1 else n * fact(n - 1), r: fact(5)}.r", 120),
    ('substring(start position: 3, string: "foobar")', "obar"),
    ('substring("foobar", -2)', "ar"),
    ('substring("한빛정밀", 1, 2)', "한빛"),
    ('upper case("straße")', "STRASSE"),
    ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
    ('replace("abracadabra", "a(.)", "[$1]")', "[b]r[c][d][b]ra"),
    ('string join(["a", null, "c"], "-")', "a-c"),
    ('string([1, "a", null, {b: true}])', '[1, "a", null, {b: true}]'),
    ("string(1.50)", "1.50"),
    ('number("1.000,5", ".", ",")', Decimal("1000.5")),
    ("decimal(2.5, 0)", 2),
    ("round half up(2.5, 0)", 3),
    ("round down(-2.55, 1)", Decimal("-2.5")),
    ("floor(-1.5)", -2),
    ("modulo(-7, 3)", 2),
    ('date("2026-11-21") + duration("P1M")', dt.date(2026, 12, 21)),
    ('date("2026-01-31") + duration("P1M")', dt.date(2026, 2, 28)),
    ('date("2026-11-21") - date("2026-11-01")', dt.timedelta(days=20)),
    ('(today() - date("2026-11-01")) / duration("P1D")', 20),
    ("today()", dt.date(2026, 11, 21)),
    ("now().hour", 9),
    ('date("2026-11-21") < date and time("2026-11-21T00:00:00")', None),
    ('date("2026-02-30")', None),
    ('@"2026-11-21".weekday', 6),
    ('day of week(@"2026-11-21")', "Saturday"),
    ('week of year(@"2021-01-03")', 53),
    ('years and months duration(@"2020-05-31", @"2026-11-21")', dmn.YearsMonths(77)),
    ('string(@"999999999-12-31")', "999999999-12-31"),
    ('@"-0044-03-15"', dmn.FarDate(-44, 3, 15)),
    ('@"9999-12-31" + duration("P1D")', dmn.FarDate(10000, 1, 1)),
    ('@"2026-03-29T00:30:00@Europe/Paris" + @"PT3H" = @"2026-03-29T04:30:00@Europe/Paris"', True),
    ('duration("P1Y") = duration("P12M")', True),
    ('duration("P1Y") = duration("P365D")', None),
    ("1 instance of number", True),
    ("null instance of Any", False),
    ('[1, "a"] instance of list<number>', False),
    ("overlaps([1..5], [5..8])", True),
    ("before(1, [1..3))", False),
    ("list contains([1, null], null)", True),
    ("distinct values([1, 1.0, 2])", [1, 2]),
    ("flatten([1, [2, [3]]])", [1, 2, 3]),
    ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]),
    ("// a comment\n1 + /* and */ 1", 2),
    ('"\\uD83D\\uDE00"', "😀"),
    ('get value({a: 1}, "a")', 1),
    ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
    ('range("[1..3)").end included', False),
]


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text for text, _ in VALUES])
def test_value(text: str, value: Any) -> None:
    got = dmn.parse(text, SCOPE, fields=["paid by", "a b"]).evaluate(SCOPE, clock=CLOCK)
    assert got == value
    assert isinstance(got, bool) == isinstance(value, bool)


PROBLEMS = [
    ("1 / 0", "division.zero", "1 / 0\n^^^^^"),
    ('1 + "a"', "type", '1 + "a"\n^^^^^^^'),
    ("invoise", "name.unknown", "invoise\n^^^^^^^"),
    ("x + {a: 1}.c", "property.unknown", "x + {a: 1}.c\n    ^^^^^^^^"),
    ('date("x")', "domain", 'date("x")\n^^^^^^^^^'),
]


@pytest.mark.parametrize(("text", "code", "caret"), PROBLEMS, ids=[each[0] for each in PROBLEMS])
def test_problem_tells_code_and_place(text: str, code: str, caret: str) -> None:
    evaluated = dmn.parse(text, SCOPE).evaluate_full(SCOPE)
    assert evaluated.value is None
    assert [problem.code for problem in evaluated.problems] == [code]
    assert evaluated.problems[0].place.caret() == caret


def test_null_operands_are_no_problem() -> None:
    assert dmn.parse("nothing + 1 > nothing", SCOPE).evaluate_full(SCOPE) == dmn.Evaluation(None)


def test_unknown_name_suggests_the_known_one() -> None:
    problems = dmn.parse("invoise", SCOPE).evaluate_full(SCOPE).problems
    assert "did you mean 'invoice'?" in problems[0].message


SYNTAX = [
    ("1 +", "syntax.end"),
    ("(1", "syntax.missing"),
    ("1 2", "syntax.unexpected"),
    ('"abc', "syntax.string-open"),
    ("{a: 1, a: 2}", "syntax.duplicate"),
    ("if x then 1", "syntax.missing"),
    ("x instance of nonsense", "syntax.type"),
    ("f(1, b: 2)", "syntax.arguments"),
    ("((((" * 50, "syntax.depth"),
    ("§", "syntax.character"),
]


@pytest.mark.parametrize(("text", "code"), SYNTAX, ids=[each[0][:20] for each in SYNTAX])
def test_syntax_error(text: str, code: str) -> None:
    with pytest.raises(dmn.FeelSyntaxError) as caught:
        dmn.parse(text, SCOPE)
    assert caught.value.problems[0].code == code


CELLS: list[tuple[str, Any, bool]] = [
    ("-", None, True),
    ('"a", "b"', "b", True),
    ('not("a", "b")', "b", False),
    ('not("a")', None, True),
    ("< 5", 4, True),
    ("< 5", None, False),
    ("[1..5)", 5, False),
    ("null", None, True),
    ("null", 0, False),
    ("> x", 3, True),
    ("x", 2, True),
    ("? > 1 and ? < 3", 2, True),
    ("[1, 2, 3]", 2, True),
    ("true", False, False),
    ("false", False, True),
    ('starts with(?, "a")', "abc", True),
    ('< @"2026-01-01"', dt.date(2025, 12, 31), True),
    ("-5", -5, True),
    ("(< 3)", 2, True),
]


@pytest.mark.parametrize(("cell", "value", "holds"), CELLS, ids=[f"{c}:{v}" for c, v, _ in CELLS])
def test_cell(cell: str, value: Any, holds: bool) -> None:
    assert dmn.parse_unary(cell, SCOPE).matches(value, SCOPE) is holds


def test_clock_is_read_once() -> None:
    moments = iter([CLOCK, CLOCK + dt.timedelta(days=1)])
    text = "[today(), now() = now(), today()]"
    value = dmn.parse(text).evaluate({}, clock=lambda: next(moments))
    assert value == [CLOCK.date(), True, CLOCK.date()]


def test_free_names() -> None:
    text = "sum(invoice[due < cut].outstanding) + (for i in n return i + k)[1]"
    assert dmn.parse(text, ["invoice", "cut", "n", "k"]).names == (
        "invoice",
        "due",
        "cut",
        "n",
        "k",
    )


def test_a_subclass_of_str_is_a_string() -> None:
    class Marked(str):
        __slots__ = ()

    assert dmn.parse('name = "a"').evaluate({"name": Marked("a")}) is True


def test_a_value_that_feel_has_not_is_refused() -> None:
    with pytest.raises(TypeError, match="object is no type that FEEL has"):
        dmn.parse("x").evaluate({"x": object()})
