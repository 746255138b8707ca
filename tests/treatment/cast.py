"""The cast: Hanbit Precision, who are asked about; the people who ask; the sponsor who decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from tests.facts import builders as facts

from concord.customers.models import Customer, Profile
from concord.kernel.models import Company, Department, Role, Source, Unit, User
from concord.treatment.actions import publish

DEPARTMENTS = {
    "accounts": ("Accounts", "회계팀", "會計部"),
    "sales": ("Sales", "영업팀", "業務部"),
    "support": ("Support", "고객지원팀", "客服部"),
    "shipping": ("Shipping", "물류팀", "出貨部"),
    "engineering": ("Engineering", "기술팀", "工程部"),
    "scheduling": ("Scheduling", "일정관리팀", "排程部"),
}
TODAY = date(2026, 11, 21)
NOON = datetime.combine(TODAY, time(12), UTC)
FIRST_DAY = date(2024, 1, 1)


@dataclass
class Cast:
    """Alice asks, Bob answers for accounts, Charlie sees no money, Sarah is the sponsor."""

    alice: User
    bob: User
    charlie: User
    sarah: User
    olga: User
    adam: User
    gauges: Unit
    sensors: Unit
    books: Source


def stands_on(day: date) -> None:
    """The database's own look at the calendar, by which it refuses the past, is that of the day:
    the cast lives then, whenever the tests are run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'publish_policy'"
        )
        [(definition,)] = cursor.fetchall()
        cursor.execute(re.sub(r"now\(\) - interval '14 hours'", f"'{day}'::timestamp", definition))


def a_cast() -> Cast:
    stands_on(TODAY)
    Company.objects.update_or_create(id=1, defaults={"name": "Maker", "currency": "EUR"})
    departments = {
        key: Department.objects.create(
            key=key, words={"en": en, "ko": ko, "zh-hant": zh}, sees_money=key != "shipping"
        )
        for key, (en, ko, zh) in DEPARTMENTS.items()
    }
    gauges, sensors = facts.a_unit("gauges"), facts.a_unit("sensors")

    def person(name: str, role: Role, department: str | None) -> User:
        return User.objects.create_user(
            f"{name.lower()}@example.com",
            name=name,
            role=role,
            department=departments[department] if department else None,
        )

    bob = person("Bob", Role.MANAGER, "accounts")
    cast = Cast(
        alice=person("Alice", Role.MEMBER, "support"),
        bob=bob,
        charlie=person("Charlie", Role.MEMBER, "shipping"),
        sarah=person("Sarah", Role.SPONSOR, None),
        olga=person("Olga", Role.OFFICER, None),
        adam=person("Adam", Role.ADMINISTRATOR, None),
        gauges=gauges,
        sensors=sensors,
        books=facts.a_source("books", owner=bob, fresh_within=timedelta(days=2),
                             last_spoke_at=NOON),
    )  # fmt: skip
    publish.install_default(cast.sarah, FIRST_DAY, "We begin with it.")
    return cast


def a_customer(name: str = "Hanbit Precision", **golden: str) -> tuple[Customer, Profile]:
    profile = facts.a_profile(name)
    return facts.a_customer(profile, **golden), profile


def a_hold(profile: Profile, **fields: Any) -> Any:
    return facts.a_record(profile, "credit_hold", **{"opened": "2026-10-01"} | fields)


def an_invoice(profile: Profile, **fields: Any) -> Any:
    said = {"opened": "2026-08-01", "due": "2026-09-01", "amount": "5000", "currency": "EUR"}
    return facts.a_record(profile, "invoice", **said | fields)


def a_best_customer(name: str = "Best GmbH") -> tuple[Customer, Profile]:
    """Key by revenue, pays on the day, orders regularly."""
    customer, profile = a_customer(name)
    an_invoice(profile, amount="150000", opened="2026-05-01", due="2026-06-01", closed="2026-05-20")
    for month in ("03", "05", "07"):
        facts.a_record(profile, "order", opened=f"2026-{month}-01", amount="50000", currency="EUR")
    return customer, profile
