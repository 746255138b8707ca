"""The company that is measured: customers with names, numbers and addresses, ten records each, in
two business units.

Built once for a number of customers, the same each time, and kept; each measurement works on a
copy (see `bench.database`). `CONCORD_BENCH_CUSTOMERS` chooses another number. Beside it the
crowded house: a crowd of profiles (`bench.crowd`) without records, as a first load has just left
them, or matched.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from bench.crowd import crowd_block
from bench.database import CHECKOUT, kept_database
from bench.harness import Say
from bench.people import a_company

if TYPE_CHECKING:
    from concord.kernel.models import User

CUSTOMERS = int(os.environ.get("CONCORD_BENCH_CUSTOMERS", "100000"))
RECORDS = 10 * CUSTOMERS
DAY = date(2026, 6, 30)  # the day on which most is measured: two years of records lie before it
BATCH = 2_000
CROWD_BLOCK = 5_000
SOURCES = ("books", "shop", "help")
# What a kept house is made of: where one of these changes, another is built.
MADE_OF = (
    "bench/house.py",
    "bench/people.py",
    "bench/crowd.py",
    "src/concord/*/migrations/*.py",
    "src/concord/customers/golden.py",
    "src/concord/customers/survivorship.py",
    "src/concord/customers/tokens.py",
    "src/concord/customers/normal/*.py",
)
MATCHED_BY = ("src/concord/customers/matching/*.py",)

FILL = """
CREATE TEMP TABLE filled AS
SELECT n, p.id AS profile_id, p.source_id,
       (ARRAY['invoice','invoice','invoice','invoice','order','order','shipment','case',
              'payment','call'])[1 + n %% 10] AS type,
       date '2024-07-01' + (hashint8(n) & 1023) %% 730 AS opened
FROM generate_series(1, %(records)s) n
JOIN (SELECT *, row_number() OVER (ORDER BY key) AS at FROM customers_profile) p
  ON p.at = 1 + (hashint8(n * 7) & 2147483647) %% %(customers)s;

INSERT INTO records_record
    (type, source_id, key, profile_id, subject, opened_at, due_at, closed_at, status, amount,
     currency, unit_id, data, digest, parent_ref, known_from)
SELECT type, source_id, n, profile_id, initcap(type) || ' ' || n, opened, opened + 30,
       CASE WHEN n %% 7 > 0 THEN opened + (hashint8(n * 3) & 63) END,
       'open', (hashint8(n * 5) & 65535) / 100.0, '',
       (SELECT id FROM kernel_unit WHERE key = (ARRAY['west', 'east', NULL])[1 + n %% 3]),
       CASE WHEN type = 'case' THEN '{"severity": "critical"}'::jsonb
            WHEN type = 'invoice' AND n %% 11 = 0 THEN '{"disputed": true}'::jsonb
            ELSE '{}'::jsonb END, '', '', '2024-07-01'
FROM filled;

INSERT INTO records_record
    (type, source_id, key, profile_id, subject, opened_at, status, currency, unit_id, data, digest,
     parent_ref, known_from)
SELECT 'credit_hold', source_id, 'H' || key, id, '', date '2026-01-01', 'in_force', '',
       (SELECT id FROM kernel_unit WHERE key = 'west' AND source_id %% 2 = 0), '{}', '', '',
       '2026-01-01'
FROM customers_profile WHERE hashtext(key) %% 50 = 0;

INSERT INTO records_allocation (source_id, key, payment_id, invoice_id, amount, at, known_from)
SELECT i.source_id, i.key, y.id, i.id, 1, i.opened_at + 20, '2024-07-01'
FROM records_record i
JOIN LATERAL (SELECT min(id) AS id FROM records_record WHERE type = 'payment') y ON true
WHERE i.type = 'invoice' AND i.closed_at IS NULL AND i.id %% 2 = 0
"""


@contextmanager
def open_house(say: Say, customers: int = CUSTOMERS) -> Iterator[None]:
    """Django is set up over a copy of the company with so many customers."""
    build = partial(_build, say, customers)
    with kept_database(f"concord_house_{customers}", _digest(), build, say):
        yield


@contextmanager
def crowded_house(say: Say, profiles: int, *, matched: bool) -> Iterator[None]:
    """Django is set up over a copy of the company that so many profiles were just loaded into."""
    family = f"concord_{'matched' if matched else 'crowd'}_{profiles}"
    build = partial(_build_crowd, say, profiles, matched=matched)
    made_of = _digest((*MADE_OF, *MATCHED_BY) if matched else MADE_OF)
    with kept_database(family, made_of, build, say):
        yield


def _digest(patterns: Sequence[str] = MADE_OF) -> str:
    found = blake2b(digest_size=4)
    for pattern in patterns:
        for file in sorted(CHECKOUT.glob(pattern)):
            found.update(file.read_bytes())
    return found.hexdigest()


def _build(say: Say, customers: int) -> None:
    from django.db import connection

    from concord.customers.models import Profile
    from concord.kernel.models import Unit
    from concord.kernel.time import now

    for key in ("west", "east"):
        Unit.objects.create(key=key, words={"en": key.title()})

    _customers(say, customers)
    Profile.objects.update(matched_at=now(), known_from="2020-01-01T00:00Z")
    say(f"{10 * customers:,} records")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_membership SET known_from = '2020-01-01'")
        for statement in FILL.split(";\n"):
            cursor.execute(statement, {"customers": customers, "records": 10 * customers})
        cursor.execute("VACUUM (FULL, ANALYZE)")


def _build_crowd(say: Say, profiles: int, *, matched: bool) -> None:
    """As an import receives them, in all processors; the index for searching once they are in."""
    from django.db import connection

    from concord.customers.actions.bulk import match_all_waiting
    from concord.kernel.beside import Beside
    from concord.kernel.models import Source

    for key in SOURCES:
        Source.objects.create(key=key, words={"en": key.title()})
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'customer_tokens'")
        [(index,)] = cursor.fetchall()
        cursor.execute("DROP INDEX customer_tokens")
        with Beside(os.cpu_count() or 1) as beside:
            for at, _ in enumerate(beside.each(load_block, range(0, profiles, CROWD_BLOCK))):
                if at % 20 == 0:
                    say(f"{at * CROWD_BLOCK:,} of {profiles:,} profiles")
        say("the index for searching")
        cursor.execute(index)
        cursor.execute("VACUUM (ANALYZE)")
        if matched:
            match_all_waiting(lambda step, done, total: None)
            cursor.execute("VACUUM (ANALYZE)")


def load_block(first: int) -> None:
    """A block of the crowd, told by the three systems; in a process of its own."""
    from concord.customers.actions.profiles import receive
    from concord.customers.said import ProfileSaid
    from concord.kernel.models import Source

    block = crowd_block(first, CROWD_BLOCK)
    for at, key in enumerate(SOURCES):
        told = [ProfileSaid(one.key, one.kind, one.data) for one in block if one.who % 3 == at]
        receive(Source.objects.get(key=key), told)


def _customers(say: Say, customers: int) -> None:
    """Each told by one of three systems, by the same action as an import."""
    from concord.customers.actions.profiles import receive
    from concord.customers.said import ProfileSaid
    from concord.kernel.models import Source

    sources = [Source.objects.create(key=key, words={"en": key.title()}) for key in SOURCES]
    for start in range(0, customers, BATCH):
        for at, source in enumerate(sources):
            numbers = [
                n for n in range(start, min(start + BATCH, customers)) if n % len(sources) == at
            ]
            companies = ((n, a_company(n, random.Random(n))) for n in numbers)
            receive(source, [ProfileSaid(f"K{n}", "organisation", data) for n, data in companies])
        if start % (10 * BATCH) == 0:
            say(f"{start:,} of {customers:,} customers")


def staff() -> tuple[User, str]:
    """Departments with people, the policy in force: a member of support, and a key for the API."""
    from concord.kernel.actions import api_keys
    from concord.kernel.models import Company, Department, Role, User
    from concord.treatment.actions import publish

    Company.load()
    for name in ("accounts", "sales", "support", "shipping", "engineering", "scheduling"):
        department = Department.objects.create(key=name, words={"en": name.title()})
        for number in range(8):
            User.objects.create(
                email=f"{name}{number}@example.com",
                name=f"{name} {number}",
                role=Role.MANAGER if number == 7 else Role.MEMBER,
                department=department,
            )
    sponsor = User.objects.create_user("s@example.com", name="Sponsor", role=Role.SPONSOR)
    admin = User.objects.create(email="a@example.com", name="Admin", role=Role.ADMINISTRATOR)
    publish.install_default(sponsor, DAY, "To measure.")
    user = User.objects.get(email="support0@example.com")
    system = User.objects.create_user("bench@system.invalid", name="Bench", is_system=True)
    return user, api_keys.create(admin, system, "bench", ["treatments:write"])[1]


def some_customers(number: int) -> list[Any]:
    """Ids of that many customers, the same each time."""
    from concord.customers.models import Membership

    keys = [f"K{n}" for n in random.Random(3).sample(range(CUSTOMERS), number)]
    found = Membership.objects.filter(profile__key__in=keys, known_to=None)
    by_key = dict(found.values_list("profile__key", "customer_id"))
    return [by_key[key] for key in keys]
