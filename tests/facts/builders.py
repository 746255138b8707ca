"""Builders of histories: rows as the imports leave them, with every instant in the test's hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from concord.customers.models import Customer, Membership, Profile, Relationship
from concord.kernel.ids import new_id
from concord.kernel.models import Source, Unit
from concord.records.models import Allocation, Record, RecordLink, RecordVersion

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
COLUMNS = ["subject", "opened_at", "due_at", "closed_at", "status", "amount", "currency"]


def noon(text: str) -> datetime:
    """Noon, UTC, of a day."""
    return datetime.fromisoformat(text).replace(hour=12, tzinfo=UTC)


def a_source(key: str = "books", **fields: Any) -> Source:
    return Source.objects.get_or_create(key=key, defaults={"words": {"en": key.title()}} | fields)[
        0
    ]


def a_unit(key: str) -> Unit:
    return Unit.objects.get_or_create(key=key, defaults={"words": {"en": key.title()}})[0]


def a_profile(key: str, source: Source | None = None, **fields: Any) -> Profile:
    fields = {"known_from": LONG_AGO, "matched_at": LONG_AGO, "data": {"name": key}} | fields
    return Profile.objects.create(source=source or a_source(), key=key, **fields)


def a_customer(*profiles: Profile, known_from: datetime = LONG_AGO, **golden: str) -> Customer:
    """A customer of these profiles; keywords are golden values."""
    values = {name: {"value": value} for name, value in golden.items()}
    customer = Customer.objects.create(
        id=profiles[0].id,
        kind="organisation",
        name=profiles[0].key,
        name_norm=profiles[0].key.lower(),
        golden=values,
        updated_at=LONG_AGO,
    )
    for profile in profiles:
        Membership.objects.create(profile=profile, customer=customer, known_from=known_from)
    return customer


def a_record(profile: Profile, type: str, **fields: Any) -> Record:
    """A record; dates and amounts may be text, `unit` a key, and unknown keywords go to `data`."""
    columns: dict[str, Any] = {"known_from": LONG_AGO, "source": profile.source}
    columns["key"] = fields.pop("key", str(new_id()))
    data: dict[str, Any] = {}
    for name, value in fields.items():
        if name in ("opened", "due", "closed"):
            columns[f"{name}_at"] = a_date(value)
        elif name == "amount":
            columns[name] = None if value is None else Decimal(value)
        elif name == "unit":
            columns[name] = a_unit(value) if value else None
        elif name in ("status", "currency", "parent", "known_from", "withdrawn_at", "source"):
            columns[name] = value
        else:
            data[name] = value
    return Record.objects.create(profile=profile, type=type, data=data, **columns)


def a_date(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def change(record: Record, at: datetime, **fields: Any) -> Record:
    """What the source says from `at` on; what it said before becomes a version."""
    keep_version(record, at)
    for name, value in fields.items():
        if name == "data":
            record.data = record.data | value
        else:
            setattr(record, name, value)
    record.known_from, record.withdrawn_at = at, None
    record.save()
    return record


def withdraw(record: Record, at: datetime) -> None:
    """The row stays, its last state goes to the versions (ADR 2)."""
    keep_version(record, at)
    record.withdrawn_at = at
    record.save()


def keep_version(record: Record, at: datetime) -> None:
    if record.withdrawn_at is not None:
        return
    RecordVersion.objects.create(
        record=record,
        profile=record.profile,
        parent=record.parent,
        unit=record.unit,
        data=record.data,
        known_from=record.known_from,
        known_to=at,
        **{name: getattr(record, name) for name in COLUMNS},
    )


def allocate(invoice: Record, amount: str, at: str, **fields: Any) -> Allocation:
    payment = fields.pop("payment", None) or a_record(
        invoice.profile, "payment", opened=at, amount=amount, currency=invoice.currency
    )
    return Allocation.objects.create(
        source=invoice.source,
        key=str(new_id()),
        payment=payment,
        invoice=invoice,
        amount=Decimal(amount),
        at=date.fromisoformat(at),
        known_from=fields.get("known_from", LONG_AGO),
        known_to=fields.get("known_to"),
    )


def link(from_record: Record, to_record: Record, role: str = "about", **fields: Any) -> RecordLink:
    fields = {"known_from": LONG_AGO} | fields
    return RecordLink.objects.create(
        from_record=from_record, to_record=to_record, role=role, **fields
    )


def part_of(child: Profile, parent: Profile, **fields: Any) -> Relationship:
    fields = {"known_from": LONG_AGO, "source": child.source} | fields
    return Relationship.objects.create(
        from_profile=child, to_profile=parent, kind="part_of", **fields
    )


def move(profile: Profile, customer_id: UUID, at: datetime) -> None:
    """The membership of a profile from `at` on."""
    Membership.objects.filter(profile=profile, known_to=None).update(known_to=at)
    Membership.objects.create(profile=profile, customer_id=customer_id, known_from=at)


DAY = timedelta(days=1)
