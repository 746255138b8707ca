"""Whatever comes in, only our own problems come out, soon."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from concord import dmn
from concord.dmn.feel import regex
from concord.dmn.feel.builtins import BUILTINS
from concord.dmn.feel.values import kind

WORDS = [
    *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "function"),
    *("(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "+", "-", "*", "/", "**", "<", ">="),
    *("=", "!=", "and", "or", "not", "between", "instance of", "list<", ">", "@", '"', '"a"'),
    *("1", "2.5", "0", "-1", "1e999", "1e-999", "null", "true", "x", "item", "partial", "?"),
    *('"P1D"', '@"2026-01-01"', '@"P1Y"', '@"10:00:00"', "1..3", "[1..5)", "external", "//", "/*"),
    *(f"{name}(" for name in sorted(BUILTINS)),
]
PARAMETERS = sorted(
    {param.name for each in BUILTINS.values() for one in each.overloads for param in one.params}
)
WORDS += [f"{name}:" for name in PARAMETERS]
SOUP = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)

VALUES = st.sampled_from(
    [
        *("null", "1", "-1", "0", "2.5", "1e6144", "-1e-6143", "true", '"a"', '""', "[]", "[null]"),
        *("[1, 2]", '["a"]', "[[1]]", "{}", "{a: 1}", "[{a: 1}]", "[1..3]", "(> 1)", "(null..2]"),
        *('@"2026-01-31"', '@"-999999999-01-01"', '@"10:00:00Z"', '@"2026-01-01T00:00:00"'),
        *('@"2026-01-01T00:00:00@Asia/Seoul"', '@"P1D"', '@"P999999999Y"', '@"-PT0.1S"', "sum"),
        *("function(a) a", "function(a, b) a < b", "function() null", '"(a)\\\\1"', '"[a-z"'),
    ]
)


@st.composite
def calls(draw: st.DrawFn) -> str:
    """A built-in function with as many arguments as it may have, of any kind."""
    function = BUILTINS[draw(st.sampled_from(sorted(BUILTINS)))]
    params = draw(st.sampled_from(function.overloads)).params
    values = [draw(VALUES) for _ in params] + draw(st.lists(VALUES, max_size=1))
    if draw(st.booleans()):
        named = zip(params, values, strict=False)
        given = ", ".join(f"{param.name}: {value}" for param, value in named)
        return f"{function.name}({given})"
    return f"{function.name}({', '.join(values)})"


@st.composite
def operations(draw: st.DrawFn) -> str:
    """Any two values with any operator between them."""
    op = draw(st.sampled_from([*"+-*/<>=", "**", "!=", "<=", ">=", "in", "and", "or"]))
    return f"{draw(VALUES)} {op} {draw(VALUES)}"


SCOPE = {"x": [1, None, "a", {"b": 2}]}


@settings(max_examples=1000, deadline=None)
@given(st.one_of(SOUP, st.text(max_size=60)))
@example("- " * 5000)
@example("1+" * 5000 + "1")
@example("<" * 5000)
@example("[" * 5000)
@example("x" + "[1]" * 5000)
@example("x" + "." * 5000)
@example("not(" * 400)
@example("if " * 3000)
@example("{a:" * 3000)
@example('"' + "\\uD800" + '"')
@example("function(" * 1000)
@example("x instance of " + "list<" * 3000)
@example("9" * 5000)
@example("10 ** 999999999")
@example("2 ** 0.5 ** 1e6000")
@example('string(@"-999999999-01-01" - duration("P1D"))')
@example('duration("P999999999999D") * 1000000000000')
@example('date and time("999999999-12-31T23:59:59") + duration("P1D")')
def test_only_our_problems_come_out(text: str) -> None:
    for parse in (dmn.parse, dmn.parse_unary):
        with suppress(dmn.FeelSyntaxError):
            parsed = parse(text, ["x"])
            if isinstance(parsed, dmn.Expression):
                parsed.evaluate_full(SCOPE)
            else:
                parsed.matches(1, SCOPE)


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "count(for i in 1..100000, j in 1..100000 return 1)",
        "some i in 1..1000000000 satisfies i < 0",
        "{f: function(n) f(n + 1), r: f(0)}.r",
        "{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(60)}.r",
        "{g: function(l, n) if n = 0 then l else g(concatenate(l, l), n - 1), r: g([1], 60)}.r",
        '{g: function(s, n) if n = 0 then s else g(s + s, n - 1), r: g("a", 60)}.r',
        "sort(1..2, function(a, b) true)",
        'replace(string join(for i in 1..9000 return "a", ""), "a", '
        'string join(for i in 1..9000 return "b", ""))',
        "duplicate values(for i in 1..100000 return i)",
    ],
)
def test_nothing_runs_on(text: str) -> None:
    started = time.monotonic()
    with suppress(dmn.FeelSyntaxError):
        dmn.parse(text).evaluate_full({})
    assert time.monotonic() - started < 60  # a hang, not a figure


def test_a_stopped_evaluation_says_so() -> None:
    evaluated = dmn.parse("for i in 1..1000000000 return i").evaluate_full({})
    assert evaluated.value is None
    assert [problem.code for problem in evaluated.problems] == ["budget"]


@settings(max_examples=600, deadline=None)
@given(st.one_of(calls(), operations()))
@example("append(list: [1], item: 2)")
@example("list contains(list: [1])")
@example("0 ** -1")
@example("abs([null])")
def test_any_arguments_give_a_value_or_null(text: str) -> None:
    value = dmn.parse(text).evaluate_full({}).value
    assert kind(value) != "unknown"
    assert not isinstance(value, Decimal) or value.is_finite()


def test_no_way_to_python_objects() -> None:
    for text in ("x.__class__", "x.append", '"a".upper', "today.func", "{}.keys"):
        assert dmn.parse(text, ["x"]).evaluate({"x": [1]}) in (None, [None])


# Regular expressions --------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(a*)*$", "a?" * 30 + "a" * 30])
def test_no_pattern_blows_up(pattern: str) -> None:
    text = f'matches(x, "{pattern}")'
    assert dmn.parse(text, ["x"]).evaluate({"x": "a" * 3000 + "b"}) in (True, False, None)


ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", "(a|bc)", "(?:ab)", "(a)", "^", "$", "\\d"])
TIMES = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "*?", "+?"])
PIECES = st.tuples(ATOMS, TIMES).map(lambda pair: pair[0] if pair[0] in "^$" else pair[0] + pair[1])
PATTERNS = st.lists(PIECES, min_size=1, max_size=5).map("".join)


@settings(max_examples=500, deadline=None)
@given(PATTERNS, st.text("abc1", max_size=8))
def test_patterns_find_what_python_finds(pattern: str, text: str) -> None:
    found = regex.compile_pattern(pattern, "").search(text, lambda steps: None)
    # Python's $ also holds before a last line feed, of which there is none here.
    wanted = re.search(pattern, text)
    assert (found.spans[0] if found else None) == (wanted.span() if wanted else None)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"(a)\1", "xaa", "aa"),
        (r"(ab|c)-\1", "ab-c c-c", "c-c"),
        (r"(a*)b\1$", "aabaa", "aabaa"),
        (r"(a)?b\1c", "bc", "bc"),
        (r"(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)\10\1", "abcdefghijja", "abcdefghijja"),
        (r"(a)\10", "aa0", "aa0"),
        (r"(가나)+\1", "가나가나가나", "가나가나가나"),
    ],
)
def test_back_references(pattern: str, text: str, found: str) -> None:
    match = regex.compile_pattern(pattern, "").search(text, lambda steps: None)
    assert match is not None
    assert text[slice(*match.spans[0])] == found


def test_back_references_fold_and_do_not_match_what_differs() -> None:
    assert regex.compile_pattern(r"(a)\1", "").search("aA", lambda steps: None) is None
    assert regex.compile_pattern(r"(a)\1", "i").search("aA", lambda steps: None) is not None
    assert regex.compile_pattern(r"(aa)\1", "").search("aaa", lambda steps: None) is None


def test_a_pattern_with_back_references_is_stopped_by_the_budget() -> None:
    text = r'matches(x, "(a*)(a*)(a*)(a*)b\\1\\2\\3\\4c")'
    evaluated = dmn.parse(text, ["x"]).evaluate_full({"x": "a" * 5000})
    assert [problem.code for problem in evaluated.problems] == ["budget"]


@pytest.mark.parametrize(
    "pattern", ["(", ")", "[", "a**", "\\1", "(a\\1)", "[\\1]", "(?=a)", "[b-a]", "{2}", "\\q"]
)
def test_a_broken_pattern_is_null_with_a_problem(pattern: str) -> None:
    evaluated = dmn.parse("matches(x, p)", ["x", "p"]).evaluate_full({"x": "a", "p": pattern})
    assert evaluated.value is None
    assert [problem.code for problem in evaluated.problems] == ["pattern"]


# Files ----------------------------------------------------------------------------------------

HEAD = b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="a" namespace="b">'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "xml.broken"),
        (b"<a>", "xml.broken"),
        (b"<a/>", "model.root"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml.doctype"),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "xml.doctype"),
        (b"<a>" * 1000, "xml.depth"),
        (HEAD + b'<decision id="a" name="a"/><decision id="a" name="b"/></definitions>',
         "model.duplicate-id"),
        (HEAD + b'<decision name="a"><decisionTable hitPolicy="LAST"/></decision></definitions>',
         "model.hit-policy"),
    ],
)  # fmt: skip
def test_unusable_file(data: bytes, code: str) -> None:
    with pytest.raises(dmn.ModelError) as caught:
        dmn.load(data)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_broken_xml_names_the_line() -> None:
    with pytest.raises(dmn.ModelError, match="line 2, column 3"):
        dmn.load(b"<a>\n</b>")


TAGS = st.sampled_from(
    [
        *("decision", "inputData", "decisionTable", "input", "output", "rule", "inputEntry"),
        *("outputEntry", "text", "variable", "context", "contextEntry", "literalExpression"),
        *("informationRequirement", "requiredInput", "requiredDecision", "itemDefinition"),
        *("itemComponent", "typeRef", "businessKnowledgeModel", "encapsulatedLogic", "invocation"),
        *("binding", "relation", "row", "column", "list", "for", "in", "return", "import"),
        *("decisionService", "outputDecision", "inputExpression", "allowedValues", "conditional"),
        *("filter", "match", "some", "every", "satisfies", "if", "then", "else", "inputDecision"),
        *("functionDefinition", "formalParameter", "typeConstraint", "functionItem", "parameters"),
        *("knowledgeRequirement", "requiredKnowledge", "outputValues", "inputValues", "inputData"),
        *("defaultOutputEntry", "annotation", "annotationEntry", "extensionElements", "other"),
    ]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        [
            *("id", "name", "href", "typeRef", "hitPolicy", "isCollection", "namespace"),
            *("aggregation", "kind", "iteratorVariable", "outputTypeRef", "locationURI"),
        ]
    ),
    st.sampled_from(
        [
            *("a", "b", "#a", "#b", "number", "UNIQUE", "COLLECT", "true", "x y", "-", "SUM"),
            *("Java", "FIRST", "PRIORITY", "list<number>", "", "item", "if"),
        ]
    ),
    max_size=4,
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    tag, attributes = draw(TAGS), draw(ATTRIBUTES)
    shown = "".join(f' {name}="{value}"' for name, value in attributes.items())
    if depth > 4 or draw(st.booleans()):
        inner = draw(st.sampled_from(["", "1", "a", "&gt; 1", "a + b", "[1..", "number"]))
    else:
        inner = "".join(draw(st.lists(elements(depth=depth + 1), max_size=3)))
    return f"<{tag}{shown}>{inner}</{tag}>"


@settings(max_examples=300, deadline=None)
@given(st.lists(elements(), max_size=5))
def test_any_model_is_read_or_refused(parts: list[str]) -> None:
    with suppress(dmn.ModelError):
        model = dmn.load(HEAD + "".join(parts).encode() + b"</definitions>")
        model.check()
        assert dmn.load(model.save()).save() == model.save()
        for name in model.compiled.by_name:
            model.evaluate(name, {"a": 1})


# Values that grow ------------------------------------------------------------------------------

TWICE = "{f: function(n, l) if n = 0 then l else f(n - 1, [l, l]), r: "
NAMED = "list<" * 40 + "number" + ">" * 40


@pytest.mark.parametrize(
    ("text", "value", "codes"),
    [
        ("f(60, [1]) = f(60, [1])}.r", True, []),
        ("f(60, [1]) = f(60, [2])}.r", False, []),
        ("f(60, {a: 1}) != f(60, {a: 2})}.r", True, []),
        (f"f(39, [1]) instance of {NAMED}}}.r", True, []),
        (f"f(39, [true]) instance of {NAMED}}}.r", False, []),
        ("list contains([f(60, [1])], f(60, [1]))}.r", True, []),
        ("count(distinct values([f(60, [1]), f(60, [1])]))}.r", 1, []),
        ("f(60, [1]) in [f(60, [1])]}.r", True, []),
        (f"(function(l: {NAMED}) count(l))(f(39, [1]))}}.r", 2, []),
        ("string(f(60, [1]))}.r", None, ["budget"]),
        ("flatten(f(60, [1]))}.r", None, ["budget"]),
        ("f(60, [1])}", None, ["budget"]),
    ],
)
def test_lists_that_hold_each_other_twice(text: str, value: Any, codes: list[str]) -> None:
    evaluated = dmn.parse(TWICE + text).evaluate_full({}, steps=100_000)
    assert evaluated.value == value
    assert [problem.code for problem in evaluated.problems] == codes


LONG = {"s": "a" * 900_000, "l": [[1]] * 20_000, "m": [[1]] * 19_999 + [[2]]}


@pytest.mark.parametrize(
    "text",
    [
        'for i in 1..9000 return s + "b"',
        "for i in 1..9000 return upper case(s)",
        "string(for i in 1..9000 return s)",
        "for i in 1..9000 return l = m",
        "for i in 1..9000 return l instance of list<list<number>>",
        "for i in 1..9000 return l in [m]",
        "for i in 1..9000 return index of(l, [2])",
        "for i in 1..90000 return if i = 1 then {a: 1} else context put(partial[-1], string(i), i)",
        'for i in 1..9000 return matches("a", "(a{99}){40}" + string(i))',
        "for i in 1..90000 return if i = 1 then [] else [partial[-1]]",
        "(for i in 1..150 return if i = 1 then [] else [partial[-1]])[-1]",
    ],
)
def test_what_is_costly_is_charged(text: str) -> None:
    evaluated = dmn.parse(text, LONG).evaluate_full(LONG, steps=100_000)
    assert evaluated.value is None
    assert [problem.code for problem in evaluated.problems] == ["budget"]


def test_a_decision_s_value_that_nobody_could_write_is_stopped() -> None:
    name = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="a" namespace="b">'
    )
    logic = f"<literalExpression><text>{TWICE}f(60, [1])}}.r</text></literalExpression>"
    file = f'{name}<decision id="d" name="d">{logic}</decision></definitions>'
    result = dmn.load(file.encode()).evaluate("d", {})
    assert (result.value, [problem.code for problem in result.problems]) == (None, ["budget"])


@pytest.mark.parametrize(("text", "wanted"), [("odd(1e6000)", False), ("even(1e6000)", True)])
def test_numbers_far_from_one(text: str, wanted: bool) -> None:
    assert dmn.parse(text).evaluate() is wanted
    assert dmn.parse("odd(1.5)").evaluate() is False
