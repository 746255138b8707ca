"""Why a person is asked of two who agree enough to be one customer by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers import access, words
from concord.customers.evidence import scale_of
from concord.customers.golden import names_said
from concord.customers.matching.model import Model
from concord.customers.models import Membership
from concord.customers.questions import Question
from concord.kernel.access import Viewer
from concord.kernel.words import say

MOST: Final = 3  # reasons that are said of one question: its strongest pairs come first


@dataclass(frozen=True, slots=True)
class Other:
    """An entry because of which nobody was joined; `customer` where it is on neither side."""

    name: str
    source: str
    key: str
    customer: UUID | None


@dataclass(frozen=True, slots=True)
class Reason:
    text: str
    others: tuple[Other, ...] = ()


def short(question: Question) -> str:
    """The first reason in few words, for a list; empty where the evidence itself says it."""
    for pair in question.pairs:
        for code in _codes(pair.evidence):
            return str(words.HELD_SHORT[code])
    return ""


def reasons(viewer: Viewer, question: Question, model: Model) -> list[Reason]:
    """One query where entries are named, else none."""
    if question.is_doubt:
        return []
    found: dict[str, list[UUID]] = {}
    for pair in question.pairs:
        for code in _codes(pair.evidence):
            found.setdefault(code, [UUID(each) for each in pair.evidence.get("others", ())])
    if not found:
        return _from_before(question, model)
    first = dict(list(found.items())[:MOST])
    named = _others(viewer, question, {each for ids in first.values() for each in ids})
    return [
        Reason(words.objection(code), tuple(named[each] for each in ids if each in named))
        for code, ids in first.items()
    ]


def _codes(evidence: Mapping[str, Any]) -> Iterator[str]:
    return (veto for veto in evidence.get("vetoes", ()) if veto in words.HELD)


def _from_before(question: Question, model: Model) -> list[Reason]:
    """Nothing holds them back by what is kept with the pairs, and yet they would be enough."""
    if any(
        pair.score >= scale_of(pair, model).automatic and not pair.evidence.get("vetoes")
        for pair in question.pairs
    ):
        return [Reason(_("It was asked before, or somebody took apart what was joined."))]
    return []


def _others(viewer: Viewer, question: Question, entries: Collection[UUID]) -> dict[UUID, Other]:
    """What they are called, of those whose data is used."""
    if not entries:
        return {}
    rows = Membership.objects.filter(
        profile__in=entries, known_to=None, profile__withdrawn_at=None
    ).exclude(customer__in=access.held_back(viewer))
    here = {question.one, question.other}
    return {
        row.profile_id: Other(
            names_said(row.profile.data).get("name") or row.profile.key,
            say(row.profile.source.words) or row.profile.source.key,
            row.profile.key,
            None if row.customer_id in here else row.customer_id,
        )
        for row in rows.select_related("profile__source")
    }
