"""Files in and out: nothing that was read is lost, and one cell can change."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.dmn.drawn import one_table

from concord import dmn

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
  xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
  xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:our="urn:our"
  id="m" name="policy" namespace="urn:policy">
  <!-- kept -->
  <inputData id="i" name="amount"><variable name="amount" typeRef="number"/></inputData>
  <decision id="d" name="act">
    <extensionElements><our:words lang="ko">조치 &amp; 답</our:words></extensionElements>
    <variable name="act" typeRef="string"/>
    <informationRequirement><requiredInput href="#i"/></informationRequirement>
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="c1" label="Amount"><inputExpression><text>amount</text></inputExpression></input>
      <output id="c2" name="act"/>
      <annotation name="en"/><annotation name="zh-hant"/>
      <rule id="big"><inputEntry><text>&gt; 100</text></inputEntry>
        <outputEntry><text>"ask"</text></outputEntry>
        <annotationEntry><text>Too much</text></annotationEntry>
        <annotationEntry><text>太多</text></annotationEntry></rule>
      <rule id="rest"><inputEntry><text>-</text></inputEntry>
        <outputEntry><text>"go"</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="d">
    <dc:Bounds x="1" y="2" width="3" height="4"/></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
"""


@pytest.fixture
def model() -> dmn.Model:
    return dmn.load(FILE.encode())


def test_all_is_kept_and_becomes_1_5(model: dmn.Model) -> None:
    saved = model.save().decode()
    for kept in (
        "<!-- kept -->",
        '<our:words lang="ko">조치 &amp; 답</our:words>',
        '<dc:Bounds x="1" y="2" width="3" height="4"/>',
        'label="Amount"',
        "<text>太多</text>",
        'xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"',
        'xmlns:dmndi="https://www.omg.org/spec/DMN/20230324/DMNDI/"',
    ):
        assert kept in saved
    assert dmn.load(saved.encode()).save().decode() == saved


def test_with_cell_changes_one_cell_of_a_new_model(model: dmn.Model) -> None:
    changed = model.with_cell("t", "big", "c1", "> 500")
    assert [each.evaluate("act", {"amount": 300}).value for each in (model, changed)] == [
        "ask",
        "go",
    ]
    assert changed.save().decode() == model.save().decode().replace("&gt; 100", "&gt; 500")


def test_with_cell_changes_outputs_and_annotations(model: dmn.Model) -> None:
    changed = model.with_cell("t", "rest", "c2", '"wait"').with_cell("t", "big", "zh-hant", "過多")
    assert changed.evaluate("act", {"amount": 1}).value == "wait"
    (matched,) = changed.evaluate("act", {"amount": 101}).matched
    assert matched.annotations == {"en": "Too much", "zh-hant": "過多"}


@pytest.mark.parametrize(
    ("table", "rule", "column"), [("x", "big", "c1"), ("t", "x", "c1"), ("t", "big", "x")]
)
def test_with_cell_of_an_unknown_place(
    model: dmn.Model, table: str, rule: str, column: str
) -> None:
    with pytest.raises(KeyError, match="x"):
        model.with_cell(table, rule, column, "1")


def test_with_cell_refuses_what_does_not_parse(model: dmn.Model) -> None:
    with pytest.raises(dmn.FeelSyntaxError) as caught:
        model.with_cell("t", "big", "c1", "> (500")
    assert caught.value.problems[0].place.caret() == "> (500\n      ^"


def test_all_models_of_the_kit_survive_a_round(shared: Path) -> None:
    files = sorted((shared / "dmn-tck").rglob("*.dmn"))
    assert len(files) >= 140
    for file in files:
        model = dmn.load(file)
        again = dmn.load(model.save())
        assert (again.decisions, again.types) == (model.decisions, model.types)
        assert again.save() == model.save()


def test_import_is_found_beside_the_file_only(tmp_path: Path) -> None:
    (tmp_path / "a.dmn").write_text(FILE)
    text = FILE.replace("urn:policy", "urn:other").replace(
        "<!-- kept -->",
        '<import name="base" namespace="urn:policy" locationURI="../../etc/a.dmn"'
        ' importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
    )
    (tmp_path / "b.dmn").write_text(text)
    assert [each.namespace for each in dmn.load(tmp_path / "b.dmn").imported] == ["urn:policy"]


def test_a_model_is_compiled_once() -> None:
    model = one_table({"x": "number"}, [["-", "1"]])
    assert model.compiled is model.compiled
