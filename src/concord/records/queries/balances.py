"""What is still owed on an invoice: its amount less what settled it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from concord.customers.rows import fetch
from concord.kernel.time import now

# The state of the records at a knowledge time: the present row, or the version that was.
_STATES = """
    SELECT id, opened_at, closed_at, amount FROM records_record
    WHERE id = ANY(%(ids)s) AND withdrawn_at IS NULL AND known_from <= %(known)s
    UNION ALL
    SELECT record_id, opened_at, closed_at, amount FROM records_recordversion
    WHERE record_id = ANY(%(ids)s) AND known_from <= %(known)s AND known_to > %(known)s
"""
_SETTLED = """
    SELECT a.invoice_id, sum(a.amount) AS amount FROM records_allocation a
    WHERE a.invoice_id = ANY(%(ids)s) AND a.at <= %(as_of)s
      AND a.known_from <= %(known)s AND (a.known_to IS NULL OR a.known_to > %(known)s)
      AND (
        EXISTS (
            SELECT FROM records_record p WHERE p.id = a.payment_id
              AND p.withdrawn_at IS NULL AND p.known_from <= %(known)s
        ) OR EXISTS (
            SELECT FROM records_recordversion v WHERE v.record_id = a.payment_id
              AND v.known_from <= %(known)s AND v.known_to > %(known)s
        )
      )
    GROUP BY a.invoice_id
"""


def outstanding(
    invoice_ids: Iterable[int], as_of: date, known_at: datetime | None = None
) -> dict[int, Decimal]:
    """What each invoice still owed at the end of `as_of`, as known at `known_at` (None = now).

    Nothing before it was opened, and nothing from the day on which its source says that it was
    closed; in between its amount less the allocations dated until then, unless their payment or
    credit note has been taken back. An invoice without an amount owes nothing that we know of
    and is left out, as is one that was not known at that time.
    """
    rows = fetch(
        f"""
        SELECT r.id, CASE
            WHEN r.opened_at > %(as_of)s OR r.closed_at <= %(as_of)s THEN 0
            ELSE r.amount - coalesce(s.amount, 0) END
        FROM ({_STATES}) r LEFT JOIN ({_SETTLED}) s ON s.invoice_id = r.id
        WHERE r.amount IS NOT NULL
        """,  # noqa: S608 - our own parts
        {"ids": list(invoice_ids), "as_of": as_of, "known": known_at or now()},
    )
    return dict(rows)
