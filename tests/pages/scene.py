"""The scene on the pages: Hanbit Precision as four systems spell them, and what they told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from tests.treatment.cast import Cast

from concord.customers.actions.matching import match
from concord.customers.actions.profiles import receive as receive_profiles
from concord.customers.models import Customer, Membership
from concord.customers.said import ProfileSaid
from concord.kernel.models import Department, Source, User
from concord.kernel.time import now, today
from concord.records.actions.receive import receive as receive_records
from concord.records.said import RecordSaid

TAX_ID = "124-81-00998"
SPELLINGS = {
    "accounts": ("00417", {"name": "HANBIT PREC CO", "name_latin": "Hanbit Precision Co., Ltd."}),
    "shipping": ("S-77", {"name": "한빛정밀(주)", "name_native": "한빛정밀(주)"}),
    "support": ("C-2001", {"name": "Hanbit Precision"}),
    "sales": ("HBP", {"name": "한빛정밀", "name_native": "한빛정밀"}),
}


def a_source(key: str, words: dict[str, str] | None = None) -> Source:
    return Source.objects.update_or_create(
        key=key,
        defaults={
            "words": words or {"en": key.title(), "ko": key.title(), "zh-hant": key.title()},
            "department": Department.objects.filter(key=key).first(),
            "fresh_within": timedelta(days=2),
            "last_spoke_at": now(),
            "masters": ["name", "name_native"] if key == "sales" else [],
        },
    )[0]


def hanbit() -> Customer:
    """One customer of four profiles, with what is owed, asked, sent and sold."""
    profiles = []
    for key, (number, names) in SPELLINGS.items():
        data = names | {"tax_id": TAX_ID, "city": "Incheon", "country": "KR", "language": "ko"}
        said = [ProfileSaid(key=number, kind="organisation", data=data)]
        profiles.append(receive_profiles(a_source(key), said)[0].profile_id)
    match(profiles)
    customer = customer_of(profiles[0])
    assert customer.profile_count == len(SPELLINGS)
    tell("accounts", "00417", _owed())
    tell("support", "C-2001", _asked())
    tell("sales", "HBP", _sold())
    tell("shipping", "S-77", _sent())
    return customer


def customer_of(profile_id: UUID) -> Customer:
    return Membership.objects.get(profile_id=profile_id, known_to=None).customer


def tell(source: str, profile: str, said: list[dict[str, object]]) -> None:
    """What a system says of a customer's records; the keys follow from their place."""
    rows = [
        RecordSaid(**({"key": f"{source}-{each['type']}-{n}", "profile": profile} | each))  # type: ignore[arg-type]
        for n, each in enumerate(said)
    ]
    receive_records(a_source(source), rows)


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def _owed() -> list[dict[str, object]]:
    return [
        {
            "type": "invoice",
            "key": "11-0417",
            "subject": "Invoice 11-0417",
            "opened_at": ago(80),
            "due_at": ago(50),
            "status": "open",
            "amount": Decimal("18400.00"),
            "currency": "EUR",
        },
        {
            "type": "credit_hold",
            "subject": "Hold until 11-0417 is paid",
            "opened_at": ago(20),
            "status": "in_force",
        },
    ]


def _asked() -> list[dict[str, object]]:
    return [
        {
            "type": "case",
            "subject": "Asked when order 48211 ships",
            "opened_at": ago(0),
            "due_at": ago(-2),
            "status": "new",
        }
    ]


def _sold() -> list[dict[str, object]]:
    return [
        {
            "type": "deal",
            "subject": "40 gauges",
            "opened_at": ago(24),
            "due_at": ago(-30),
            "status": "proposal",
            "amount": Decimal(52000),
            "currency": "EUR",
        },
        {
            "type": "order",
            "key": "48211",
            "subject": "Order 48211",
            "opened_at": ago(9),
            "due_at": ago(-5),
            "status": "open",
            "amount": Decimal("12800.50"),
            "currency": "EUR",
        },
    ]


def _sent() -> list[dict[str, object]]:
    return [
        {
            "type": "shipment",
            "subject": "Shipment S-90412",
            "opened_at": ago(7),
            "closed_at": ago(6),
            "status": "delivered",
        }
    ]


def people(customer: Customer, by: User) -> None:
    """Two people of Hanbit."""
    from concord.customers.actions.desk import create_customer
    from concord.customers.actions.relating import relate

    for name, title in (("박서연", "Purchasing"), ("David Oh", "Plant manager")):
        person = create_customer(by, "person", {"name": name})
        relate(by, person.pk, "works_at", customer.pk, title=title)


def crowd(count: int, cast: Cast) -> list[Customer]:
    """`count` customers with a deal and a task of Alice's each."""
    from concord.records.actions.desk import open_record

    said = [
        ProfileSaid(key=f"K{n}", kind="organisation", data={"name": f"Crowd {n:03} GmbH"})
        for n in range(count)
    ]
    made = [customer_of(r.profile_id) for r in receive_profiles(a_source("sales"), said)]
    for n, customer in enumerate(made):
        open_record(cast.alice, "task", customer.pk, subject=f"Call {n}", owner_id=cast.alice.pk)
        open_record(cast.alice, "deal", customer.pk, subject=f"Deal {n}", owner_id=cast.alice.pk,
                    amount=Decimal(1000 + n), currency="EUR", due_at=ago(-n))  # fmt: skip
    tell("sales", "K0", [])
    for n in range(count):
        tell("sales", f"K{n}", [{"type": "order", "key": f"O-{n}", "subject": f"Order {n}",
                                 "opened_at": ago(n % 10)}])  # fmt: skip
    return made
