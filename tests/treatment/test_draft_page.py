"""The addresses of the grid: what a page sends and hears, whatever two people do."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.treatment.cast import Cast

from concord.kernel.models import User
from concord.treatment.actions import drafts
from concord.treatment.models import DraftEdit, PolicyDraft

AMOUNT, ACT = "place_order.amount.in", "place_order.act.out"


@pytest.fixture
def draft(cast: Cast) -> PolicyDraft:
    return drafts.begin(cast.sarah, "Kinder")


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(user: User, draft: PolicyDraft, *changes: dict[str, Any], seen: int = 0) -> Any:
    body = {"table": "place_order", "seen": seen, "client": str(uuid4()), "changes": changes}
    return at(user).post(
        f"/promise/drafts/{draft.pk}/edits/", json.dumps(body), content_type="application/json"
    )


def typed(rule: str, column: str, text: str) -> dict[str, Any]:
    return {"kind": "cells", "cells": [{"rule": rule, "column": column, "typed": text}]}


def rule_with(draft: PolicyDraft, cell: str) -> str:
    draft.refresh_from_db()
    table = drafts.model_of(draft).tables["place order"]
    return next(each.id for each in table.rules if cell in each.inputs)


def test_what_is_typed_is_saved_and_the_gap_comes_with_the_rule_that_closes_it(
    cast: Cast, draft: PolicyDraft
) -> None:
    rule = rule_with(draft, "> 10000")
    answer = send(cast.sarah, draft, typed(rule, AMOUNT, "above 20,000")).json()
    (row,) = answer["sheet"]["rows"]
    shown = {cell["c"]: (cell["t"], cell["s"]) for cell in row["cells"]}
    assert shown[AMOUNT] == ("> 20000", "above 20,000")
    assert row["said"].startswith("If the customer is to be watched")
    (gap,) = answer["findings"]
    assert (gap["kind"], gap["shown"][AMOUNT]) == ("gap", "above 10,000, up to 20,000")
    cells = {column: {"text": text} for column, text in gap["close"].items()}
    insert = {"kind": "insert", "after": rule, "rules": [{"cells": cells}]}
    closed = send(cast.sarah, draft, insert, seen=1).json()
    (new,) = closed["sheet"]["rows"]
    assert closed["sheet"]["order"].index(new["id"]) == closed["sheet"]["order"].index(rule) + 1
    (left,) = closed["findings"]
    assert (left["kind"], left["rules"], ACT in left["columns"]) == ("word", [new["id"]], True)
    near = closed["sheet"]["suggestions"][new["id"]]
    taken = [
        {"rule": new["id"], "column": column, "text": text}
        for column, text in near["cells"].items()
    ]
    done = send(cast.sarah, draft, {"kind": "cells", "cells": taken}, seen=2).json()
    assert done["findings"] == []


def test_what_is_not_understood_names_rule_and_column(cast: Cast, draft: PolicyDraft) -> None:
    rule = rule_with(draft, "> 10000")
    refused = send(cast.sarah, draft, typed(rule, AMOUNT, "10.000"))
    assert refused.status_code == 422
    said = refused.json()
    assert (said["place"], said["mend"]) == ("Rule 4, Amount", "Write 10,000 or 10.")
    draft.refresh_from_db()
    assert draft.revision == 0


def test_a_formula_that_is_broken_is_found_in_its_cell(cast: Cast, draft: PolicyDraft) -> None:
    rule = rule_with(draft, "> 10000")
    broken = {"kind": "cells", "cells": [{"rule": rule, "column": AMOUNT, "text": "> ("}]}
    findings = send(cast.sarah, draft, broken).json()["findings"]
    found = next(each for each in findings if each["kind"] == "broken")
    assert (found["rules"], found["columns"]) == ([rule], [AMOUNT])
    assert at(cast.sarah).get(f"/promise/drafts/{draft.pk}/").status_code == 200


def test_two_people_at_once(cast: Cast, draft: PolicyDraft) -> None:
    rule = rule_with(draft, "> 10000")
    send(cast.bob, draft, typed(rule, AMOUNT, "> 15000"))
    other = send(cast.sarah, draft, typed(rule, "why", "Because"))
    assert other.status_code == 200
    assert [each["said"] for each in other.json()["news"] if not each["mine"]] == [
        "Bob changed rule 4."
    ]
    same = send(cast.sarah, draft, typed(rule, AMOUNT, "> 12000"))
    assert same.status_code == 409
    (clash,) = same.json()["clashes"]
    assert (clash["by"], clash["was"], clash["now"], clash["number"]) == (
        "Bob", "above 10,000", "above 15,000", 4,
    )  # fmt: skip
    assert send(cast.sarah, draft, typed(rule, AMOUNT, "> 12000"), seen=2).status_code == 200


def test_the_page_hears_of_others(cast: Cast, draft: PolicyDraft) -> None:
    rule, path = rule_with(draft, "> 10000"), f"/promise/drafts/{draft.pk}/edits/"
    sarah = at(cast.sarah)
    with CaptureQueriesContext(connection) as asked:
        quiet = sarah.get(path, {"since": "0", "table": "place_order"}).json()
    assert quiet == {"revision": 0}
    assert len(asked) <= 6  # every few seconds, of every page that is open
    send(cast.bob, draft, {"kind": "delete", "rules": [rule]})
    heard = sarah.get(path, {"since": "0", "table": "place_order"}).json()
    assert [each["said"] for each in heard["news"]] == ["Bob removed a rule."]
    assert rule not in heard["sheet"]["order"]
    assert sarah.get(path, {"since": "x", "table": "place_order"}).status_code == 422
    assert sarah.get(path, {"since": "0", "table": "gone"}).status_code == 404


def test_what_only_shows_between_tables_comes_with_the_whole(
    cast: Cast, draft: PolicyDraft
) -> None:
    table = drafts.model_of(draft).tables["standing"]
    new = {"rule": table.rules[0].id, "column": table.outputs[0].id, "text": '"splendid"'}
    drafts.change(cast.sarah, draft.pk, [{"kind": "cells", "table": table.id, "cells": [new]}])
    path = f"/promise/drafts/{draft.pk}/findings/"
    answer = at(cast.sarah).get(path, {"table": "standing"}).json()
    assert answer["counts"]["place_order"] > 0  # which knows no such standing
    here = at(cast.sarah).get(path, {"table": "place_order"}).json()
    assert {each["kind"] for each in here["findings"]} == {"word"}


def test_what_one_person_typed_is_not_sent_as_another(cast: Cast, draft: PolicyDraft) -> None:
    """Her sign-in ended, and he signed in at the same browser: it waits for her."""
    body = {"table": "place_order", "seen": 0, "client": str(uuid4()), "by": cast.sarah.pk,
            "changes": [typed(rule_with(draft, "> 10000"), AMOUNT, "> 1")]}  # fmt: skip
    address = f"/promise/drafts/{draft.pk}/edits/"
    for user, status in ((cast.bob, 403), (cast.sarah, 200)):
        sent = at(user).post(address, json.dumps(body), content_type="application/json")
        assert (sent.status_code, DraftEdit.objects.count()) == (status, int(status == 200))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"table": "place_order", "seen": 0, "client": "x"}', b"\xff",
             b"[" * 100_000]
)  # fmt: skip
def test_what_no_page_of_ours_sends(cast: Cast, draft: PolicyDraft, body: bytes) -> None:
    for path in ("edits", "undoing", "redoing"):
        address = f"/promise/drafts/{draft.pk}/{path}/"
        answer = at(cast.sarah).post(address, body, content_type="application/json")
        assert answer.status_code == 422


def test_undo_and_redo_tell_where(cast: Cast, draft: PolicyDraft) -> None:
    rule = rule_with(draft, "> 10000")
    send(cast.sarah, draft, typed(rule, AMOUNT, "> 7"))
    body = {"table": "place_order", "seen": 1, "client": str(uuid4()), "changes": []}
    for path, text, can in (
        ("undoing", "> 10000", [False, True]),
        ("redoing", "> 7", [True, False]),
    ):
        answer = at(cast.sarah).post(
            f"/promise/drafts/{draft.pk}/{path}/", json.dumps(body | {"client": str(uuid4())}),
            content_type="application/json",
        ).json()  # fmt: skip
        (row,) = answer["sheet"]["rows"]
        assert next(cell["t"] for cell in row["cells"] if cell["c"] == AMOUNT) == text
        assert [answer["undo"], answer["redo"]] == can
        assert answer["place"] == [rule, AMOUNT]


def test_every_table_of_a_draft_opens(cast: Cast, draft: PolicyDraft) -> None:
    client = at(cast.sarah)
    for decision in drafts.model_of(draft).decisions:
        page = client.get(f"/promise/drafts/{draft.pk}/", {"table": decision.id})
        assert page.status_code == 200
    assert client.get(f"/promise/drafts/{uuid4()}/").status_code == 404


def test_the_list_of_drafts_asks_as_much_for_twenty(cast: Cast, draft: PolicyDraft) -> None:
    client = at(cast.sarah)
    client.get("/promise/drafts/")
    with CaptureQueriesContext(connection) as one:
        client.get("/promise/drafts/")
    for number in range(20):
        drafts.begin(cast.sarah, f"Draft {number}")
    with CaptureQueriesContext(connection) as twenty:
        page = client.get("/promise/drafts/")
    assert len(twenty) == len(one)
    assert page.content.decode().count("Draft 1") == 11
    assert client.post("/promise/drafts/", {"name": " "}).status_code == 422
    assert client.post("/promise/drafts/", {"name": "Another"}).status_code == 302
