"""Drafts and proposals for tests: the default policy with some cells changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.treatment.cast import TODAY

from concord.dmn.model import Model
from concord.kernel.models import User
from concord.treatment import policies
from concord.treatment.actions import drafts, proposals
from concord.treatment.models import PolicyDraft, PolicyInForce, PolicyProposal

LOWER = {  # who is watched waits from 5,000 on
    ("watch_large", "amount.in"): "> 5000",
    ("watch_small", "amount.in"): "<= 5000",
}
GAP = {("watch_large", "amount.in"): "> 20000"}
CONFLICT = {("watch_large", "amount.in"): "> 5000"}


def changed(cells: dict[tuple[str, str], str], model: Model | None = None) -> Model:
    """The policy with cells of the table for orders changed."""
    model = model or policies.default()
    for (rule, column), text in cells.items():
        model = model.with_cell(
            "place_order.table", f"place_order.{rule}", f"place_order.{column}", text
        )
    return model


def a_draft(by: User, cells: dict[tuple[str, str], str] = LOWER) -> PolicyDraft:
    draft = drafts.begin(by, "Smaller orders wait, too")
    xml = changed(cells).save().decode()
    drafts.change(by, draft.pk, [{"kind": "file", "xml": xml}])
    draft.refresh_from_db()
    return draft


def a_proposal(
    by: User, cells: dict[tuple[str, str], str] = LOWER, day: date = TODAY, **said: Any
) -> PolicyProposal:
    what = said.pop("what", "Orders over 5,000 wait for accounts")
    why = said.pop("why", "Two large losses this year.")
    return proposals.propose(by, a_draft(by, cells).pk, what, why, day, **said)


def seen() -> int:
    """What the sponsor has seen who looks now."""
    return PolicyInForce.objects.latest("id").pk
