"""What the verdicts keep of a person: whether we kept our word to them. They hold no words of
theirs; who is erased has none any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from concord.customers.rights.registry import Entry, Erasing, Holding, Person
from concord.kernel.words import say
from concord.treatment.actions.verdicts import write
from concord.treatment.keeping.listing import shown
from concord.treatment.models import ActVerdict

AT_ONCE: Final = 500
LABELS: Final = {
    "at": _("When"), "request": _("Request"), "record": _("Record"), "act": _("Our promise said"),
    "verdict": _("Verdict"), "reason": _("Reason"),
}  # fmt: skip


def holding() -> Holding:
    title = _("Whether we kept our word to them")
    return Holding("verdicts", title, frozenset(), erase, verdicts, LABELS)


def verdicts(person: Person) -> Iterable[Entry]:
    rows = ActVerdict.objects.filter(_of(person.customers, person.profiles), known_to=None)
    rows = rows.select_related("customer", "record", "unit").order_by("pk")
    for start in range(0, rows.count(), AT_ONCE):
        for row in shown(list(rows[start : start + AT_ONCE])):
            yield {"at": row.verdict.day, "request": say(row.request),
                   "record": row.verdict.record.key, "act": row.said, "verdict": row.told,
                   "reason": row.reason}  # fmt: skip


def _of(customers: Collection[UUID], profiles: Collection[UUID]) -> Q:
    """Theirs, and what was done for them as somebody who works at another customer."""
    return Q(customer_id__in=customers) | Q(record__profile_id__in=profiles)


def erase(erasing: Erasing) -> Iterator[int]:
    """They are closed; what was counted of them goes."""
    theirs = _of(erasing.customers, erasing.profiles)
    mine = ActVerdict.objects.filter(theirs, known_to=None)
    while some := list(mine.order_by("pk")[:AT_ONCE]):
        with transaction.atomic():
            yield write((), some)
