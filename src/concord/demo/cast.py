"""The customers with a part to play: the same in every demo company, whatever the seed.

Only their dates move, with `today`. The scene of the README is Hanbit Precision's.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from concord.demo import hanbit
from concord.demo.customers import Address, Customer, Profile
from concord.demo.documents import Dispute, History, Hold, Invoice, Line, Order
from concord.demo.identifiers import landline, tax_id
from concord.demo.names import CompanyName
from concord.demo.numbers import Numbers
from concord.demo.population import contact
from concord.demo.products import GAUGES, SENSORS
from concord.demo.selling import selling
from concord.demo.service import service
from concord.demo.spelling import register
from concord.demo.staff import owner_for
from concord.demo.trade import Trade
from concord.demo.words import PLACES

FIRST_SERIAL = 900_000_000  # far above any customer of the crowd
SPARE = 7_900_000  # telephone and tax numbers that no customer of the crowd gets
ALL_SYSTEMS = ("accounting", "sales", "support", "shipping", "engineering", "scheduling")


@dataclass(frozen=True, slots=True)
class Part:
    """One member of the cast, with what happened; `role` says what the demo shows with it."""

    slug: str
    role: str
    customer: Customer
    history: History


def cast(numbers: Numbers, today: date) -> Iterator[Part]:
    """All parts in a fixed order; parents come before their subsidiaries."""
    company = hanbit.customer(FIRST_SERIAL, today)
    yield Part("hanbit", "the scene: key account on hold", company, hanbit.history(company, today))
    vietnam = _company(1, "VN", "Hanbit Precision Vietnam", "", today, ("accounting", "sales"))
    vietnam.parent = company
    yield _usual("hanbit-vietnam", "subsidiary, another customer", vietnam, numbers, today)
    yield _disputer(numbers, today)
    yield _best(numbers, today)
    yield _taiwanese(numbers, today)
    yield from _group(numbers, today)
    yield _half_held(numbers, today)
    yield from _duplicates(numbers, today)


def _company(
    offset: int,
    country: str,
    latin: str,
    native: str,
    today: date,
    systems: tuple[str, ...] = ALL_SYSTEMS,
    *,
    place: int = 0,
    street: tuple[str, str] = ("", ""),
) -> Customer:
    serial = FIRST_SERIAL + offset
    town = PLACES[country][place]
    domain = f"{latin.lower().replace(' ', '-')}.example"
    return Customer(
        serial,
        f"cast-{offset:02d}",
        "organisation",
        country,
        CompanyName(latin, native, country),
        Address(town, street[0], street[1] or street[0], _postcode(town.postcode, country, offset)),
        tax_id(country, SPARE + offset),
        landline(country, town.area, SPARE + offset),
        f"info@{domain}",
        f"www.{domain}",
        today - timedelta(days=2_400 + 97 * offset),
        systems=systems,
    )


def _postcode(start: str, country: str, offset: int) -> str:
    if country == "GB":
        return f"{start} {1 + offset % 9}QB"
    width = {"CN": 6, "JP": 7}.get(country, 5)
    return f"{start}{offset:0{width - len(start)}d}"


def _usual(
    slug: str, role: str, customer: Customer, numbers: Numbers, today: date, people: int = 1
) -> Part:
    """A part that lives like everybody else, from a generator of its own."""
    rng = random.Random(f"cast:{slug}")  # the same whatever the seed
    customer.contacts = [contact(customer, rng, n + 1) for n in range(people)]
    register(customer, rng, numbers)
    for source in ("accounting", "sales", "shipping", "engineering"):
        for profile in customer.profiles.get(source, ()):
            profile.tax_id = customer.tax_id
    history = Trade(customer, rng, numbers, today).play()
    service(customer, rng, numbers, today, history, 1.0)
    selling(customer, rng, numbers, today, history, 1.0)
    return Part(slug, role, customer, history)


def _disputer(numbers: Numbers, today: date) -> Part:
    """Overdue with disputed invoices only: nobody puts them on hold for that."""
    customer = _company(
        2, "DE", "Brenner Messtechnik", "", today, street=("Am Messplatz 14", ""), place=0
    )
    part = _usual("brenner", "overdue only through disputes: no hold", customer, numbers, today, 2)
    disputed = ((64, "7420.00", "Goods incomplete"), (49, "3180.50", "Damaged on arrival"))
    for age, amount, reason in disputed:
        issued = today - timedelta(days=age + customer.terms)
        invoice = _invoice(part, numbers, issued, Decimal(amount), "Height gauge 600 mm")
        part.history.disputes.append(
            Dispute(
                numbers.next("dispute"),
                invoice.number,
                GAUGES,
                Decimal(amount),
                "EUR",
                reason,
                issued + timedelta(days=9),
                None,
                owner_for(customer, "accounts"),
            )
        )
    return part


def _invoice(
    part: Part, numbers: Numbers, issued: date, amount: Decimal, text: str, unit: str = GAUGES
) -> Invoice:
    """One more invoice that nobody has paid."""
    invoice = Invoice(
        numbers.next(f"invoice {unit}"),
        "",
        unit,
        issued,
        issued + timedelta(days=part.customer.terms),
        amount,
        part.customer.currency,
        None,
        text,
    )
    part.history.invoices.append(invoice)
    return invoice


def _best(numbers: Numbers, today: date) -> Part:
    """The best customer who pays: first place in everything."""
    customer = _company(3, "SE", "Lindqvist Instrument", "", today, street=("Verkstadsgatan 7", ""))
    customer.key_account, customer.size, customer.segment = True, 7.0, "Aerospace"
    customer.conduct = "model"  # never late, never in dispute
    customer.units, customer.credit_limit = (GAUGES, SENSORS), 250_000
    return _usual("lindqvist", "best customer who pays: first place", customer, numbers, today, 3)


def _taiwanese(numbers: Numbers, today: date) -> Part:
    customer = _company(
        4, "TW", "Taichung Precision Metrology", "台中精密量測", today,
        street=("No. 88, Jingke Rd.", "精科路88號"),
    )  # fmt: skip
    customer.key_account, customer.size, customer.segment = True, 3.0, "Semiconductor"
    customer.currency, customer.credit_limit = "TWD", 120_000
    return _usual("taichung", "key account in Taiwan, billed in TWD", customer, numbers, today, 2)


def _group(numbers: Numbers, today: date) -> Iterator[Part]:
    """A parent and three subsidiaries, one of them abroad."""
    parent = _company(
        5, "GB", "Aldermoor", "", today, ("accounting", "sales", "support"),
        place=2, street=("1 Canal Street", ""),
    )  # fmt: skip
    parent.name = CompanyName("Aldermoor Group", "", "GB")
    parent.size = 2.0
    yield _usual("aldermoor", "parent of a group", parent, numbers, today, 1)
    for offset, country, name, place in (
        (6, "GB", "Aldermoor Aerospace", 4),
        (7, "GB", "Aldermoor Marine", 5),
        (8, "DE", "Aldermoor Deutschland", 1),
    ):
        child = _company(
            offset, country, name, "", today, ("accounting", "sales", "shipping", "support"),
            place=place,
            street=(f"{offset * 3} Mill Road" if country == "GB" else "Werkstraße 9", ""),
        )  # fmt: skip
        child.parent = parent
        slug = name.lower().replace(" ", "-")
        yield _usual(slug, "subsidiary of Aldermoor", child, numbers, today, 1)


def _half_held(numbers: Numbers, today: date) -> Part:
    """On hold for sensors, in good standing for gauges, with an open order for each."""
    customer = _company(
        9, "KR", "Haetsal Automation", "햇살자동화", today, place=1,
        street=("Saneop-ro 51", "산업로 51"),
    )  # fmt: skip
    customer.units = (GAUGES,)
    part = _usual("haetsal", "on hold in one business unit only", customer, numbers, today, 2)
    issued = today - timedelta(days=45 + customer.terms)
    invoice = _invoice(
        part, numbers, issued, Decimal("9640.00"), "Laser displacement sensor", SENSORS
    )
    part.history.holds.append(
        Hold(
            numbers.next("hold"),
            SENSORS,
            today - timedelta(days=15),
            None,
            f"Invoice {invoice.number} overdue 30 days",
            owner_for(customer, "accounts"),
        )
    )
    for unit, product, name, price in (
        (GAUGES, "GA-210", "Bore gauge set", "690.00"),
        (SENSORS, "SE-310", "Torque sensor 50 Nm", "1890.00"),
    ):
        line = Line(10, product, name, 3, Decimal(price))
        part.history.orders.append(
            Order(
                numbers.next("order"),
                unit,
                today - timedelta(days=4),
                today + timedelta(days=3),
                "open",
                None,
                line.amount,
                "EUR",
                [line],
                owner_for(customer, "sales"),
            )
        )
    return part


def _duplicates(numbers: Numbers, today: date) -> Iterator[Part]:
    """Two that a machine may join, and one that a person has to look at."""
    weser = _company(
        10, "DE", "Weserwerk Sensorik", "", today, ("accounting", "sales", "shipping"),
        place=1, street=("Lindenweg 22", ""),
    )  # fmt: skip
    part = _usual("weserwerk", "twice in sales: a sure duplicate", weser, numbers, today)
    first = replace(weser.profiles["sales"][0], tax_id=weser.tax_id, email=weser.email)
    weser.profiles["sales"] = [
        first,
        replace(first, key=numbers.next("company"), name="Weserwerk-Sensorik G.m.b.H."),
    ]
    yield part
    water = _company(
        11, "KR", "Malgeunmul Instruments", "맑은물계측", today,
        ("accounting", "sales", "shipping"), place=4, street=("Cheomdan-ro 30", "첨단로 30"),
    )  # fmt: skip
    part = _usual("malgeunmul", "twice in shipping: a sure duplicate", water, numbers, today)
    consignee = replace(water.profiles["shipping"][0], name="맑은물계측(주)", tax_id=water.tax_id)
    water.profiles["shipping"] = [
        consignee,
        replace(consignee, key=numbers.next("consignee"), name="주식회사 맑은물 계측"),
    ]
    yield part
    yield _doubtful(numbers, today)


def _doubtful(numbers: Numbers, today: date) -> Part:
    """Northgate moved and renamed itself: near enough to ask, too far to join unasked."""
    north = _company(
        12, "GB", "Northgate Calibration", "", today, ("accounting", "sales"),
        place=1, street=("18 Foundry Lane", ""),
    )  # fmt: skip
    part = _usual("northgate", "twice in sales: a person has to decide", north, numbers, today)
    first = replace(
        north.profiles["sales"][0], tax_id="", email="office@northgate-calibration.example"
    )
    moved = Profile(
        "sales",
        numbers.next("company"),
        "Northgate Calibration Services Limited",
        "4 Victoria Road",
        "Leeds",
        "LS11 9QD",
        first.phone,
        "bookings@northgate-services.example",
        "",
    )
    north.profiles["sales"] = [first, moved]
    return part
