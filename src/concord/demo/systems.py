"""What each system writes of one customer into its export files.

A row is yielded with the name of its table, in the order of that table's columns, and formatted
the way the system formats: 18.400,00 and 02.10.2026 in accounting, 10/02/2026 in sales.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from concord.demo.customers import Customer, Profile
from concord.demo.documents import History
from concord.demo.names import CompanyName, fold
from concord.demo.products import GAUGES
from concord.demo.tables import Cell

Row = tuple[str, Sequence[Cell]]

SEOUL = timezone(timedelta(hours=9))
LOCALES = {"ko": "ko-KR", "zh-Hant": "zh-TW", "zh-Hans": "zh-CN", "en": "en-US"}
SALES_LANGUAGES = {
    "ko": "Korean", "zh-Hant": "Chinese (TW)", "zh-Hans": "Chinese (CN)", "en": "English",
}  # fmt: skip
COUNTRIES = {
    "KR": "South Korea", "TW": "Taiwan", "CN": "China", "DE": "Germany", "US": "United States",
    "GB": "United Kingdom", "SE": "Sweden", "JP": "Japan", "VN": "Vietnam",
}  # fmt: skip
KOREAN_COUNTRIES = {
    "KR": "대한민국", "TW": "대만", "CN": "중국", "DE": "독일", "US": "미국", "GB": "영국",
    "SE": "스웨덴", "JP": "일본", "VN": "베트남",
}  # fmt: skip
ALPHA_3 = {
    "KR": "KOR", "TW": "TWN", "CN": "CHN", "DE": "DEU", "US": "USA", "GB": "GBR", "SE": "SWE",
    "JP": "JPN", "VN": "VNM",
}  # fmt: skip
UNIT_NAMES = {"GAU": "Gauges", "SEN": "Sensors", "": ""}
UNIT_KOREAN = {"GAU": "게이지", "SEN": "센서"}
KIND_KOREAN = {
    "On-site calibration": "현장 교정", "Service visit": "서비스 방문", "Installation": "설치",
    "Training": "교육",
}  # fmt: skip
STATUS_KOREAN = {"planned": "예정", "done": "완료", "cancelled": "취소"}


def rows(customer: Customer, history: History, rng: random.Random) -> Iterator[Row]:
    """All rows of all systems for one customer, each system by its own hand."""
    for system, write in _SYSTEMS.items():
        if customer.known_to(system):
            for profile in customer.profiles[system]:
                yield from write(customer, profile)
    yield from _contacts(customer)
    for system, records in _RECORDS.items():
        if customer.known_to(system):
            yield from records(customer, history, lambda s=system: customer.key(s, rng))  # type: ignore[misc]


def _german(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def _comma(amount: Decimal) -> str:
    """`18.400,00`"""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _american(day: date | None) -> str:
    return f"{day:%m/%d/%Y}" if day else ""


def _thousands(amount: Decimal) -> str:
    """`18,400.00`"""
    return f"{amount:,.2f}"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(at: datetime | None) -> str:
    return at.astimezone(SEOUL).isoformat() if at else ""


def _dotted(day: date | None) -> str:
    return f"{day:%Y.%m.%d}" if day else ""


def _accounting(customer: Customer, profile: Profile) -> Iterator[Row]:
    yield (
        "accounting-customers",
        (
            profile.key,
            "F" if customer.kind == "organisation" else "P",
            profile.name,
            profile.street,
            profile.postcode,
            profile.city,
            customer.country,
            profile.tax_id,
            profile.phone,
            profile.email,
            _german(customer.born),
            f"{customer.terms} Tage",
            _comma(Decimal(customer.credit_limit)),
            customer.currency,
            _german(customer.since),
        ),
    )


def _sales(customer: Customer, profile: Profile) -> Iterator[Row]:
    parent = customer.parent
    yield (
        "sales-companies",
        (
            profile.key,
            "Business" if customer.kind == "organisation" else "Person",
            profile.name,
            profile.name_native,
            profile.tax_id,
            profile.phone,
            profile.email,
            customer.website if isinstance(customer.name, CompanyName) else "",
            profile.street,
            profile.city,
            profile.postcode,
            COUNTRIES[customer.country],
            _american(customer.born),
            SALES_LANGUAGES[customer.language],
            customer.segment,
            "Key account" if customer.key_account else "Standard",
            parent.key("sales") if parent and parent.known_to("sales") else "",
            _american(customer.since),
        ),
    )


def _support(customer: Customer, profile: Profile) -> Iterator[Row]:
    yield (
        "support-accounts",
        (
            profile.key,
            "company" if customer.kind == "organisation" else "individual",
            profile.name,
            profile.city,
            customer.country,
            profile.phone,
            profile.email,
            LOCALES[customer.language],
        ),
    )


def _shipping(customer: Customer, profile: Profile) -> Iterator[Row]:
    yield (
        "shipping-consignees",
        (
            profile.key,
            "B" if customer.kind == "organisation" else "C",
            profile.name,
            profile.street,
            profile.city,
            profile.postcode,
            ALPHA_3[customer.country],
            profile.phone,
            profile.tax_id,
        ),
    )


def _engineering(customer: Customer, profile: Profile) -> Iterator[Row]:
    yield (
        "engineering-accounts",
        (
            profile.key,
            profile.name,
            profile.city,
            customer.country,
            profile.phone,
            profile.email,
            profile.tax_id,
            "yes" if customer.kind == "person" else "no",
        ),
    )


def _scheduling(customer: Customer, profile: Profile) -> Iterator[Row]:
    yield (
        "scheduling-customers",
        (
            profile.key,
            "법인" if customer.kind == "organisation" else "개인",
            profile.name,
            profile.phone,
            profile.email,
            profile.street,
            profile.city,
            profile.postcode,
            KOREAN_COUNTRIES[customer.country],
        ),
    )


def _contacts(customer: Customer) -> Iterator[Row]:
    for person in customer.contacts:
        if "sales" in person.keys:
            yield (
                "sales-contacts",
                (
                    person.keys["sales"],
                    customer.key("sales"),
                    person.name.given,
                    person.name.family,
                    person.name.native,
                    person.role,
                    person.email,
                    person.phone.international,
                    SALES_LANGUAGES[person.language],
                ),
            )
        if "support" in person.keys:
            yield (
                "support-contacts",
                (
                    person.keys["support"],
                    customer.key("support"),
                    person.name.native or person.name.latin,
                    person.role,
                    person.email,
                    person.phone.plain,
                    LOCALES[person.language],
                ),
            )


def accounting_records(
    customer: Customer, history: History, key: Callable[[], str]
) -> Iterator[Row]:
    for i in history.invoices:
        yield (
            "accounting-invoices",
            (i.number, key(), i.order, i.unit, _german(i.issued), _german(i.due),
             _comma(i.amount), i.currency, _german(i.cleared), i.text),
        )  # fmt: skip
    for p in history.payments:
        yield (
            "accounting-payments",
            (p.number, key(), _german(p.paid), _comma(p.amount), p.currency),
        )
    for c in history.credits:
        yield (
            "accounting-credits",
            (c.number, key(), c.invoice, c.unit, _german(c.issued), _comma(c.amount), c.currency,
             c.reason),
        )  # fmt: skip
    for a in history.allocations:
        kind = {"payment": "Z", "credit": "G"}[a.kind]
        yield (
            "accounting-allocations",
            (a.document, kind, a.invoice, _comma(a.amount), _german(a.on)),
        )
    for d in history.disputes:
        yield (
            "accounting-disputes",
            (d.number, key(), d.invoice, d.unit, _comma(d.amount), d.currency, d.reason,
             _german(d.opened), _german(d.closed), d.outcome, d.owner),
        )  # fmt: skip
    for h in history.holds:
        yield (
            "accounting-holds",
            (h.number, key(), h.unit, _german(h.opened), _german(h.closed), h.reason, h.by),
        )


def _sales_records(customer: Customer, history: History, key: Callable[[], str]) -> Iterator[Row]:
    for o in history.orders:
        yield (
            "sales-orders",
            (o.number, key(), _american(o.ordered), _american(o.promised), o.status.capitalize(),
             _american(o.closed), UNIT_NAMES[o.unit], o.currency, _thousands(o.amount), o.owner),
        )  # fmt: skip
        for line in o.lines:
            yield (
                "sales-order-lines",
                (o.number, line.number, line.product, line.description, line.quantity,
                 _thousands(line.price), _thousands(line.amount)),
            )  # fmt: skip
    for x in history.leads:
        yield (
            "sales-leads",
            (x.number, key(), x.subject, _american(x.opened), _american(x.closed),
             x.status.capitalize(), UNIT_NAMES[x.unit], x.owner),
        )  # fmt: skip
    for d in history.deals:
        yield (
            "sales-deals",
            (d.number, key(), d.subject, d.stage, _american(d.opened), _american(d.expected),
             _american(d.closed), _thousands(d.amount), UNIT_NAMES[d.unit], d.owner),
        )  # fmt: skip
    for q in history.quotes:
        yield (
            "sales-quotes",
            (q.number, key(), q.deal, q.subject, _american(q.issued), _american(q.valid),
             q.status.capitalize(), _american(q.closed), _thousands(q.amount), UNIT_NAMES[q.unit],
             q.owner),
        )  # fmt: skip
    for c in history.contracts:
        yield (
            "sales-contracts",
            (c.number, key(), c.kind, _american(c.begins), _american(c.ends),
             _american(c.ended), _thousands(c.amount), UNIT_NAMES[c.unit], c.owner),
        )  # fmt: skip
    for a in history.activities:
        yield (
            "sales-activities",
            (a.number, key(), a.kind.capitalize(), a.subject, _american(a.on), a.contact, a.owner),
        )


def _support_records(customer: Customer, history: History, key: Callable[[], str]) -> Iterator[Row]:
    for c in history.cases:
        yield (
            "support-cases",
            (c.number, key(), c.contact, c.severity, c.subject, _moment(c.opened), _moment(c.due),
             _moment(c.closed), c.status, "gauges" if c.unit == GAUGES else "sensors"),
        )  # fmt: skip
    for i in history.interactions:
        yield (
            "support-interactions",
            (i.number, key(), i.contact, "email" if i.kind == "message" else "phone", i.subject,
             _moment(i.at), i.case),
        )  # fmt: skip


def _shipping_records(
    customer: Customer, history: History, key: Callable[[], str]
) -> Iterator[Row]:
    for s in history.shipments:
        yield (
            "shipping-shipments",
            (s.number, key(), s.order, s.unit[0], _iso(s.requested), _iso(s.promised), _iso(s.sent),
             _iso(s.delivered), s.parcels, s.carrier),
        )  # fmt: skip
    for r in history.returns:
        yield (
            "shipping-returns",
            (r.number, key(), r.shipment, r.unit[0], _iso(r.opened), _iso(r.closed), r.reason),
        )


def _engineering_records(
    customer: Customer, history: History, key: Callable[[], str]
) -> Iterator[Row]:
    for q in history.questions:
        yield (
            "engineering-questions",
            (q.number, key(), q.subject, q.opened, q.due, q.closed, q.engineer, q.unit),
        )
    for i in history.installed:
        yield (
            "engineering-installed",
            (i.serial, key(), i.product, i.description, i.unit, i.installed, i.retired),
        )
    for c in history.certificates:
        yield (
            "engineering-certificates",
            (c.number, key(), c.serial, c.unit, c.issued, c.expires, c.expired),
        )


def _scheduling_records(
    customer: Customer, history: History, key: Callable[[], str]
) -> Iterator[Row]:
    for a in history.appointments:
        planned = a.planned.astimezone(SEOUL)
        yield (
            "scheduling-appointments",
            (a.number, key(), KIND_KOREAN[a.kind], _dotted(a.booked), f"{planned:%Y.%m.%d %H:%M}",
             _dotted(a.done), STATUS_KOREAN[a.status], fold(a.technician), UNIT_KOREAN[a.unit]),
        )  # fmt: skip


_SYSTEMS: dict[str, Callable[[Customer, Profile], Iterator[Row]]] = {
    "accounting": _accounting,
    "sales": _sales,
    "support": _support,
    "shipping": _shipping,
    "engineering": _engineering,
    "scheduling": _scheduling,
}
_RECORDS: dict[str, Callable[[Customer, History, Callable[[], str]], Iterator[Row]]] = {
    "accounting": accounting_records,
    "sales": _sales_records,
    "support": _support_records,
    "shipping": _shipping_records,
    "engineering": _engineering_records,
    "scheduling": _scheduling_records,
}
