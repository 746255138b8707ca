"""What happened around answers, for a customer's timeline: exceptions that were asked for,
answered, granted and taken back, and what was done otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy

from concord.customers.rows import fetch
from concord.kernel.time import zone
from concord.kernel.words import Words
from concord.treatment import requests

MOST: Final = 200  # lines between two records
TITLES: Final = {
    "asked": gettext_lazy("Exception asked for"),
    "granted": gettext_lazy("Exception granted"),
    "declined": gettext_lazy("Exception declined"),
    "lapsed": gettext_lazy("Exception not answered in time"),
    "taken_back": gettext_lazy("Exception no longer asked for"),
    "withdrawn": gettext_lazy("Exception taken back"),
    "otherwise": gettext_lazy("Done otherwise"),
}
TONES: Final = {
    "asked": "route",
    "granted": "first",
    "declined": "stop",
    "withdrawn": "stop",
    "otherwise": "route",
}

HAPPENED: Final = """
WITH who AS (
    SELECT id FROM customers_customer WHERE id = %(customer)s OR merged_into_id = %(customer)s),
found AS (
    SELECT a.asked_at AS at, 'asked' AS kind, a.request, a.asked_by_id AS by, a.reason AS said,
           '/promise/exceptions/asked/' || a.id || '/' AS url, a.ends_on
    FROM treatment_asking a WHERE a.customer_id IN (SELECT id FROM who)
    UNION ALL
    SELECT a.answered_at, a.verdict, a.request, a.answered_by_id, a.reply,
           '/promise/exceptions/asked/' || a.id || '/', NULL
    FROM treatment_asking a
    WHERE a.customer_id IN (SELECT id FROM who) AND a.verdict NOT IN ('', 'granted')
    UNION ALL
    SELECT l.granted_at, 'granted', l.request, l.granted_by_id, l.reason,
           coalesce('/promise/exceptions/asked/' || a.id || '/', ''), l.ends_on
    FROM treatment_lift l LEFT JOIN treatment_asking a ON a.lift_id = l.id
    WHERE l.customer_id IN (SELECT id FROM who)
    UNION ALL
    SELECT l.withdrawn_at, 'withdrawn', l.request, l.withdrawn_by_id, '', '', NULL
    FROM treatment_lift l
    WHERE l.customer_id IN (SELECT id FROM who) AND l.withdrawn_at IS NOT NULL
    UNION ALL
    SELECT o.at, 'otherwise', o.request, o.by_id, o.reason,
           coalesce('/answers/' || o.answer_id || '/', ''), NULL
    FROM treatment_actedotherwise o WHERE o.customer_id IN (SELECT id FROM who))
SELECT (f.at AT TIME ZONE %(zone)s)::date, f.kind, f.request, coalesce(u.name, ''), f.said, f.url,
       f.ends_on
FROM found f LEFT JOIN kernel_user u ON u.id = f.by
WHERE (%(after)s::date IS NULL OR (f.at AT TIME ZONE %(zone)s)::date > %(after)s)
  AND (%(until)s::date IS NULL OR (f.at AT TIME ZONE %(zone)s)::date <= %(until)s)
ORDER BY f.at DESC LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the timeline that is no record. `opened` is its day, as a record calls it."""

    opened: date
    kind: str
    request: Words
    by: str
    said: str
    url: str
    ends_on: date | None
    happened: bool = True

    @property
    def title(self) -> str:
        return str(TITLES[self.kind])

    @property
    def tone(self) -> str:
        return TONES.get(self.kind, "none")


def happened(customer_id: UUID, after: date | None, until: date | None) -> list[Happened]:
    """Between two days (`after` not included), the latest first. One query."""
    said: dict[str, Any] = {
        "customer": customer_id, "zone": zone().key, "after": after, "until": until, "most": MOST,
    }  # fmt: skip
    kinds = {kind.key: kind.words for kind in requests.BUILT_IN}
    return [
        Happened(
            day, kind, kinds.get(request) or requests.named(request).words, by, text, url, ends
        )
        for day, kind, request, by, text, url, ends in fetch(HAPPENED, said)
    ]
