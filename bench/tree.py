"""The tree of a group at a million customers: read, closed over, moved, and who may belong there.

Beside it the same in a house of a thousandth of the customers: what grows with a group's own size
may, what grows with the house may not.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from bench.database import scratch_database
from bench.harness import Limits, Say, measured, shown

CUSTOMERS = int(os.environ.get("CONCORD_TREE_CUSTOMERS", "1000000"))
SMALL = 1_000
GROUP = 250  # members of an ordinary group, in three levels
HUGE = 20_000  # parts of one parent: a franchise; in the larger house alone
DAY = date(2026, 6, 30)
ROUNDS = 30
MOST_TIMES = 3.0  # as long as in the small house

FILL = """
INSERT INTO customers_profile (id, source_id, key, kind, data, digest, is_stub, pins, known_from,
                               matched_at)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %(source)s, 'K' || n,
       'organisation', jsonb_build_object('name', 'Firm ' || n), '', false, '[]', now(), now()
FROM generate_series(1, %(customers)s) n;
INSERT INTO customers_customer (id, kind, name, name_norm, search_tokens, golden, profile_count,
                                updated_at)
SELECT id, kind, data->>'name', lower(data->>'name'), '{}', '{}', 1, now() FROM customers_profile;
INSERT INTO customers_membership (profile_id, customer_id, known_from)
SELECT id, id, now() FROM customers_profile;
INSERT INTO customers_relationship (from_profile_id, kind, to_profile_id, title, source_id,
                                    known_from)
SELECT p.id, 'part_of', w.id, '', %(source)s, now()
FROM generate_series(1, %(tied)s) n
JOIN customers_profile p ON p.key = 'K' || n
JOIN customers_profile w ON w.key = 'K' || CASE
    WHEN n <= %(huge)s THEN %(huge)s + 1
    WHEN (n - %(huge)s) %% %(group)s < 15 THEN n - (n - %(huge)s) %% %(group)s
    ELSE n - (n - %(huge)s) %% %(group)s + (n - %(huge)s) %% %(group)s / 16 END
WHERE p.id <> w.id
"""


def measure(say: Say) -> dict[str, Any]:
    limits = Limits(say)
    with scratch_database("concord_tree_small"):
        small = _measured(say, SMALL, huge=0)
    with scratch_database("concord_tree"):
        large = _measured(say, CUSTOMERS, huge=HUGE)
    for what, found in small.items():
        times = round(large[what]["work_p95_ms"] / max(found["work_p95_ms"], 1.0), 2)
        limits.at_most_times(f"{what}, beside {SMALL:,} customers", times, MOST_TIMES)
    return {"customers": CUSTOMERS, "small": small, "large": large, "limits": limits.kept}


def _measured(say: Say, customers: int, huge: int) -> dict[str, Any]:
    from concord.customers import groups
    from concord.customers.queries import current, group_of

    _fill(say, customers, huge)
    member = current(_id(huge + 2 * GROUP + 40))
    client = _steward()
    page = f"/customers/{member.pk}/group/"
    calls: dict[str, Callable[[int], object]] = {
        "the page of a group": lambda at: _get(client, page),
        "the tree of a group": lambda at: groups.tree_of(member, DAY),
        "who is in the group": lambda at: group_of(member.pk, DAY),
        "would it close a circle": lambda at: groups.circle_closed_by(
            _id(huge + 2 * GROUP), member.pk, None, None
        ),
    }
    if huge:
        parent = current(_id(huge + 1))
        calls["the first parts of very many"] = lambda at: groups.tree_of(parent, DAY)
    found = {what: measured(call, ROUNDS, warm=5) for what, call in calls.items()}
    for what, times in found.items():
        say(f"{customers:,} customers, {what}: {shown(times)}")
    return found


def _steward() -> Any:
    from django.test import Client

    from concord.kernel.models import Role, User

    officer = User.objects.create_user("olga@example.com", name="Olga", role=Role.OFFICER)
    client = Client(SERVER_NAME="localhost")
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    return client


def _get(client: Any, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address}: {response.status_code}")


def _fill(say: Say, customers: int, huge: int) -> None:
    from django.db import connection

    from concord.kernel.models import Source

    say(f"{customers:,} customers")
    source = Source.objects.create(key="books", words={"en": "Books"})
    values = {
        "source": source.pk,
        "customers": customers,
        "tied": huge + min(customers - huge, customers // 2) if huge else customers,
        "huge": huge,
        "group": GROUP,
    }
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")


def _id(number: int) -> UUID:
    return UUID(f"00000000-0000-7000-8000-{number:012x}")
