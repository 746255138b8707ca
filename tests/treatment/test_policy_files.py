"""Files out of a policy and into a draft: nothing is lost, and what would change is seen before."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.treatment.cast import Cast

from concord import dmn
from concord.kernel.errors import Problem
from concord.treatment import brought, policies
from concord.treatment.actions import draft_files, drafts
from concord.treatment.models import DraftEdit, PolicyDraft
from concord.treatment.workbook.sheet import FIRST_COLUMN, FIRST_RULE
from concord.treatment.workbook.write import workbook

DRAWN = Path(__file__).with_name("drawn.dmn")


def plain(text: str, _kind: str) -> str:
    return text


def changed_workbook() -> bytes:
    """The policy's workbook, in which a manager waits 45 days in place of 30."""
    return changed(workbook(policies.default(), plain), "> 30", "> 45")


def changed(data: bytes, was: str, text: str, new: str = "") -> bytes:
    """One cell of the standing says another text; below its rules a new one, if any."""
    book = openpyxl.load_workbook(BytesIO(data))
    page = next(each for each in book.worksheets if each["A1"].value == "standing.table")
    rows = page.iter_rows(min_row=FIRST_RULE)
    cell = next(cell for row in rows for cell in row if cell.value == was)
    cell.value = text
    if new:
        page.cell(page.max_row + 1, FIRST_COLUMN).value = new
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def as_file(name: str, data: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, data)}


@pytest.mark.django_db  # the names of the requests of our own
def test_what_somebody_changed_in_excel_is_one_cell() -> None:
    model = policies.default()
    found = brought.changes_of("policy.xlsx", changed_workbook(), model)
    assert found == [
        {
            "kind": "cells",
            "table": "standing.table",
            "cells": [
                {
                    "rule": "standing.overdue",
                    "column": "standing.oldest_undisputed_overdue_days.in",
                    "text": "> 45",
                }
            ],
        }
    ]
    told = brought.outlook(model, brought.after(model, found), "en")
    (table,) = told.tables
    assert table.title == "Who is in which standing"
    assert table.sentences == [
        "If hold set by accounts does not apply and overdue, disputed amounts aside is over 100 "
        "and oldest overdue invoice, disputes aside is over 30 and at most 45, before: standing "
        "is on hold; now: standing is to be watched."
    ]
    assert (list(told.new), list(told.gone), list(told.findings), told.is_empty) == (
        [], [], [], False,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_file_that_dmn_js_saved_opens_and_keeps_all_it_had() -> None:
    """As dmn-js writes: DMN 1.3, its own names of namespaces, widths, diagrams, Camunda's own."""
    data = DRAWN.read_bytes()
    model = dmn.load(data)
    assert model.problems == ()
    assert model.evaluate("Dish", {"season": "Winter", "guests": 9}).value == "Stew"
    brought.check_shape(model)
    (change,) = brought.changes_of("dish.dmn", data, policies.default())
    kept = change["xml"]
    for each in (
        'biodi:width="192"', 'biodi:annotationsWidth="300"', 'camunda:inputVariable="theSeason"',
        'camunda:historyTimeToLive="P30D"', 'camunda:diagramRelationId="ab-12"',
        'modeler:executionPlatform="Camunda Platform"', "<dmndi:DMNShape", "<di:waypoint",
        "textAnnotation", "<description>in the cold</description>",
    ):  # fmt: skip
        assert each in kept, each
    assert dmn.load(kept.encode()).tables == model.tables


def test_a_model_without_our_tables_becomes_a_draft_that_lists_what_is_wrong(cast: Cast) -> None:
    draft = draft_files.begin(cast.olga, "Dishes", "dish.dmn", DRAWN.read_bytes())
    assert (draft.revision, DraftEdit.objects.get().by) == (1, cast.olga)
    model = drafts.model_of(draft)
    assert list(model.tables) == ["Dish"]
    told = brought.outlook(policies.default(), model, "en")
    assert "Place an order: This table is missing." in told.findings
    assert "Who is in which standing: This table is missing." in told.findings
    assert list(told.new) == ["Dish"]
    assert len(told.gone) == 14


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<definitions>", "line 1"),
        (b"<html/>", "no DMN"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><definitions/>', "neither is read"),
        (b"PK\x03\x04 broken", "no Excel workbook"),
        (b" " * ((2 << 20) + 1), "at most 2 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_no_draft(
    cast: Cast, data: bytes, said: str
) -> None:
    with pytest.raises(Problem, match=said):
        draft_files.begin(cast.sarah, "Broken", "broken.dmn", data)
    assert not PolicyDraft.objects.exists()


def test_a_rule_without_a_cell_for_each_column_is_refused_with_its_place() -> None:
    entry = b'<outputEntry id="out2">\n          <text>"Salad"</text>\n        </outputEntry>'
    data = DRAWN.read_bytes()
    assert entry in data
    with pytest.raises(Problem) as refused:
        brought.changes_of("dish.dmn", data.replace(entry, b""), policies.default())
    assert refused.value.place == "Dish, rule 2"


def test_what_is_taken_out_is_what_comes_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.alice)
    book = client.get("/promise/versions/1/workbook/")
    assert book["Content-Disposition"] == 'attachment; filename="promise-1.xlsx"'
    model = policies.by_number(1).model
    assert brought.changes_of("x.xlsx", book.content, model) == []
    for address, namespace in (("", b"20230324"), ("?as=1.3", b"20191111")):
        file = client.get(f"/promise/versions/1/dmn/{address}")
        assert namespace in file.content.split(b">", 2)[1]
        assert dmn.load(file.content).tables == model.tables
    assert client.get("/promise/versions/7/dmn/").status_code == 422


def test_a_file_is_seen_before_it_is_taken_and_seen_again_where_somebody_was_faster(
    client: Client, cast: Cast
) -> None:
    draft = drafts.begin(cast.olga, "Kinder")
    page = f"/promise/drafts/{draft.pk}/file/"
    client.force_login(cast.olga)
    looked = client.post(page, as_file("policy.xlsx", changed_workbook()))
    assert "over 30 and at most 45" in looked.content.decode()
    said = looked.context
    draft.refresh_from_db()
    assert draft.revision == 0  # nothing was done by looking
    form = {key: str(said[key]) for key in ("changes", "revision", "name")}
    column, rule = "standing.overdue_undisputed.in", "standing.overdue"
    cell = {"rule": rule, "column": column, "text": "> 200"}
    drafts.change(cast.sarah, draft.pk, [
        {"kind": "cells", "table": "standing.table", "cells": [cell]},
    ])  # fmt: skip
    again = client.post(page, form)
    assert again.status_code == 409
    assert "Somebody changed this draft meanwhile" in again.content.decode()
    form["revision"] = str(again.context["revision"])
    assert client.post(page, form).status_code == 302
    draft.refresh_from_db()
    rules = {each.id: each.inputs for each in drafts.model_of(draft).tables["standing"].rules}
    assert rules[rule][1:3] == ("> 200", "> 45")  # both changes stand
    for wrong in ("", "{", '[{"kind": "shout"}]', '["x"]'):
        assert client.post(page, form | {"changes": wrong, "revision": "2"}).status_code == 422
    assert client.post(page).status_code == 422


def test_a_workbook_changes_what_was_changed_in_it_and_leaves_what_others_did(
    client: Client, cast: Cast
) -> None:
    """Sarah takes it out; Bob adds a rule, changes one and removes one; she brings it back."""
    draft = drafts.begin(cast.sarah, "Kinder")
    page, table = f"/promise/drafts/{draft.pk}/", "standing.table"
    client.force_login(cast.sarah)
    first, second, *_others, last = [rule.id for rule in standing(draft)]
    drafts.change(cast.sarah, draft.pk, [said_in_standing(second, "> 11")])
    taken = client.get(f"{page}workbook/").content
    drafts.change(cast.bob, draft.pk, [
        {"kind": "insert", "table": table, "after": first, "rules": [{"id": "bobs"}]},
        said_in_standing(last, "> 77"),
        {"kind": "delete", "table": table, "rules": [second]},
    ])  # fmt: skip
    draft.refresh_from_db()
    assert draft_files.changes_of(draft, "x.xlsx", taken) == []

    hers = changed(taken, "above 30", "> 45", new="not(? = true)")
    for times in range(2):  # brought twice it is there once
        draft.refresh_from_db()
        found = draft_files.changes_of(draft, "x.xlsx", hers)
        assert [each["kind"] for each in found] == ["cells", "insert"][: 2 - times]
        drafts.change(cast.sarah, draft.pk, found)
        rules = {rule.id: rule.inputs for rule in standing(draft)}
        assert "bobs" in rules
        assert second not in rules
        assert rules[last][1] == "> 77"
        assert rules["standing.overdue"][2] == "> 45"
        assert sum("not(? = true)" in inputs for inputs in rules.values()) == 1
    gone = changed(taken, "above 11", "above 12")
    with pytest.raises(Problem, match="taken away a rule") as refused:
        draft_files.changes_of(draft, "x.xlsx", gone)
    assert refused.value.place == "standing, rule 2"


def standing(draft: PolicyDraft) -> Any:
    draft.refresh_from_db()
    return drafts.model_of(draft).tables["standing"].rules


def said_in_standing(rule: str, text: str) -> dict[str, Any]:
    cell = {"rule": rule, "column": "standing.overdue_undisputed.in", "text": text}
    return {"kind": "cells", "table": "standing.table", "cells": [cell]}


def test_a_new_draft_from_a_file_is_called_as_the_file(client: Client, cast: Cast) -> None:
    client.force_login(cast.bob)
    made = client.post("/promise/drafts/file/", as_file("dish.dmn", DRAWN.read_bytes()))
    draft = PolicyDraft.objects.get()
    assert (draft.name, made["Location"]) == ("dish", f"/promise/drafts/{draft.pk}/")
    for kind in ("dmn", "workbook"):
        file = client.get(f"/promise/drafts/{draft.pk}/{kind}/")
        assert file["Content-Disposition"].startswith('attachment; filename="dish-1.')
    refused = client.post("/promise/drafts/file/", as_file("x.dmn", b"<x/>"))
    assert refused.status_code == 422
    assert PolicyDraft.objects.count() == 1
