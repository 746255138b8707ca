"""Hanbit Precision of Incheon: spelled six ways in six systems, and on hold since yesterday.

Support is asked for engineering help, shipping is about to send order 48211, a script asks: all
read "pass to Accounts", because invoice 11-0417 is 31 days overdue.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from concord.demo.customers import Address, Contact, Customer, Profile
from concord.demo.documents import (
    Activity,
    Allocation,
    Appointment,
    Case,
    Certificate,
    Contract,
    Deal,
    History,
    Hold,
    Installed,
    Interaction,
    Invoice,
    Line,
    Order,
    Payment,
    Question,
    Quote,
    Shipment,
)
from concord.demo.identifiers import Phone, tax_id
from concord.demo.names import CompanyName, PersonName
from concord.demo.products import GAUGES
from concord.demo.staff import DOMAIN, owner_for
from concord.demo.words import PLACES

DEBTOR, INVOICE, LATE_ORDER, ORDER, SHIPMENT = "00417", "11-0417", "48107", "48211", "S-90412"
AMOUNT, OVERDUE_DAYS, TERMS = Decimal("18400.00"), 31, 30
CASE, QUESTION = "C-2210", "Q-1187"
ENGINEER = f"yoon.taeho@{DOMAIN}"

# The fourteen invoices that were paid: issued so many days ago, amount, paid so many days late.
PAID = (
    (702, "9850.00", 6), (655, "14200.00", 11), (598, "7300.00", 4), (540, "21800.00", 14),
    (477, "11650.00", 9), (412, "16900.00", 12), (351, "24600.00", 8), (312, "18250.00", 13),
    (268, "31400.00", 7), (226, "22900.00", 14), (181, "19750.00", 10), (149, "27300.00", 11),
    (116, "24200.00", 6), (92, "27200.00", 7),
)  # fmt: skip


def customer(serial: int, today: date) -> Customer:
    """Who Hanbit Precision really is, with what each system calls it."""
    phone = Phone("82", "32", "7182040")
    address = Address(PLACES["KR"][0], "Namdong-daero 217", "남동대로 217", "21634")
    company = Customer(
        serial,
        "cast-00",
        "organisation",
        "KR",
        CompanyName("Hanbit Precision", "한빛정밀", "KR"),
        address,
        tax_id("KR", 7_900_000),
        phone,
        "info@hanbit-precision.example",
        "www.hanbit-precision.example",
        date(2014, 3, 17),
        segment="Semiconductor",
        key_account=True,
        credit_limit=60_000,
        terms=TERMS,
        systems=("accounting", "sales", "support", "shipping", "engineering", "scheduling"),
    )
    company.profiles = {profile.source: [profile] for profile in _profiles(company)}
    company.contacts = [
        Contact(
            "cast-00-p1",
            PersonName("Seo-yeon", "Park", "박서연"),
            "Purchasing",
            "seoyeon.park@hanbit-precision.example",
            Phone("82", "10", "41880417"),
            "ko",
            {"support": "CT-20000", "sales": "PER-001000"},
        ),
        Contact(
            "cast-00-p2",
            PersonName("David", "Oh"),
            "Plant manager",
            "david.oh@hanbit-precision.example",
            Phone("82", "10", "41880911"),
            "en",
            {"support": "CT-19999", "sales": "PER-000999"},
        ),
    ]
    return company


def _profiles(company: Customer) -> list[Profile]:
    address, phone, tax = company.address, company.phone, company.tax_id
    return [
        Profile("accounting", DEBTOR, "HANBIT PREC CO", "NAMDONG-DAERO 217", "INCHEON",
                address.postcode, phone.spaced, "ap@hanbit-precision.example", tax),
        Profile("sales", "COM-001000", "Hanbit Precision Co., Ltd.", address.street, "Incheon",
                address.postcode, phone.international, company.email, tax, "한빛정밀 주식회사"),
        Profile("support", "ACC-10000", "Hanbit Precision", "", "Incheon", "", phone.national,
                company.email, ""),
        Profile("shipping", "K30000", "한빛정밀(주)", address.street_native, "인천",
                address.postcode, phone.national, "", tax),
        Profile("engineering", "HBP", "HBP", "", "Incheon", "", phone.international,
                company.email, tax),
        Profile("scheduling", "7-00000", "한빛정밀", address.street_native, "인천",
                address.postcode, phone.national, company.email, ""),
    ]  # fmt: skip


def history(company: Customer, today: date) -> History:
    """Two years of Hanbit: fourteen invoices paid, one not, one order waiting, two questions."""
    happened = History()
    for number, (age, amount, late) in enumerate(PAID, start=1):
        _paid(company, happened, today, number, age, Decimal(amount), late)
    _overdue(company, happened, today)
    _waiting_order(company, happened, today)
    _questions(company, happened, today)
    _plant(happened, today)
    _selling(company, happened, today)
    return happened


def _day(today: date, ago: int) -> date:
    return today - timedelta(days=ago)


def _paid(
    company: Customer,
    happened: History,
    today: date,
    number: int,
    age: int,
    amount: Decimal,
    late: int,
) -> None:
    issued = _day(today, age)
    due = issued + timedelta(days=TERMS)
    paid = due + timedelta(days=late)
    order, invoice = f"3{number:04d}", f"11-{number:04d}"
    _sold(company, happened, order, f"S-89{number:03d}", issued, amount)
    happened.invoices.append(
        Invoice(invoice, order, GAUGES, issued, due, amount, "EUR", paid, "Gauges")
    )
    payment = f"Z69{number:04d}"
    happened.payments.append(Payment(payment, paid, amount, "EUR"))
    happened.allocations.append(Allocation(payment, "payment", invoice, amount, paid))


def _sold(
    company: Customer, happened: History, order: str, shipment: str, sent: date, amount: Decimal
) -> None:
    """An order that was shipped on the day of its invoice."""
    happened.orders.append(
        Order(
            order,
            GAUGES,
            sent - timedelta(days=12),
            sent,
            "shipped",
            sent,
            amount,
            "EUR",
            [Line(10, "GA-900", "Gauges as quoted", 1, amount)],
            owner_for(company, "sales"),
        )
    )
    delivered = sent + timedelta(days=4)
    happened.shipments.append(
        Shipment(
            shipment,
            order,
            GAUGES,
            sent - timedelta(days=2),
            sent,
            sent,
            delivered,
            4,
            "Hanmaeum Express",
        )
    )


def _overdue(company: Customer, happened: History, today: date) -> None:
    due = _day(today, OVERDUE_DAYS)
    issued = due - timedelta(days=TERMS)
    _sold(company, happened, LATE_ORDER, "S-90377", issued, AMOUNT)
    happened.invoices.append(
        Invoice(INVOICE, LATE_ORDER, GAUGES, issued, due, AMOUNT, "EUR", None, "Height gauges")
    )
    happened.holds.append(
        Hold(
            "H-0000",
            "",
            _day(today, 1),
            None,
            f"Invoice {INVOICE} overdue 30 days",
            owner_for(company, "accounts"),
        )
    )


def _waiting_order(company: Customer, happened: History, today: date) -> None:
    lines = [
        Line(10, "GA-420", "Height gauge 600 mm", 6, Decimal("3260.00")),
        Line(20, "GA-310", "Gauge block set, grade 0", 2, Decimal("1480.00")),
    ]
    happened.orders.append(
        Order(
            ORDER,
            GAUGES,
            _day(today, 9),
            today,
            "open",
            None,
            Decimal("22520.00"),
            "EUR",
            lines,
            owner_for(company, "sales"),
        )
    )
    happened.shipments.append(
        Shipment(
            SHIPMENT,
            ORDER,
            GAUGES,
            _day(today, 2),
            today,
            None,
            None,
            12,
            "Hanmaeum Express",
        )
    )


def _questions(company: Customer, happened: History, today: date) -> None:
    asked = datetime.combine(today, time(0, 12), tzinfo=UTC)
    subject = "When does order 48211 ship?"
    happened.cases.append(
        Case(
            CASE,
            "CT-20000",
            "normal",
            subject,
            asked,
            asked + timedelta(days=5),
            None,
            GAUGES,
            "new",
            owner_for(company, "support"),
        )
    )
    happened.interactions.append(
        Interaction("M-000000", "message", "CT-20000", subject, asked, CASE)
    )
    opened = _day(today, 3)
    happened.questions.append(
        Question(
            QUESTION,
            "Calibration below 5 °C",
            opened,
            opened + timedelta(days=7),
            None,
            ENGINEER,
            GAUGES,
        )
    )
    earlier = _day(today, 236)
    happened.questions.append(
        Question(
            "Q-1099",
            "Repeatability of the bore gauge",
            earlier,
            earlier + timedelta(days=7),
            earlier + timedelta(days=3),
            ENGINEER,
            GAUGES,
        )
    )


def _plant(happened: History, today: date) -> None:
    installed = _day(today, 560)
    happened.installed.append(
        Installed("G100000", "GA-420", "Height gauge 600 mm", GAUGES, installed, None)
    )
    for number, issued in enumerate((installed, installed + timedelta(days=360))):
        happened.certificates.append(
            Certificate(
                f"KAL-000000-{number + 1}",
                "G100000",
                GAUGES,
                issued,
                issued + timedelta(days=365),
                issued + timedelta(days=365) if number == 0 else None,
            )
        )
    visit = _day(today, 50)
    happened.appointments.append(
        Appointment(
            "V000000",
            "Service visit",
            visit - timedelta(days=14),
            datetime.combine(visit, time(1, 0), tzinfo=UTC),
            visit,
            "done",
            ENGINEER,
            GAUGES,
        )
    )


def _selling(company: Customer, happened: History, today: date) -> None:
    owner = owner_for(company, "sales")
    opened = _day(today, 45)
    amount = Decimal("52000.00")
    happened.deals.append(
        Deal("D-00000", "40 gauges", "Proposal", opened, today + timedelta(days=40), None, amount,
             owner, GAUGES)
    )  # fmt: skip
    happened.quotes.append(
        Quote("Q-00000", "D-00000", "40 gauges", _day(today, 24), today + timedelta(days=36),
              "sent", None, amount, owner, GAUGES)
    )  # fmt: skip
    happened.contracts.append(
        Contract("VT-00000", "Frame agreement", company.since, _day(today, -535), None,
                 Decimal("6000.00"), GAUGES, owner)
    )  # fmt: skip
    happened.activities.append(
        Activity("A-000000", "meeting", "Visit at the plant", _day(today, 24), owner, "PER-000999")
    )
