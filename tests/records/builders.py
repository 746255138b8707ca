"""Builders for the tests of records: sources, statements, people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from concord.kernel.models import Role, Source, User
from concord.kernel.time import now
from concord.records.importing import groups
from concord.records.models import Import, Record, Rejection
from concord.records.said import RecordSaid


def a_source(key: str = "accounting", **columns: Any) -> Source:
    return Source.objects.get_or_create(key=key, defaults={"words": {"en": key.title()}} | columns)[
        0
    ]


def an_invoice(key: str = "R1", **changes: Any) -> RecordSaid:
    values: dict[str, Any] = {
        "profile": "C1",
        "opened_at": date(2026, 1, 5),
        "due_at": date(2026, 2, 4),
        "amount": Decimal("100.00"),
        "currency": "EUR",
    } | changes
    return RecordSaid(type="invoice", key=key, **values)


def an_order(key: str = "A1", **changes: Any) -> RecordSaid:
    values: dict[str, Any] = {"profile": "C1", "opened_at": date(2026, 1, 2)} | changes
    return RecordSaid(type="order", key=key, **values)


def the(key: str, type: str = "invoice") -> Record:
    return Record.objects.get(type=type, key=key)


def a_person(name: str = "Alice", role: Role = Role.MEMBER, **columns: Any) -> User:
    units = columns.pop("units", [])
    user = User.objects.create_user(f"{name.lower()}@example.com", name=name, role=role, **columns)
    user.units.set(units)
    return user


def a_row_to_fix(imported: Import, **columns: Any) -> Rejection:
    values: dict[str, Any] = {"line": 2, "code": "date", "reason": "", "found_at": now()}
    row = Rejection(imported=imported, **values | columns)
    groups.keep(imported, [row])
    return Rejection.objects.latest("id")
