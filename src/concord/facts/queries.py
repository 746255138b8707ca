"""What pages, API and commands show of facts: grouped, in words, redacted to the viewer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from concord.facts import access
from concord.facts.catalogue import FACTS
from concord.facts.derive import derive, evidence_ids
from concord.facts.fact import Fact, FactValue
from concord.facts.say import say_freshness, say_value
from concord.kernel.access import Viewer
from concord.kernel.models import Company, Source
from concord.kernel.words import say
from concord.records import access as records_access
from concord.records.models import Record


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact as it is read: `shown` is its value in words, or "hidden"."""

    fact: Fact
    value: FactValue
    label: str
    shown: str
    freshness: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The records that a fact rests on and the viewer may see; `hidden` are the others."""

    records: list[Record]
    hidden: int


def shown_facts(
    viewer: Viewer,
    customer_id: UUID,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    unit: str | None = None,
    keys: Collection[str] | None = None,
) -> dict[str, list[ShownFact]]:
    """The facts by department, in the order of the catalogue (3 queries)."""
    values = derive(customer_id, as_of=as_of, known_at=known_at, unit=unit, keys=keys)
    currency = Company.load().currency
    names = {each.key: say(each.words) or each.key for each in Source.objects.all()}
    groups: dict[str, list[ShownFact]] = {}
    for key, value in values.items():
        fact = FACTS[key]
        seen = access.sees(viewer, fact)
        shown = say_value(fact, value.value, currency=currency) if seen else _("hidden")
        groups.setdefault(fact.department, []).append(
            ShownFact(fact, value, say(fact.words), shown, say_freshness(value, names))
        )
    return groups


def evidence(
    viewer: Viewer,
    customer_id: UUID,
    key: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    unit: str | None = None,
) -> Evidence:
    """The records that the fact rests on, the newest first (2 queries)."""
    ids = evidence_ids(customer_id, FACTS[key], as_of=as_of, known_at=known_at, unit=unit)
    found = (
        Record.objects.filter(records_access.visible(viewer), id__in=ids)
        .select_related("source", "unit", "profile")
        .order_by("-opened_at", "-id")
    )
    records = list(found)
    return Evidence(records, len(ids) - len(records))
