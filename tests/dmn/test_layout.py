"""Every element is drawn once, above what it needs; what has a place keeps it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from tests.dmn.drawn import MODEL, decision, drawing, literal

from concord import dmn
from concord.dmn.layout import with_layout
from concord.dmn.older import as_1_3

SHAPE, EDGE = (f"{{https://www.omg.org/spec/DMN/20230324/DMNDI/}}{name}" for name in
               ("DMNShape", "DMNEdge"))  # fmt: skip
BOUNDS = "{http://www.omg.org/spec/DMN/20180521/DC/}Bounds"
POINT = "{http://www.omg.org/spec/DMN/20180521/DI/}waypoint"
OLD = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def places(model: dmn.Model) -> dict[str, tuple[float, ...]]:
    return {
        shape.get("dmnElementRef", ""): tuple(
            float(bounds.get(name, "")) for name in ("x", "y", "width", "height")
        )
        for shape in model.document.root.iter(SHAPE)
        for bounds in shape.findall(BOUNDS)
    }


def lines(model: dmn.Model) -> dict[str, list[tuple[str | None, str | None]]]:
    return {
        edge.get("dmnElementRef", ""): [(p.get("x"), p.get("y")) for p in edge.findall(POINT)]
        for edge in model.document.root.iter(EDGE)
    }


def a_graph() -> dmn.Model:
    """Two inputs, a decision on both, one on top of it."""
    below = decision("below", literal("a + b"), ["input a", "input b"], "number")
    above = decision("above", literal("below + a"), ["below", "input a"], "number")
    return dmn.load(drawing({"a": "number", "b": "number"}, below, above))


def test_each_stands_above_what_it_needs() -> None:
    drawn = with_layout(a_graph())
    at = places(drawn)
    assert at == {
        "input a": (30.0, 350.0, 140.0, 50.0),
        "input b": (200.0, 350.0, 140.0, 50.0),
        "below": (95.0, 190.0, 180.0, 80.0),
        "above": (95.0, 30.0, 180.0, 80.0),
    }
    assert lines(drawn) == {
        "requirement_1": [("100", "350"), ("185", "270")],
        "requirement_2": [("270", "350"), ("185", "270")],
        "requirement_3": [("185", "190"), ("185", "110")],
        "requirement_4": [("100", "350"), ("185", "110")],
    }
    assert drawn.evaluate("above", {"a": 1, "b": 2}).value == 4


def test_it_is_drawn_once() -> None:
    once = with_layout(a_graph())
    again = with_layout(dmn.load(once.save()))
    assert again.save() == once.save()


def test_what_has_a_place_keeps_it_and_the_others_stand_beside_it() -> None:
    drawn = with_layout(a_graph())
    parent = next(e for e in drawn.document.root.iter() if any(c.tag == SHAPE for c in e))
    gone = next(s for s in parent if s.get("dmnElementRef") == "below")
    gone[0].set("x", "1000")
    for each in list(parent):
        if each.get("dmnElementRef") in ("above", "requirement_3", "requirement_4"):
            parent.remove(each)
    again = with_layout(drawn)
    assert places(again)["below"] == (1000.0, 190.0, 180.0, 80.0)
    assert places(again)["above"] == (1210.0, 30.0, 180.0, 80.0)
    assert lines(again)["requirement_3"] == [("1090", "190"), ("1300", "110")]
    assert len(lines(again)) == 4


def test_a_circle_and_a_requirement_that_leads_nowhere_are_drawn_without_harm() -> None:
    one = decision("one", literal("two"), ["two", "input gone"])
    two = decision("two", literal("one"), ["one"])
    nothing = "<decision id='three' name='three'><informationRequirement/></decision>"
    drawn = with_layout(dmn.load(drawing({}, one, two, nothing)))
    assert set(places(drawn)) == {"one", "two", "three"}
    assert set(lines(drawn)) == {"requirement_1", "requirement_2"}


def test_a_shape_without_bounds_is_no_place() -> None:
    drawn = with_layout(a_graph())
    for shape in drawn.document.root.iter(SHAPE):
        for bounds in shape.findall(BOUNDS):
            shape.remove(bounds)
    assert set(places(with_layout(drawn))) == {"input a", "input b", "below", "above"}


def test_an_element_without_an_id_has_no_place() -> None:
    bare = (
        f'<definitions xmlns="{MODEL}" name="m" namespace="n"><inputData name="a"/></definitions>'
    )
    assert places(with_layout(dmn.load(bare.encode()))) == {}


TYPES = (
    '<itemDefinition name="plain"><typeRef>string</typeRef></itemDefinition>'
    '<itemDefinition name="known"><typeRef>boolean</typeRef>'
    "<typeConstraint><text>not(null)</text></typeConstraint></itemDefinition>"
    '<itemDefinition name="many" isCollection="true"><typeRef>string</typeRef>'
    "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
    '<itemDefinition name="both"><typeRef>number</typeRef><allowedValues><text>&gt; 0</text>'
    "</allowedValues><typeConstraint><text>&lt; 9</text></typeConstraint></itemDefinition>"
)


def test_as_1_3_the_same_is_said_with_its_words() -> None:
    text = drawing({"a": "known"}, decision("d", literal("a"), ["input a"]), types=TYPES)
    model = with_layout(
        dmn.load(text.replace(b"<definitions ", b"<definitions x:own='1' xmlns:x='urn:x' "))
    )
    old = as_1_3(model)
    assert b"20230324" not in old
    root = ET.fromstring(old)
    assert root.tag == f"{{{OLD}}}definitions"
    assert root.get("{urn:x}own") == "1"
    again = dmn.load(old)
    assert [each.allowed for each in again.types] == ["", "not(null)", "", "> 0"]
    assert again.evaluate("d", {"a": True}).value is True
    assert [p.code for p in again.evaluate("d", {"a": None}).problems] == ["type"]
    assert places(again) == places(model)


def test_comments_and_languages_are_kept() -> None:
    text = drawing({"a": "number"}, decision("d", literal("a"), ["input a"]))
    text = text.replace(b'name="drawn"', b'name="drawn" expressionLanguage="'
                        b'https://www.omg.org/spec/DMN/20230324/FEEL/"')  # fmt: skip
    text = text.replace(b"</definitions>", b"<!-- ours --></definitions>")
    old = as_1_3(dmn.load(text)).decode()
    assert "<!-- ours -->" in old
    assert 'expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/"' in old


@pytest.mark.parametrize("tag", ["businessKnowledgeModel", "knowledgeSource"])
def test_what_a_decision_knows_is_drawn(tag: str) -> None:
    extra = f'<{tag} id="k" name="k"/>'
    kind = "Knowledge" if tag == "businessKnowledgeModel" else "Authority"
    needs = f'<{kind.lower()}Requirement><required{kind} href="#k"/></{kind.lower()}Requirement>'
    top = f"<decision id='d' name='d'>{needs}</decision>"
    drawn = with_layout(dmn.load(drawing({}, extra, top)))
    assert set(places(drawn)) == {"k", "d"}
    assert set(lines(drawn)) == {"requirement_1"}
