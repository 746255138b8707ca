"""What a silence is about: how many of what, the largest of them, what would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from concord.customers.models import Profile, RelationshipKind
from concord.customers.rows import fetch
from concord.kernel.access import Viewer
from concord.kernel.models import Source
from concord.kernel.words import say
from concord.records import access, types
from concord.records.models import AbsentKind, Record, Silence, SilenceState

SMALL_SHARE: Final = 0.05  # more than this missing at once: the export may be cut off
EXAMPLES: Final = 10


@dataclass(frozen=True, slots=True)
class Impact:
    """What withdrawing would change: `owed` by currency, open credit holds, customers of whom
    nothing else would be known."""

    owed: list[tuple[Decimal, str]]
    holds: int
    customers: int


def waiting(viewer: Viewer) -> QuerySet[Silence]:
    """The silences that wait for a decision of sources that the viewer tends."""
    tended = Source.objects.filter(access.tended(viewer))
    return Silence.objects.filter(state=SilenceState.OPEN, source__in=tended).select_related(
        "source"
    )


def in_words(counts: dict[str, int]) -> list[tuple[int, str]]:
    """How many of what, the most first, in the reader's words."""
    ordered = sorted(counts.items(), key=lambda one: -one[1])
    return [(n, _called(type)) for type, n in ordered]


def impact(silence: Silence) -> Impact:
    closing = [
        f"{kind.key} {status.key}"
        for kind in types.all_types().values()
        for status in kind.statuses
        if status.closes
    ]
    values = {"silence": silence.pk, "closing": closing}
    owed = fetch(
        """
        SELECT sum(r.amount - coalesce(paid.amount, 0)), r.currency
        FROM records_absence a JOIN records_record r ON r.id = a.row_id
        LEFT JOIN LATERAL (
            SELECT sum(p.amount) AS amount FROM records_allocation p
            WHERE p.invoice_id = r.id AND p.known_to IS NULL
        ) paid ON TRUE
        WHERE a.silence_id = %(silence)s AND a.kind = 'record' AND r.type = 'invoice'
          AND r.closed_at IS NULL AND r.amount IS NOT NULL
          AND (r.type || ' ' || r.status) <> ALL(%(closing)s)
        GROUP BY r.currency ORDER BY 1 DESC
        """,
        values,
    )
    holds = fetch(
        """
        SELECT count(*) FROM records_absence a JOIN records_record r ON r.id = a.row_id
        WHERE a.silence_id = %(silence)s AND a.kind = 'record' AND r.type = 'credit_hold'
          AND r.closed_at IS NULL AND (r.type || ' ' || r.status) <> ALL(%(closing)s)
        """,
        values,
    )
    customers = fetch(
        """
        SELECT count(DISTINCT m.customer_id) FROM records_absence a
        JOIN customers_membership m ON m.profile_id = a.profile_id AND m.known_to IS NULL
        WHERE a.silence_id = %(silence)s AND NOT EXISTS (
            SELECT FROM customers_membership other
            JOIN customers_profile p ON p.id = other.profile_id AND p.withdrawn_at IS NULL
            LEFT JOIN records_absence b ON b.profile_id = p.id AND b.silence_id = a.silence_id
            WHERE other.customer_id = m.customer_id AND other.known_to IS NULL AND b.id IS NULL)
        """,
        values,
    )
    return Impact([(amount, currency) for amount, currency in owed], holds[0][0], customers[0][0])


def largest(silence: Silence) -> Sequence[Record]:
    """The records with the largest amounts among what is missing."""
    ids = silence.absences.filter(kind=AbsentKind.RECORD).values("row_id")
    return list(
        Record.objects.filter(pk__in=ids, amount__isnull=False)
        .select_related("profile")
        .order_by("-amount", "id")[:EXAMPLES]
    )


def some_customers(silence: Silence) -> Sequence[Profile]:
    ids = silence.absences.filter(kind=AbsentKind.PROFILE).order_by("id").values("profile_id")
    return list(Profile.objects.filter(pk__in=[one["profile_id"] for one in ids[:EXAMPLES]]))


def _called(type: str) -> str:
    if type == "profile":
        return _("customers")
    if type in RelationshipKind.values:
        return _("relationships: %(kind)s") % {"kind": RelationshipKind(type).label}
    record, _dot, line = type.partition(".")
    known = types.all_types().get(record)
    plural = say(known.plural) if known else record
    return _("lines of %(records)s") % {"records": plural} if line else plural
