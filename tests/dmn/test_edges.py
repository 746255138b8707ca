"""The far ends of the language: what is rare, what is wrong, what comes from Python."""

from __future__ import annotations

import datetime as dt
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest
from tests.dmn.drawn import decision, drawing, literal

from concord import dmn
from concord.dmn.feel.expression import read_type
from concord.dmn.feel.fitting import fits
from concord.dmn.feel.operators import equal
from concord.dmn.feel.regex import compile_pattern
from concord.dmn.feel.runtime import MAX_PROBLEMS, Run
from concord.dmn.feel.types import DURATION, NUMBER, conforms, narrower
from concord.dmn.feel.values import YearsMonths, kind

NULLS = [
    ("context put({}, for i in 1..101 return string(i), 1)", "domain"),
    ('context put({a: 1}, ["a", "b"], 1)', "domain"),
    ("date(2026, 1.5, 1)", "domain"),
    ("time(10, 1.5, 0)", "domain"),
    ('time(10, 30, 0, @"PT19H")', "domain"),
    ("time(10, 30, 1000)", "domain"),
    ('number("1", "x", ".")', "domain"),
    ('number("1.5", " ", ",")', "domain"),
    ('number("1", ",", ",")', "domain"),
    ('range("(..)")', "domain"),
    ('range("[..5]")', "domain"),
    ("list replace([1], function(a, b) 1, 2)", "domain"),
    ("list replace([1], function(a) true, 2)", "domain"),
    ("sublist([1, 2], 2, 2)", "domain"),
    ('sort([1, "a"])', "type"),
    ("sort([2, 1], function(a) true)", "domain"),
    ("max([true])", "type"),
    ("modulo(1, 0)", "division.zero"),
    ("exp(1e6)", "number.range"),
    ('substring("abc", 1, 0)', "domain"),
    ('split("abc", "x*")', "pattern"),
    ('replace("a", "a", "$")', "pattern"),
    ("5 between true and 6", "type"),
    ('if 1 then "a" else "b"', "type"),
    ('[1.."a"]', "type"),
    ("[2..1]", "range"),
    ("-true", "type"),
    ('@"2026-01-01".hour', "property.unknown"),
    ("x.y", "name.unknown"),
    ("unknown name", None),
    ("for i in 1..2.5 return i", "iteration"),
    ('for i in @"PT1H"..@"PT2H" return i', "iteration"),
    ("1e6000 * 1e6000", "number.range"),
    ('@"P1D" * 1e30', "date.range"),
    ('@"P1D" / 0', "division.zero"),
    ('@"P1D" * 1e6144 * 10', "number.range"),
    ('@"P1Y" * (10 ** 6144) * 10', "number.range"),
    ('@"999999999-12-31" + @"P1Y"', "date.range"),
    ('@"999999999-12-31" + @"P1D"', "date.range"),
    ('@"999999999-12-31T23:59:59" + @"PT1H"', "date.range"),
    ("{f: abs, r: f(true)}.r", "arguments"),
    ("1(2)", "type"),
    ("[1, 2][1.5]", "index"),
    ('[1]["a"]', "type"),
    ("{less: function(a, b) 1, r: less(c: 1, d: 2)}.r", "arguments"),
]


@pytest.mark.parametrize(("text", "code"), NULLS)
def test_null_with_a_problem(text: str, code: str | None) -> None:
    try:
        evaluated = dmn.parse(text).evaluate_full({})
    except dmn.FeelSyntaxError:
        assert code is None
        return
    if text.startswith("if"):
        assert evaluated.value == "b"
    else:
        assert (
            evaluated.value in (None, [2])
            if text.startswith("[1, 2]")
            else (evaluated.value is None)
        )
    assert code in [problem.code for problem in evaluated.problems]


VALUES = [
    ('date(@"2026-01-01")', '@"2026-01-01"'),
    ('time(@"10:00:00")', '@"10:00:00"'),
    ('string((> 5))', '"(> 5)"'),
    ('string((<= "a"))', '"(<= \\"a\\")"'),
    ('string([@"P0M"..@"P1Y"])', '"[P0M..P1Y]"'),
    ('string(function(a) a)', '"function(a)"'),
    ('string({a: null, "b": [true]})', '"{a: null, b: [true]}"'),
    ('range("(..5]").start', "null"),
    ('range("[1..)").end', "null"),
    ('sum([@"P1Y", @"P1M"])', '@"P13M"'),
    ('sum(@"P1D", @"P1D")', '@"P2D"'),
    ("sort([3, 1, 2], before)", "[1, 2, 3]"),
    ("list replace([3, 1], before, 2)", "[3, 2]"),
    ('years and months duration(@"2026-03-31", @"2026-01-30")', '@"-P2M"'),
    ('years and months duration(@"2026-03-30", @"2026-01-31")', '@"-P1M"'),
    ("[1] = [1, 2]", "false"),
    ("[[1]] = [[2]]", "false"),
    ("{a: 1} = {b: 1}", "false"),
    ("[1..2] = [1..2)", "false"),
    ("(> 1) = [1..2]", "false"),
    ("abs = abs", "false"),
    ('@"2026-01-01T00:00:00" = @"2026-01-01T00:00:00Z"', "false"),
    ('@"10:00:00" < @"10:00:00Z"', "null"),
    ("5 in (!= 5)", "false"),
    ('5 in (!= "a")', "null"),
    ('"a" in [1..5]', "null"),
    ('"a" in (null..5]', "null"),
    ("null in [1..5]", "null"),
    ("5 in [1..null]", "null"),
    ("5 in (6, null)", "false"),
    ('5 in (6, "a")', "null"),
    ("1 in (x)", "false"),
    ('5 in ("a")', "null"),
    ("1 in ([1..2])", "true"),
    ("1 in (1) + 0", "true"),
    ("not(true) = false", "true"),
    ('"abc" in starts with(?, "a")', "true"),
    ("for i in [1, 2], j in if i = 1 then null else [i] return j", "[2]"),
    ('@"9999-12-31T20:00:00@Asia/Seoul" + @"PT5H" > @"9999-12-31T20:00:00@Asia/Seoul"', "true"),
    ('string(@"0001-01-01T00:30:00Z" - @"PT1H")', '"0000-12-31T23:30:00Z"'),
    ('(@"-0001-03-01" - @"P1D").day', "28"),
    ('string((for i in 1..200 return if i = 1 then [] else [partial[-1]])[-1])', "null"),
    ("append(list: [1], item: 2)", "[1, 2]"),
    ("-null", "null"),
    ("concatenate(list: 1)", "[1]"),
    ("some i in null satisfies true", "null"),
    ("{r: (= 5), a: 5 in r}.a", "true"),
    ("{r: (!= 5), a: 5 in r}.a", "false"),
    ("{r: (< 5), a: 4 in r}.a", "true"),
    ("{r: (<= 5), a: 6 in r}.a", "false"),
    ('{r: (< "a"), a: 5 in r}.a', "null"),
    ("{r: (> 5), a: 6 in r}.a", "true"),
    ('matches("aa", "(a)\\\\1")', "true"),
    ('matches("ab", "(a)\\\\1")', "false"),
    ('matches("abcdefghijj", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\\\10")', "true"),
    ('matches("aa0", "(a)\\\\10")', "true"),
    ('@"P999999999D" * 10', "null"),
    ("string(1e-30)", '"1E-30"'),
    ('"\\U110000"', '"\\\\U110000"'),
    ('"\\q"', '"\\\\q"'),
    ("(function(a): number external {java: {}})(1)", "null"),
    ("function(a): number a", "null"),
    ("{a: 1} instance of context<>", "true"),
    ("(function() 1) instance of function<> -> Any", "true"),
    ("(function(a: list<number>) a) instance of function<list<number>> -> Any", "true"),
    ("(function(a: context<b: Any>) 1) instance of function<context<b: number>> -> Any", "true"),
    ("(function(a: context<b: number>) 1) instance of function<context> -> Any", "false"),
    ("(function(a: string) a) instance of function<number> -> Any", "false"),
    ("abs instance of function<number> -> number", "true"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), VALUES)
def test_value(text: str, wanted: str) -> None:
    value = dmn.parse(text).evaluate({})
    other = dmn.parse(wanted).evaluate({})
    if text.startswith("function"):
        assert isinstance(value, dmn.Function)
        return
    assert value is other if other is None else equal(value, other) is True


NO_TEXTS = [
    ("1e9999999", "number-size"),
    ("- " * 60 + "1", "depth"),
    ("(" * 60 + "1", "depth"),
    ("x instance of " + "list<" * 60, "depth"),
    ("1" + "[1]" * 5000, "depth"),
    ("[1..2", "range"),
    ("{1: 2}", "key"),
    ("{+a: 2}", "key"),
    ("{a}", "key"),
    ("x" * 100_001, "size"),
    ("abs(n: 1, 2)", "arguments"),
    ("abs(1, n: 2)", "arguments"),
    ("for 1 in [1] return 1", "name"),
    ("for i [1] return 1", "missing"),
    ("if true then 1", "missing"),
    ("a.)", "property"),
    ("@2026", "at"),
    ("x instance of nothing", "type"),
    ('"open', "string-open"),
    ("1 # 2", "character"),
    ("then", "unexpected"),
    ("1 2", "unexpected"),
    (")", "unexpected"),
    ("", "end"),
    ("{a: 1, a: 2}", "duplicate"),
]


@pytest.mark.parametrize(("text", "code"), NO_TEXTS)
def test_no_expression(text: str, code: str) -> None:
    with pytest.raises(dmn.FeelSyntaxError) as caught:
        dmn.parse(text)
    (problem,) = caught.value.problems
    assert problem.code == f"syntax.{code}"
    assert problem.place.caret().endswith("^") or not text


UNARY = [
    ("not(1), 5", 5, True),
    ("not", 5, False),
    ("> ? - 1", 5, True),
    ("[1, ?, 3]", 5, True),
    ("? + 1", 5, False),
    ("true", 5, False),
    ("x > 1", 5, True),
    ("(1, 2)", 5, None),
    ("-1", -1, True),
    ("- 1, 2", -1, True),
    ("[[1, 2], 3]", [1, 2], True),
    ("not(1, 2)", None, True),
    ("x > 1", None, True),  # computed from other things
    ("x > 1", False, False),
    ("[true]", None, False),  # one of a list is equal to it
    ("[x > 1]", None, False),
    ("[x > 1]", 3, False),
    ("? in (x > 1)", None, False),
    ("? in [true]", None, False),
]


@pytest.mark.parametrize(("cell", "value", "wanted"), UNARY)
def test_cell(cell: str, value: Any, wanted: bool | None) -> None:
    try:
        assert dmn.parse_unary(cell, ["x"]).matches(value, {"x": 2}) is wanted
    except dmn.FeelSyntaxError:
        assert wanted is None


# What comes from Python -----------------------------------------------------------------------


class Colour(IntEnum):
    RED = 1


class Words(Mapping[str, Any]):
    def __getitem__(self, key: str) -> Any:
        return 1

    def __iter__(self) -> Iterator[str]:
        return iter(["a"])

    def __len__(self) -> int:
        return 1


class Day(dt.date):
    pass


class Moment(dt.datetime):
    pass


class Text(str):
    pass


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (Colour.RED, 1),
        (10**40, Decimal("1E+40")),
        (0.1, Decimal("0.1")),
        (Decimal("1.50"), Decimal("1.50")),
        (Words(), {"a": 1}),
        ({1}, [1]),
        ((1, (2,)), [1, [2]]),
        (Day(2026, 1, 1), dt.date(2026, 1, 1)),
        (Moment(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        (Text("a"), "a"),
    ],
)  # fmt: skip
def test_values_of_python(given: Any, wanted: Any) -> None:
    value = dmn.parse("x", ["x"]).evaluate({"x": given})
    assert (value, kind(value)) == (wanted, kind(wanted))
    assert value.__class__ is wanted.__class__


def nested() -> list[Any]:
    value: list[Any] = []
    for _ in range(200):
        value = [value]
    return value


@pytest.mark.parametrize("given", [object(), b"a", float("nan"), Decimal("Infinity"), nested()])
def test_values_that_feel_has_not(given: Any) -> None:
    with pytest.raises(TypeError):
        dmn.parse("x", ["x"]).evaluate({"x": given})


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_a_function_of_the_caller_that_exhausts_python(error: type[Exception]) -> None:
    def call(run: Any, args: list[Any]) -> Any:
        raise error

    function = dmn.Function(("a",), call)
    evaluated = dmn.parse("f(1)", ["f"]).evaluate_full({"f": function})
    assert [problem.code for problem in evaluated.problems] == ["budget"]
    model = dmn.load(drawing({"f": ""}, decision("a", literal("f(1)"), ["input f"])))
    result = model.evaluate("a", {"f": function})
    assert [problem.code for problem in result.problems] == ["budget"]


def test_a_caller_who_is_deep_in_python_already() -> None:
    def deeper(levels: int) -> dmn.Expression:
        return deeper(levels - 1) if levels else dmn.parse("(" * 45 + "1" + ")" * 45)

    with pytest.raises(dmn.FeelSyntaxError, match="nested too deep"):
        deeper(sys.getrecursionlimit() - len(inspect.stack()) - 150)


def test_clock_is_a_moment_or_gives_one() -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert dmn.parse("today()").evaluate({}, clock=moment) == dt.date(2026, 1, 1)
    assert dmn.parse("now()").evaluate({}, clock=lambda: moment) == moment
    assert dmn.parse("now()").evaluate({}).tzinfo is not None


def test_problems_are_not_without_end() -> None:
    evaluated = dmn.parse("for i in 1..1000 return i / 0").evaluate_full({})
    assert len(evaluated.problems) == 1
    run = Run()
    for at in range(MAX_PROBLEMS + 5):
        run.note("a", str(at))
    assert len(run.problems) == MAX_PROBLEMS


def test_a_string_that_grows_is_stopped() -> None:
    for text in ('string join(for i in 1..999 return s, "")', "s + s", "upper case(t)"):
        given = {"s": "a" * 600_000, "t": "ß" * 600_000}
        evaluated = dmn.parse(text, ["s", "t"]).evaluate_full(given)
        assert [problem.code for problem in evaluated.problems] == ["budget"]


def test_a_pattern_walks_over_empty_matches() -> None:
    found = compile_pattern("x*", "").finditer("axb", lambda steps: None)
    assert [each.spans[0] for each in found] == [(0, 0), (1, 2), (2, 2), (3, 3)]


def test_names_end_where_their_words_end() -> None:
    names = ["full name", "full"]
    scope = {"full name": 1, "full": 2}
    assert dmn.parse("full  name", names).evaluate(scope) == 1
    assert dmn.parse("full", names).evaluate(scope) == 2
    assert dmn.parse("a-b  c", ["a-b c"]).evaluate({"a-b c": 3}) == 3
    assert dmn.parse("a-bc", ["a-b c"]).names == ("a", "bc")
    for text in ("full names", "full nam", "fullname"):
        with pytest.raises(dmn.FeelSyntaxError):
            dmn.parse(f"{text} 1", names)


def test_length_of_no_months() -> None:
    assert str(YearsMonths(0)) == "P0M"


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("list<number>", "list<Any>", True),
        ("range<number>", "range<string>", False),
        ("context<a: number, b: string>", "context<a: number>", True),
        ("context<a: number>", "context<b: number>", False),
        ("function<Any> -> number", "function<number> -> Any", True),
        ("function<number> -> number", "function<number, number> -> number", False),
        ("function<number> -> number", "function", True),
        ("string", "number", False),
        ("date", "date", True),
    ],
)
def test_narrower(a: str, b: str, wanted: bool) -> None:
    assert narrower(read_type(a), read_type(b)) is wanted


def test_a_named_type_is_as_narrow_as_what_it_names() -> None:
    assert narrower(replace(NUMBER, label="age", allowed_text="> 0"), NUMBER)
    assert conforms(dt.timedelta(1), DURATION)


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("range<number>", "range<number>", True),
        ("range<number>", "range<string>", False),
        ("context<a: number>", "context<a: string>", False),
        ("context", "context<a: string>", True),
        ("list<number>", "list<string>", False),
        ("number", "list<number>", True),
    ],
)
def test_fits(a: str, b: str, wanted: bool) -> None:
    assert fits(read_type(a), read_type(b)) is wanted
