"""The review queue at a million customers with 100,000 questions, beside one at a thousand.

Customers, entries and questions are written by SQL: what is measured is reading the queue, opening
and deciding questions, and weighing them, not how they came about.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from typing import Any

from bench.database import CHECKOUT, kept_database
from bench.harness import Limits, Say, measured, shown, timed
from bench.house import staff

CUSTOMERS = int(os.environ.get("CONCORD_BENCH_REVIEW", "1000000"))
SMALL = 1_000
LOOKS, WARM = 60, 10
GOALS_MS = {"one_by_one": 150, "held_ahead": 150, "list": 150, "decide": 450}
# What a filter finds among very many that it does not: the small house has less than a page of
# these, so they are held against a page of as many rows in the large one.
SPARSE = ("changed_entries", "weak_bridges")
AS_A_PAGE = 1.5  # times its work, at most
GROWTH = 2.0  # the work of a page from a thousand customers to a million, at most
MADE_OF = ("bench/review.py", "src/concord/customers/migrations/*.py")

# A fifth of the customers is in a question; every fiftieth question is a doubt, every hundredth a
# weak bridge; somebody said of every other customer in question that they are not a third one.
FILL = """
INSERT INTO customers_profile (id, source_id, key, kind, data, digest, is_stub, pins, known_from,
                               matched_at)
SELECT md5('p' || n)::uuid, (SELECT min(id) FROM kernel_source) + n %% 3, 'K' || n,
       CASE WHEN n %% 5 = 0 THEN 'person' ELSE 'organisation' END,
       jsonb_build_object('name', 'Firm ' || n / 2, 'city', 'Lund', 'country', 'SE',
                          'phones', jsonb_build_array('+46 46 ' || n / 2)),
       '', false, '[]', '2020-01-01', '2020-01-01'
FROM generate_series(1, %(customers)s) n;

INSERT INTO customers_customer (id, kind, name, name_norm, search_tokens, golden, profile_count,
                                updated_at)
SELECT id, kind, data->>'name', lower(data->>'name'), '{}',
       jsonb_build_object('name', jsonb_build_object('value', data->>'name')), 1, '2020-01-01'
FROM customers_profile;

INSERT INTO customers_membership (profile_id, customer_id, known_from)
SELECT id, id, '2020-01-01' FROM customers_profile;

CREATE TEMP TABLE asked AS
SELECT n, least(md5('p' || 2 * n)::uuid, md5('p' || 2 * n + 1)::uuid) AS l,
       greatest(md5('p' || 2 * n)::uuid, md5('p' || 2 * n + 1)::uuid) AS r
FROM generate_series(1, %(questions)s) n;

UPDATE customers_membership m SET customer_id = a.l
FROM asked a WHERE a.n %% 50 = 0 AND m.profile_id = a.r;
UPDATE customers_customer c SET merged_into_id = a.l
FROM asked a WHERE a.n %% 50 = 0 AND c.id = a.r;

INSERT INTO customers_pair (left_id, right_id, doubted_id, score, evidence, found_at, is_bridge,
                            stake, at_stake, about, sources, weighed_at)
SELECT a.l, a.r, CASE WHEN a.n %% 50 = 0 THEN a.r END, 4.5 + n %% 60 / 10.0,
       '{"comparisons": [{"field": "name", "left": "Firm", "right": "Firm", "level": "same",
         "weight": 8.0}, {"field": "phone", "left": "1", "right": "2", "level": "differs",
         "weight": -0.8}], "vetoes": []}'::jsonb
         || CASE WHEN a.n %% 100 = 0 THEN jsonb_build_object('beyond', jsonb_build_array(a.r))
                 ELSE '{}' END,
       '2026-01-01', a.n %% 100 = 0,
       CASE WHEN n %% 40 = 0 THEN 1e12 ELSE 0 END
           + CASE WHEN n %% 10 < 5 THEN 0.5 ELSE (hashint8(n) & 65535) END,
       jsonb_build_object('money', (hashint8(n) & 65535)::text, 'held', (n %% 40 = 0)::int,
                          'open', n %% 7, 'treated', 0),
       CASE WHEN n %% 5 = 0 THEN 'person' ELSE 'organisation' END,
       CASE WHEN n = 500 THEN ARRAY[-1] ELSE ARRAY[1, 2] END::bigint[], now()
FROM asked a;

INSERT INTO customers_judgement (left_id, right_id, verdict, model, evidence, reason, at, by_id)
SELECT a.r, b.l, 'different', '', '{}', '', '2026-01-01', (SELECT min(id) FROM kernel_user)
FROM asked a JOIN asked b ON b.n = a.n + 7 WHERE a.r < b.l
"""


def measure(say: Say) -> dict[str, Any]:
    limits = Limits(say)
    found: dict[str, Any] = {"customers": CUSTOMERS, "questions": CUSTOMERS // 10}
    for name, customers in (("small", SMALL), ("large", CUSTOMERS)):
        with _house(say, customers):
            found[name] = _measured(say, name)
    for name, large in found["large"].items():
        if not isinstance(large, dict):
            continue
        if name in GOALS_MS:
            limits.at_most(f"{name}, p95", large["p95_ms"], GOALS_MS[name], large["work_p95_ms"])
        if name in SPARSE:
            other, times = found["large"]["list"], AS_A_PAGE
        else:
            other, times = found["small"][name], GROWTH
        beside = other["work_p95_ms"]
        limits.at_most(f"{name}, work beside {beside}", large["work_p95_ms"], times * beside)
    return found | {"limits": limits.kept}


def _measured(say: Say, size: str) -> dict[str, Any]:
    from concord.customers import questions
    from concord.customers.actions.weighing import weigh_pending
    from concord.customers.models import Pair

    client = _steward()
    places = _places()
    pages: dict[str, Callable[[int], object]] = {
        "one_by_one": lambda at: _get(client, "/review/"),
        "held_ahead": lambda at: _get(client, f"/review/ahead/?after={places[at % 3]}"),
        "list": lambda at: _get(client, "/review/questions/"),
        "deep_in_the_list": lambda at: _get(client, f"/review/questions/?cursor={places[at % 3]}"),
        "little_at_stake": lambda at: _get(client, "/review/questions/?stake=little"),
        "persons": lambda at: _get(client, "/review/questions/?about=person"),
        "a_rare_source": lambda at: _get(client, "/review/questions/?source=999"),
        "changed_entries": lambda at: _get(client, "/review/questions/?which=doubts"),
        "weak_bridges": lambda at: _get(client, "/review/questions/?which=bridges"),
        "opinions_wanted": lambda at: _get(client, "/review/questions/?which=opinions"),
        "decide": lambda at: _decide(client),
    }
    found: dict[str, Any] = {}
    for name, open_ in pages.items():
        found[name] = measured(open_, LOOKS, WARM)
        say(f"{size}, {name}: {shown(found[name])}")
    found["counted_to"] = questions.waiting()
    Pair.objects.update(weighed_at=None)
    pairs = min(500, Pair.objects.count())
    found["weighed_a_second"] = round(pairs / timed(lambda: weigh_pending(pairs)))
    say(f"{size}, weighed a second: {found['weighed_a_second']}")
    return found


def _steward() -> Any:
    from django.test import Client

    from concord.kernel.models import User

    client = Client(raise_request_exception=True, SERVER_NAME="localhost")
    user = User.objects.get(email="support7@example.com")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def _places() -> list[str]:
    """Three places in the middle of the list."""
    from concord.customers.models import Pair
    from concord.customers.wanted import place_text

    total = Pair.objects.count()
    rows = Pair.objects.order_by("-stake", "-score", "-pk").values_list("stake", "score", "pk")
    return [
        place_text((*rows[total * at // 4][:1], 0, *rows[total * at // 4][1:])) for at in (1, 2, 3)
    ]


def _get(client: Any, address: str) -> Any:
    response = client.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address}: {response.status_code}")
    return response


def _decide(client: Any) -> None:
    """Open the first, say that they are two customers; the next one is there. Three requests."""
    text = _get(client, "/review/").content.decode()
    [address] = re.findall(r'action="(/review/[^"]+/verdict/)"', text)
    given = {"verdict": "different", "seen": re.findall(r'name="seen" value="([^"]+)"', text)[0]}
    after = client.post(address, given, follow=True).content.decode()
    if f'action="{address}"' in after or "/verdict/" not in after:
        raise AssertionError("the same question again, or none")


@contextmanager
def _house(say: Say, customers: int) -> Iterator[None]:
    found = blake2b(digest_size=4)
    for pattern in MADE_OF:
        for file in sorted(CHECKOUT.glob(pattern)):
            found.update(file.read_bytes())
    build = partial(_build, say, customers)
    with kept_database(f"concord_review_{customers}", found.hexdigest(), build, say):
        yield


def _build(say: Say, customers: int) -> None:
    from django.db import connection

    from concord.kernel.models import Source

    staff()
    for key in ("books", "shop", "help"):
        Source.objects.create(key=key, words={"en": key.title()})
    say(f"{customers:,} customers, {customers // 10:,} questions")
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            cursor.execute(statement, {"customers": customers, "questions": customers // 10})
        cursor.execute("VACUUM (FULL, ANALYZE)")
