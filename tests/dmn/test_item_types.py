"""Item definitions: allowed values, constraints, collections, components, functions."""

from __future__ import annotations

from typing import Any

import pytest
from tests.dmn.drawn import decision, drawing, literal

from concord import dmn
from concord.dmn.itemtypes import MAX_DEPTH


def item(name: str, of: str = "", inner: str = "", attributes: str = "", tag: str = "") -> str:
    tag = tag or "itemDefinition"
    ref = f"<typeRef>{of}</typeRef>" if of else ""
    return f'<{tag} name="{name}"{attributes}>{ref}{inner}</{tag}>'


def allowed(text: str) -> str:
    return f"<allowedValues><text>{text}</text></allowedValues>"


def constraint(text: str) -> str:
    return f"<typeConstraint><text>{text}</text></typeConstraint>"


def passes(types: str, of: str, value: Any) -> bool:
    """Whether the value may stand where the type is wanted."""
    model = dmn.load(drawing({"x": of}, decision("a", literal("x"), ["input x"]), types=types))
    result = model.evaluate("a", {"x": value})
    assert result.value is not None or [each.code for each in result.problems] == ["type"]
    return result.value is not None


MANY = ' isCollection="true"'

CASES = [
    (item("t", "number", allowed("[0..9]")), 5, True),
    (item("t", "number", allowed("[0..9]")), 10, False),
    (item("t", "number", allowed("[0..9]")), "5", False),
    (item("t", "string", allowed('"a", "b"')), "b", True),
    (item("t", "string", allowed('"a", "b"')), "c", False),
    (item("t", "string", constraint("string length(?) = 2")), "ab", True),
    (item("t", "string", constraint("string length(?) = 2")), "abc", False),
    (item("t", "number", allowed("> 0") + constraint("< 10")), 5, True),
    (item("t", "number", allowed("> 0") + constraint("< 10")), 10, False),
    (item("t", "number", allowed("> 0") + constraint("< 10")), 0, False),
    (item("t", "number", allowed("> 0"), MANY), [1, 2], True),
    (item("t", "number", allowed("> 0"), MANY), [1, 0], False),
    (item("t", "number", allowed("> 0"), MANY), 1, True),
    (item("t", "number", "", ' isCollection="1"'), [1, 2], True),
    (item("t", "number", constraint("count(?) &lt; 3"), MANY), [1, 2], True),
    (item("t", "number", constraint("count(?) &lt; 3"), MANY), [1, 2, 3], False),
    (item("s", "number", allowed("< 9")) + item("t", "s", allowed("> 0")), 5, True),
    (item("s", "number", allowed("< 9")) + item("t", "s", allowed("> 0")), 9, False),
    (item("s", "number", allowed("< 9")) + item("t", "s", allowed("> 0")), 0, False),
    (item("t", "feel:number"), 1, True),
    (item("t", "days and time duration"), "a", False),
    (item("t", "dateTime"), 1, False),
    (item("t", "unknown"), "anything", True),
    (item("t", "number", allowed("(")), 1, True),
]


@pytest.mark.parametrize(("types", "value", "wanted"), CASES)
def test_constraint(types: str, value: Any, wanted: bool) -> None:
    assert passes(types.replace("> 0", "&gt; 0").replace("< ", "&lt; "), "t", value) is wanted


def test_components() -> None:
    parts = item("name", "string", tag="itemComponent")
    parts += item("ages", "number", allowed("&gt; 0"), MANY, tag="itemComponent")
    types = item("t", inner=parts)
    assert passes(types, "t", {"name": "Ann", "ages": [1, 2]})
    assert passes(types, "t", {"name": "Ann", "ages": None, "more": 1})
    assert not passes(types, "t", {"name": "Ann"})
    assert not passes(types, "t", {"name": "Ann", "ages": [0]})
    assert not passes(types, "t", "Ann")


def test_function_type() -> None:
    params = '<parameters name="a" typeRef="number"/>'
    types = item("t", inner=f'<functionItem outputTypeRef="number">{params}</functionItem>')
    for text, wanted in [
        ("function(a: number) a", True),
        ("function(a, b) a", False),
        ("abs", True),
        ("sum", True),
        ("1", False),
    ]:
        model = dmn.load(drawing({}, decision("a", literal(text), of="t"), types=types))
        assert (model.evaluate("a", {}).value is not None) is wanted


def test_problems_of_types_are_told() -> None:
    types = item("t", "unknown") + item("s", "number", allowed("("))
    model = dmn.load(drawing({}, decision("a", literal("1")), types=types))
    assert [(each.code, each.place.decision) for each in model.compiled.problems] == [
        ("type.unknown", "t"),
        ("syntax.end", "s"),
    ]


def test_a_type_of_itself_is_a_problem() -> None:
    model = dmn.load(drawing({"x": "t"}, types=item("t", "t")))
    assert [each.message for each in model.compiled.problems] == ["the type 't' refers to itself"]


def test_types_nested_too_deep_are_of_any_type() -> None:
    inner = item("z", "number", tag="itemComponent")
    for _ in range(MAX_DEPTH + 5):
        inner = item("a", inner=inner, tag="itemComponent")
    assert passes(item("t", inner=inner), "t", {"a": None})
