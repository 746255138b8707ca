"""A table of the policy gives one thing more: a column of results, in answers and their log."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from django.utils import translation
from tests.treatment.cast import TODAY, Cast, a_customer
from tests.treatment.proposing import seen
from tests.treatment.test_proposal_pages import client_of

from concord import dmn
from concord.dmn.edit import edited
from concord.dmn.model import Model
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.treatment import (
    brought,
    changes,
    law,
    new_results,
    new_tables,
    own_words,
    policies,
    queries,
    requests,
    simulate,
)
from concord.treatment.actions import drafts, examples, own_requests, proposals
from concord.treatment.actions.decide import decide
from concord.treatment.actions.replay import replay
from concord.treatment.grid import changes as grid_changes
from concord.treatment.grid.sheet import Sheet
from concord.treatment.models import AnswerLog, PolicyDraft
from concord.treatment.outcome import Outcome
from concord.treatment.promise import Reader
from concord.treatment.serial import answer_json
from concord.treatment.vocabulary import speaker
from concord.treatment.workbook.write import workbook

pytestmark = pytest.mark.django_db
GIFT = {
    "called": {"en": "Gift", "ko": "선물", "zh-hant": "贈品"},
    "type": "choice",
    "choices": {"Pen": {"en": "Pen", "ko": "펜"}, "Mug": {"en": "Mug"}},
    "default": "null",
}
DAYS = {"called": {"en": "Days to pay"}, "type": "number", "choices": {}, "default": "30"}


def made(model: Model, changes: list[dict[str, Any]]) -> Model:
    def one(model: Model, change: dict[str, Any]) -> Model:
        if change["kind"] == "words":
            return own_words.changed(model, change["of"], change["key"], change["said"])
        return edited(model, change)[0]

    return reduce(one, changes, model)


def with_column(name: str, said: dict[str, Any], table: str = "place_order") -> Model:
    model = policies.default()
    return made(model, new_results.changes(model, table, name, said))


def test_a_column_that_gives_nothing_changes_no_answer() -> None:
    model, old = with_column("gift", GIFT), policies.default()
    table = model.tables["place order"]
    assert (table.outputs[-1].name, table.outputs[-1].type) == ("gift", "string")
    assert {rule.outputs[-1] for rule in table.rules} == {"null"}
    assert law.check(model) == []
    assert changes.between(old, model, "en") == []
    said = {"act": "go ahead", "say": "order_go_ahead", "urgency": "today"}
    assert Outcome.of("best", said).noticed == Outcome.of("best", said | {"gift": None}).noticed
    [told] = changes.rules(old, model, "en")
    assert (told.columns, told.rules, told.gone) == (("New column “gift”.",), (), ())


def test_what_it_gives_is_told_and_what_it_cannot_give_is_found() -> None:
    model = with_column("gift", GIFT).with_cell(
        "place_order.table", "place_order.best", "place_order.gift.out", '"Pen"'
    )
    assert law.check(model) == []
    [table] = changes.between(policies.default(), model, "ko")
    assert "선물은 펜" in table.sentences[0]
    reader = Reader(model, "ko")
    section = next(each for each in reader.sections() if each.id == "place_order")
    with translation.override("ko"):
        best = next(each for each in section.rules if each.id == "place_order.best")
        assert "선물: 펜" in reader.rule(model.tables["place order"],
                                        model.tables["place order"].rules[5]).outcome or (
            "펜" in best.outcome
        )  # fmt: skip
    for wrong in ('"Car"', "", "5"):
        broken = model.with_cell(
            "place_order.table", "place_order.best", "place_order.gift.out", wrong
        )
        assert law.check(broken), wrong


def test_the_answer_the_log_and_the_api_have_it_for_good(cast: Cast) -> None:
    draft = drafts.begin(cast.bob, "Days")
    model = drafts.model_of(draft)
    wanted = [
        *new_results.changes(model, "place_order", "days_to_pay", DAYS),
        *new_results.changes(model, "place_order", "gift", GIFT),
    ]
    wanted[-1]["after"] = "place_order.days_to_pay.out"
    drafts.change(cast.bob, draft.pk, wanted)
    cell = {"rule": "place_order.in_turn", "column": "place_order.gift.out", "text": '"Pen"'}
    told = {"kind": "cells", "table": "place_order.table", "cells": [cell]}
    drafts.change(cast.bob, draft.pk, [told])
    in_force(cast, draft)
    customer, _profile = a_customer()
    touched = simulate.compare(policies.default(), policies.in_force(TODAY).model, TODAY)
    assert [each.name for each in touched.named] == [customer.name]
    answer = decide(customer.pk, "place_order", {}, asked_by=cast.alice, channel="page")
    said = answer_json(answer)["results"]
    assert said["days_to_pay"] == {
        "words": {"en": "Days to pay", "ko": "Days to pay", "zh-hant": "Days to pay"},
        "value": "30", "value_words": None,
    }  # fmt: skip
    assert said["gift"]["value_words"]["ko"] == "펜"
    shown = queries.present(viewer_of(cast.alice), answer, "ko")
    assert shown.results == (("Days to pay", "30"), ("선물", "펜"))
    page = client_of(cast.alice).get(f"/customers/{customer.pk}/ask/place_order/")
    assert "<dt>Gift</dt><dd>Pen</dd>" in page.content.decode()
    # A later version calls it otherwise; what was answered keeps its words, and replays.
    later = drafts.begin(cast.bob, "Present")
    named = new_results.renamed(drafts.model_of(later), "gift", {"en": "A present"})
    drafts.change(cast.bob, later.pk, named)
    in_force(cast, later)
    again = decide(customer.pk, "place_order", {}, asked_by=cast.alice, channel="page")
    assert again.results[-1].words["ko"] == "A present"
    log = client_of(cast.alice).get(f"/answers/{answer.answer_id}/").content.decode()
    assert "<dt>Gift</dt><dd>Pen</dd>" in log
    other = decide(customer.pk, "appointment", {}, asked_by=cast.alice, channel="page")
    assert answer_json(other)["results"] == {}
    assert all(replay(each).identical for each in AnswerLog.objects.all())


def test_what_another_tool_gives_is_kept_and_read_again(cast: Cast) -> None:
    draft = drafts.begin(cast.bob, "Odd")
    odd = {
        "moment": ("date and time", 'date and time("2026-01-01T10:00:00")'),
        "moments": ("days and time duration", 'duration("P1D")'),
        "much": ("number", "500000000"),  # won
        "more": ("number", "1e30"),
    }
    for name, (kind, text) in odd.items():
        said = {**DAYS, "called": {"en": name}, "type": "text", "default": text}
        wanted = new_results.changes(drafts.model_of(draft), "place_order", name, said)
        drafts.change(cast.bob, draft.pk, [*wanted[:-1], {**wanted[-1], "type": kind}])
        draft.refresh_from_db()
    in_force(cast, draft)
    customer, _profile = a_customer()
    answer = decide(customer.pk, "place_order", {}, asked_by=cast.alice, channel="page")
    assert replay(AnswerLog.objects.get()).identical
    page = client_of(cast.alice).get(f"/answers/{answer.answer_id}/").content.decode()
    assert "<dt>much</dt><dd>500,000,000</dd>" in page
    # What no page of ours writes is a text.
    model = own_words.changed(drafts.model_of(draft), "result", "odd", DAYS | {"type": "colour"})
    known = own_words.entry(model, "result", "odd")
    assert known is not None
    assert new_results.changes(model, "proposal", "odd", known)[-1]["type"] == "string"


def in_force(cast: Cast, draft: PolicyDraft) -> None:
    draft.refresh_from_db()
    proposal = proposals.propose(cast.bob, draft.pk, draft.name, "Ours.", TODAY)
    proposals.publish_proposal(cast.sarah, proposal.pk, TODAY, "Agreed.", seen())


def test_the_grid_chooses_it_and_a_new_rule_gives_its_default() -> None:
    with translation.override("ko"):
        sheet = Sheet(with_column("gift", GIFT | {"default": '"Mug"'}), "place order", "ko")
    column = sheet.by_id["place_order.gift.out"]
    assert (column.title, column.kind) == ("선물", "one")
    assert column.options == {"Pen": "펜", "Mug": "Mug"}
    [insert] = grid_changes.read(sheet, [{"kind": "insert", "after": "", "rules": [{}]}])
    assert insert["rules"] == [{"cells": {"place_order.gift.out": '"Mug"'}}]
    said = {"kind": "cells", "cells": [{"rule": "place_order.best", "column": column.id,
                                        "typed": "펜"}]}  # fmt: skip
    [cells] = grid_changes.read(sheet, [said])
    assert cells["cells"][0]["text"] == '"Pen"'
    new = made(sheet.model, [{**insert, "rules": [{"id": "new", **insert["rules"][0]}]}])
    assert Sheet(new, "place order", "en").suggestion("new") is not None


def test_files_keep_it(cast: Cast) -> None:
    model = with_column("gift", GIFT)
    again = dmn.load(model.save())
    assert own_words.of(again).results["gift"].choices["Pen"]["ko"] == "펜"
    assert brought.changes_of("p.xlsx", workbook(model, speaker("en", model), ""), model) == []


def test_an_own_requests_table_has_the_columns_of_any_other_request(cast: Cast) -> None:
    own_requests.make(cast.adam, "tour", {"en": "A tour"}, "sales", None)
    model = with_column("gift", GIFT, "any_other")
    tour = made(model, new_tables.changes(model, requests.kind("tour")))
    assert tour.tables["tour"].outputs[-1].name == "gift"
    same = own_words.entry(model, "result", "gift")
    assert same is not None
    [column] = new_results.changes(model, "proposal", "gift", same)  # its words are there
    assert column["kind"] == "add column"
    with pytest.raises(Problem, match="holds something else"):
        new_results.changes(model, "proposal", "gift", DAYS)
    [gone] = new_results.without(made(model, [column]), "proposal", "proposal.gift.out")
    assert gone["kind"] == "remove column"


def test_on_the_page_it_is_added_called_otherwise_and_taken_away(cast: Cast) -> None:
    draft = drafts.begin(cast.bob, "Gifts")
    before = draft.xml
    page, client = f"/promise/drafts/{draft.pk}/results/place_order/", client_of(cast.bob)
    sent = {"does": "add", "called-en": "Gift", "type": "choice", "choices-en": "Pen\nMug",
            "choices-ko": "펜", "default": "Pen"}  # fmt: skip
    for wrong, told in (
        ({"called-en": ""}, "one language at least"),
        ({"name": "amount"}, "means something else"),
        ({"type": "colour"}, "what the column holds"),
        ({"choices-en": "Pen"}, "between two and"),
        ({"default": "Car"}, "not understood here"),
        ({"type": "number", "default": "ten"}, "not understood here"),
    ):
        refused = client.post(page, sent | wrong)
        assert (refused.status_code, told in refused.content.decode()) == (422, True), wrong
    assert client.post(page, sent)["Location"] == f"/promise/drafts/{draft.pk}/?table=place_order"
    assert "has the column already" in client.post(page, sent).content.decode()
    draft.refresh_from_db()
    table = drafts.model_of(draft).tables["place order"]
    assert (table.outputs[-1].name, {rule.outputs[-1] for rule in table.rules}) == (
        "gift", {'"Pen"'},
    )  # fmt: skip
    client.post(page, {"does": "rename", "name": "gift", "called-en": "A present"})
    assert "A present" in client.get(page).content.decode()
    examples.write(cast.bob, draft.pk, "A gift", "place_order", {}, {"gift": "Pen"})
    column = {"does": "remove", "column": "place_order.gift.out"}
    assert "Examples expect it: A gift." in client.post(page, column).content.decode()
    [kept] = [each["id"] for each in _examples(draft)]
    examples.remove(cast.bob, draft.pk, kept)
    assert client.post(page, column)["Location"] == page
    draft.refresh_from_db()
    assert drafts.model_of(draft).tables == policies.load(before.encode()).tables
    assert own_words.of(drafts.model_of(draft)) == own_words.OwnWords()
    other = f"/promise/drafts/{draft.pk}/results/standing/"
    assert "others rest" in client.get(other).content.decode()
    assert client_of(cast.alice).get(page).status_code == 403


def _examples(draft: PolicyDraft) -> list[dict[str, str]]:
    from concord.treatment.examples import of

    draft.refresh_from_db()
    return [{"id": each.id} for each in of(drafts.model_of(draft))]
