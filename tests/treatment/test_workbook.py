"""The policy as an Excel workbook: what was written comes back, a change as a change."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from functools import reduce
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation
from tests.dmn.drawn import decision, drawing, table
from tests.treatment.cast import Cast

from concord import dmn
from concord.dmn.edit import edited
from concord.dmn.model import Model
from concord.kernel.errors import Problem
from concord.treatment import brought, policies
from concord.treatment.grid.conditions import is_same
from concord.treatment.sentences import SENTENCES
from concord.treatment.workbook.read import changes
from concord.treatment.workbook.sheet import FIRST_RULE, WORDS, kept, sheet_names, unkept
from concord.treatment.workbook.talk import Talk
from concord.treatment.workbook.write import workbook

ODD = ["-", "1-2", "=1+1", "+7", "@x", "'quoted'", '"a,b"', "> 10", "  spaced", "12/3", "true",
       "_x0041_", "two\nlines", "쉬운 이유", "理由", "", "1e5", "#REF!", "007", "a\rb",
       "]]>"]  # fmt: skip


def plain(text: str, _kind: str) -> str:
    return text


def written(model: Model, folder: Path) -> Path:
    path = folder / "policy.xlsx"
    path.write_bytes(workbook(model, plain))
    return path


def applied(model: Model, found: list[dict[str, Any]]) -> Model:
    return reduce(lambda done, change: edited(done, change)[0], found, model)


def a_model(number: random.Random) -> Model:
    """Some tables of odd texts, with ids as a tool would make them."""
    drawn = []
    for at in range(number.randint(1, 3)):
        width, high = number.randint(1, 3), number.randint(0, 6)
        rules = [[number.choice(ODD) for _ in range(width + 3)] for _ in range(high)]
        inputs = {f"input {n}": "string" for n in range(width)}
        policy = number.choice(["UNIQUE", "FIRST", "RULE ORDER"])
        logic = table(inputs, rules, policy=policy, annotations=["en", "ko"],
                      allowed={"input 0": '"a", "b"'} if at else None)  # fmt: skip
        logic = re.sub(r' id="', f' id="t{at}_', logic)
        drawn.append(decision(f"decision [{at}]/*", logic))
    return dmn.load(drawing({}, *drawn))


def disturbed(model: Model, number: random.Random) -> Model:
    """Another version of the model: rules gone, moved, changed and added."""
    for each in list(model.tables.values()):
        ids = [rule.id for rule in each.rules]
        for key in ids:
            match number.randint(0, 5):
                case 0:
                    model, _ = edited(model, {"kind": "delete", "table": each.id, "rules": [key]})
                    ids = [other for other in ids if other != key]
                case 1:
                    after = number.choice(["", *(other for other in ids if other != key)])
                    move = {"kind": "move", "table": each.id, "rule": key, "after": after}
                    model, _ = edited(model, move)
                case 2:
                    cell = {"rule": key, "column": each.inputs[0].id, "text": number.choice(ODD)}
                    change = {"kind": "cells", "table": each.id, "cells": [cell]}
                    model, _ = edited(model, change)
        new = {"kind": "insert", "table": each.id, "after": "", "rules": [{"id": f"{each.id}.new"}]}
        model, _ = edited(model, new)
    return model


@pytest.mark.parametrize("seed", range(12))
def test_any_table_comes_back_as_it_was_whatever_the_draft_became(
    seed: int, tmp_path: Path
) -> None:
    number = random.Random(seed)
    model = a_model(number)
    path = written(model, tmp_path)
    assert changes(path, model) == []
    other = disturbed(model, number)
    again = applied(other, changes(path, other))
    assert again.tables == model.tables


def test_the_policy_itself_comes_back(tmp_path: Path) -> None:
    model = policies.default()
    path = written(model, tmp_path)
    assert changes(path, model) == []
    book = openpyxl.load_workbook(path)
    assert len(book.worksheets) == len(model.tables) == 14
    assert book["place order"]["A1"].value == "place_order.table"
    assert [cell.value for cell in book["standing"][FIRST_RULE]][:4] == [
        "standing.hold", "1", "? = true", "-",
    ]  # fmt: skip


def test_no_formula_lives_and_no_cell_is_anything_but_text(tmp_path: Path) -> None:
    rules = [["=HYPERLINK(1)", "1-2", "+1"], ["-1", "@SUM(A1)", "2026-01-01"]]
    logic = table({"n": "string"}, rules, annotations=["en"])
    path = written(dmn.load(drawing({}, decision("d", logic))), tmp_path)
    with zipfile.ZipFile(path) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in each for each in sheets)
    for row in openpyxl.load_workbook(path).worksheets[0].iter_rows():
        for cell in row:
            if cell.value is not None:
                assert (cell.number_format, cell.data_type) == ("@", "s")


def test_what_a_person_changed_comes_as_changes(tmp_path: Path) -> None:
    model = policies.default()
    path = written(model, tmp_path)
    book = openpyxl.load_workbook(path)
    page = book["side note"]
    page.cell(FIRST_RULE, 3).value = "> 500"  # of what is disputed
    page.cell(FIRST_RULE, 1).value, page.cell(FIRST_RULE + 1, 1).value = (
        page.cell(FIRST_RULE, 1).value,
        page.cell(FIRST_RULE, 1).value,  # a copied line brings the id of its origin
    )
    book.save(path)
    found = changes(path, model)
    assert [each["kind"] for each in found] == ["delete", "cells", "insert"]
    assert found[0]["rules"] == ["side_note.none"]
    assert found[1]["cells"] == [
        {"rule": "side_note.dispute", "column": "side_note.disputed_amount.in", "text": "> 500"}
    ]
    assert (found[2]["after"], found[2]["rules"][0]["cells"]["side_note.disputed_amount.in"]) == (
        "side_note.dispute", "-",
    )  # fmt: skip
    after = applied(model, found)
    assert [rule.inputs for rule in after.tables["side note"].rules] == [("> 500",), ("-",)]


def test_what_a_spreadsheet_made_of_a_cell_is_read_as_it_was_meant(tmp_path: Path) -> None:
    from datetime import date, datetime

    logic = table({"n": "string"}, [["-", str(n)] for n in range(5)])
    model = dmn.load(drawing({}, decision("d", logic)))
    path = written(model, tmp_path)
    book = openpyxl.load_workbook(path)
    said: list[Any] = [5, 2.5, True, date(2026, 1, 2), datetime(2026, 1, 2, 13, 30)]  # noqa: DTZ001
    for at, value in enumerate(said):
        cell = book["d"].cell(FIRST_RULE + at, 3)
        cell.value, cell.number_format = value, "General"
        if hasattr(value, "year"):
            cell.number_format = "yyyy-mm-dd hh:mm"
    book.save(path)
    rules = applied(model, changes(path, model)).tables["d"].rules
    assert [rule.inputs[0] for rule in rules] == [
        "5", "2.5", "true", 'date("2026-01-02")', 'date and time("2026-01-02T13:30:00")',
    ]  # fmt: skip


def test_rules_in_another_order_are_moved_and_nothing_else(tmp_path: Path) -> None:
    model = policies.default()
    path = written(model, tmp_path)
    book = openpyxl.load_workbook(path)
    page = book["value"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=FIRST_RULE)]
    for at, row in enumerate([rows[-1], *rows[:-1]]):
        for n, value in enumerate(row, 1):
            page.cell(FIRST_RULE + at, n).value = value
    book.save(path)
    assert changes(path, model) == [
        {"kind": "move", "table": "value.table", "rule": "value.standard", "after": ""}
    ]


def spoil(book: Any, what: str) -> None:
    page = book["side note"]
    match what:
        case "another table":
            page["A1"] = "nothing.table"
        case "twice":
            page["A1"] = "standing.table"
        case "no head":
            page.delete_rows(3)
        case "column gone":
            page.delete_cols(4)
        case "new column":
            page.cell(7, 8).value = "amount"
        case "type":
            page["C8"] = "string"


@pytest.mark.parametrize(
    ("what", "place", "said"),
    [
        ("another table", "side note", "no table of ours"),
        ("twice", "s", "two sheets"),
        ("no head", "side note, row 3", "lost its head"),
        ("column gone", "side note", "“side note” is not there"),
        ("new column", "side note", "“amount” is none of this table"),
        ("type", "side note", "“disputed amount” reads"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, what: str, place: str, said: str
) -> None:
    model = policies.default()
    path = written(model, tmp_path)
    book = openpyxl.load_workbook(path)
    spoil(book, what)
    book.save(path)
    with pytest.raises(Problem, match=said) as refused:
        changes(path, model)
    assert place in refused.value.place


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.xlsx"
    for data in (b"", b"PK\x03\x04", b"<xml/>"):
        path.write_bytes(data)
        with pytest.raises(Problem):
            changes(path, policies.default())
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(Problem, match="declarations"):
        changes(path, policies.default())


def test_a_cell_that_excel_would_cut_is_refused() -> None:
    logic = table({"n": "string"}, [["-", '"' + "x" * 32_770 + '"']])
    with pytest.raises(Problem, match="32767"):
        workbook(dmn.load(drawing({}, decision("d", logic))), plain)


def test_a_model_without_tables_is_a_workbook_all_the_same(tmp_path: Path) -> None:
    model = dmn.load(drawing({"n": "number"}))
    assert changes(written(model, tmp_path), model) == []
    assert len(openpyxl.load_workbook(BytesIO(workbook(model, plain))).worksheets) == 1


def test_names_of_sheets_and_texts_that_xml_has_not() -> None:
    assert sheet_names(["a/b", "a:b", "x" * 40, "X" * 40, "[]"]) == [
        "a b", "a b (2)", "x" * 31, "X" * 27 + " (2)", "table",
    ]  # fmt: skip
    for text in ("_x000D_", "a\rb", "\x01", "_x", "tab\there"):
        assert unkept(kept(text)) == text


def damaged(path: Path, part: str, change: Callable[[bytes], bytes | None]) -> None:
    """The workbook with one part of it changed or, where it becomes None, gone."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    assert part in parts
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in parts.items():
            said = change(data) if name == part else data
            if said is not None:
                packed.writestr(name, said)


def as_number(data: bytes) -> bytes:
    return re.sub(rb't="\w+"><(is><t|v)>', b't="n"><v>abc', data, count=1)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("[Content_Types].xml", lambda data: None),
        ("xl/_rels/workbook.xml.rels", lambda data: None),
        ("xl/worksheets/sheet1.xml", lambda data: data[: len(data) // 2]),
        ("xl/worksheets/sheet1.xml", lambda data: data.replace(b' r="A1"', b' r="!1"', 1)),
        ("xl/worksheets/sheet1.xml", as_number),
    ],
)
def test_a_damaged_workbook_is_called_so(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes | None]
) -> None:
    logic = table({"n": "string"}, [["-", '"a"']])
    model = dmn.load(drawing({}, decision("d", logic)))
    path = written(model, tmp_path)
    damaged(path, part, change)
    with pytest.raises(Problem, match="damaged") as refused:
        brought.changes_of("of Sarah.xlsx", path.read_bytes(), model)
    assert refused.value.place == "of Sarah.xlsx"


def test_half_a_character_is_refused_with_its_row_and_two_halves_are_one(tmp_path: Path) -> None:
    logic = table({"n": "string"}, [["-", '"a"']])
    model = dmn.load(drawing({}, decision("d", logic)))
    path = written(model, tmp_path)
    book = openpyxl.load_workbook(path)
    book["d"].cell(FIRST_RULE, 4).value = '"_xD83D__xDE00_"'
    book.save(path)
    assert changes(path, model)[0]["cells"][0]["text"] == '"😀"'
    book["d"].cell(FIRST_RULE, 4).value = '"_xD83D_"'
    book.save(path)
    with pytest.raises(Problem, match="half a character") as refused:
        changes(path, model)
    assert refused.value.place == f"d, row {FIRST_RULE}"


def in_words(model: Model, folder: Path, language: str) -> Path:
    path = folder / "policy.xlsx"
    path.write_bytes(workbook(model, plain, "", Talk(model, language)))
    return path


@pytest.mark.parametrize("language", ["en", "ko", "zh-hant"])
def test_in_the_words_of_the_grid_it_comes_back_to_the_letter(
    cast: Cast, tmp_path: Path, language: str
) -> None:
    model = policies.default()
    path = in_words(model, tmp_path, language)
    book = openpyxl.load_workbook(path)
    said = {str(cell.value) for page in book for row in page.iter_rows(FIRST_RULE) for cell in row}
    assert said.isdisjoint({"-", '"go ahead"', "? = true", "null", "[]"})
    # What is said to the customer may read alike with its places left out.
    keys = {each.removeprefix('= "').removesuffix('"') for each in said if each.startswith("=")}
    assert keys <= set(SENTENCES)
    other = disturbed(model, random.Random(language))
    with translation.override("en"):  # whoever brings it back
        assert changes(path, model) == []
        again = applied(other, changes(path, other))
    rules = [rule for table in model.tables.values() for rule in table.rules]
    for old, new in zip(rules, (r for t in again.tables.values() for r in t.rules), strict=True):
        assert (old.id, old.outputs, old.annotations) == (new.id, new.outputs, new.annotations)
        assert all(map(is_same, old.inputs, new.inputs))  # true, or ? = true


@pytest.mark.parametrize("seed", range(4))
def test_odd_cells_come_back_from_words_too(cast: Cast, seed: int, tmp_path: Path) -> None:
    number = random.Random(seed)
    model = a_model(number)
    path = in_words(model, tmp_path, "en")
    assert changes(path, model) == []
    other = disturbed(model, number)
    assert applied(other, changes(path, other)).tables == model.tables


def test_what_is_typed_into_the_sheet_is_read_as_in_the_grid(cast: Cast, tmp_path: Path) -> None:
    model = policies.default()
    path = in_words(model, tmp_path, "ko")
    book = openpyxl.load_workbook(path)
    page = book["side note"]
    assert [page.cell(WORDS, at).value for at in (3, 4)] == ["이의 제기 금액, EUR", "참고 사항"]
    assert page.cell(FIRST_RULE, 3).value == "0 초과"
    page.cell(FIRST_RULE, 3).value = "500 이상 2,000 미만"
    book.save(path)
    [found] = changes(path, model)
    assert [each["text"] for each in found["cells"]] == ["[500..2000)"]
    page.cell(FIRST_RULE, 3).value = "많이"
    book.save(path)
    with pytest.raises(Problem, match="많이") as refused:
        changes(path, model)
    assert refused.value.place.startswith(f"side note, row {FIRST_RULE}, ")
