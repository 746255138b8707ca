"""Facts of all customers beside SQL written by hand for the same numbers, and of one customer."""

from __future__ import annotations

import random
import time
from typing import Any

from bench.harness import Say, spread
from bench.house import CUSTOMERS, DAY, RECORDS, open_house

ASKED = 400
POLICY = (
    *("overdue_amount", "overdue_undisputed", "oldest_undisputed_overdue_days", "disputed_amount"),
    *("revenue_12_months", "revenue_12_months_before", "average_days_late"),
    *("orders_12_months", "purchases_12_months"),
    *("hold_set_by_accounting", "open_critical_cases", "customer_since"),
)

# What somebody who knows the data would write: no knowledge time, no observed fields, no foreign
# currency, no units; disputes by their flag only.
BY_HAND = """
SELECT c.id,
  coalesce(sum(open) FILTER (WHERE due_at < %(day)s AND open > 0), 0),
  coalesce(sum(open) FILTER (WHERE due_at < %(day)s AND open > 0 AND NOT disputed), 0),
  coalesce(max(%(day)s - due_at) FILTER (WHERE due_at < %(day)s AND open > 0 AND NOT disputed), 0),
  coalesce(sum(open) FILTER (WHERE open > 0 AND disputed), 0),
  coalesce(sum(amount) FILTER (WHERE type = 'invoice' AND opened_at > %(day)s - interval '1 year'),
           0),
  coalesce(sum(amount) FILTER (WHERE type = 'invoice'
           AND opened_at > %(day)s - interval '2 years'
           AND opened_at <= %(day)s - interval '1 year'), 0),
  round(avg(greatest(0, closed - due_at)) FILTER (WHERE type = 'invoice'
           AND closed > %(day)s - interval '1 year'), 1),
  count(*) FILTER (WHERE type = 'order' AND opened_at > %(day)s - interval '1 year'),
  CASE WHEN count(*) FILTER (WHERE type = 'order') > 0
       THEN count(*) FILTER (WHERE type = 'order' AND opened_at > %(day)s - interval '1 year')
       ELSE count(*) FILTER (WHERE type = 'invoice' AND opened_at > %(day)s - interval '1 year')
  END,
  count(*) FILTER (WHERE type = 'credit_hold' AND closed IS NULL) > 0,
  count(*) FILTER (WHERE type = 'case' AND closed IS NULL AND severity = 'critical'),
  min(opened_at) FILTER (WHERE type IN ('order', 'invoice', 'contract'))
FROM customers_customer c
LEFT JOIN (
  SELECT m.customer_id, r.type, r.opened_at, r.due_at, r.amount,
         r.data->>'severity' AS severity,
         coalesce((r.data->>'disputed')::boolean, false) AS disputed,
         CASE WHEN r.closed_at <= %(day)s THEN r.closed_at END AS closed,
         CASE WHEN r.type = 'invoice' AND (r.closed_at IS NULL OR r.closed_at > %(day)s)
              THEN r.amount - coalesce(p.settled, 0) END AS open
  FROM records_record r
  JOIN customers_membership m ON m.profile_id = r.profile_id AND m.known_to IS NULL
  LEFT JOIN (SELECT invoice_id, sum(amount) AS settled FROM records_allocation
             WHERE at <= %(day)s AND known_to IS NULL GROUP BY invoice_id) p ON p.invoice_id = r.id
  WHERE r.withdrawn_at IS NULL AND (r.opened_at IS NULL OR r.opened_at <= %(day)s)
    AND r.type IN ('invoice', 'order', 'contract', 'case', 'credit_hold')
) r ON r.customer_id = c.id
GROUP BY c.id
"""


def measure(say: Say) -> dict[str, Any]:
    with open_house(say):
        found: dict[str, Any] = {"customers": CUSTOMERS, "records": RECORDS}
        by_hand = fetched(say, "by hand, the policy's facts", hand_written)
        derived = fetched(say, "derive_all, the same facts", lambda: derive_everybody(POLICY))
        if derived[0] != by_hand[0]:
            raise AssertionError("derive_all and the SQL written by hand differ")
        everything = fetched(say, "derive_all, the whole catalogue", lambda: derive_everybody(None))
        found["seconds_by_hand"] = round(by_hand[1], 2)
        found["seconds_derive_all"] = round(derived[1], 2)
        found["ratio"] = round(derived[1] / by_hand[1], 2)
        found["seconds_whole_catalogue"] = round(everything[1], 2)
        ids = list(by_hand[0])
        found["one_policy_facts"] = one_by_one(say, ids, POLICY)
        found["one_whole_catalogue"] = one_by_one(say, ids, None)
        return found


def fetched(say: Say, what: str, read: Any) -> tuple[dict[Any, Any], float]:
    """What it gives, and the better time of two."""
    times = []
    for _ in range(2):
        begin = time.perf_counter()
        result = read()
        times.append(time.perf_counter() - begin)
    say(f"{what}: {min(times):.2f} s")
    return result, min(times)


def hand_written() -> dict[Any, tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BY_HAND, {"day": DAY})
        return {row[0]: row[1:] for row in cursor.fetchall()}


def derive_everybody(keys: tuple[str, ...] | None) -> dict[Any, tuple[Any, ...]]:
    from concord.facts.derive import derive_all

    names = keys or ()
    return {
        customer: tuple(values[name] for name in names) if keys else tuple(values.values())
        for customer, values in derive_all(as_of=DAY, keys=keys)
    }


def one_by_one(say: Say, ids: list[Any], keys: tuple[str, ...] | None) -> dict[str, float]:
    from concord.facts.derive import derive

    chosen = random.Random(1).sample(ids, ASKED)
    for customer in chosen[:20]:
        derive(customer, as_of=DAY, keys=keys)
    seconds = []
    for customer in chosen[20:]:
        begin = time.perf_counter()
        derive(customer, as_of=DAY, keys=keys)
        seconds.append(time.perf_counter() - begin)
    found = spread(seconds)
    say(f"one customer, {len(keys or ()) or 'all'} facts: {found}")
    return found
