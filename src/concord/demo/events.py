"""What happened: what each system exports of the records it keeps.

`key` gives the customer's number in that system; one that is entered twice has two.
"""

from collections.abc import Callable, Iterator

from concord.demo.documents import History
from concord.demo.formats import SEOUL, american, comma, dotted, german, iso, moment, thousands
from concord.demo.names import fold
from concord.demo.products import GAUGES
from concord.demo.tables import Row

UNIT_NAMES = {"GAU": "Gauges", "SEN": "Sensors", "": ""}
UNIT_KOREAN = {"GAU": "게이지", "SEN": "센서"}
KIND_KOREAN = {
    "On-site calibration": "현장 교정", "Service visit": "서비스 방문", "Installation": "설치",
    "Training": "교육",
}  # fmt: skip
STATUS_KOREAN = {"planned": "예정", "done": "완료", "cancelled": "취소"}


def accounting(history: History, key: Callable[[], str]) -> Iterator[Row]:
    for i in history.invoices:
        yield (
            "accounting-invoices",
            (i.number, key(), i.order, i.unit, german(i.issued), german(i.due),
             comma(i.amount), i.currency, german(i.cleared), i.text),
        )  # fmt: skip
    for p in history.payments:
        yield (
            "accounting-payments",
            (p.number, key(), german(p.paid), comma(p.amount), p.currency),
        )
    for c in history.credits:
        yield (
            "accounting-credits",
            (c.number, key(), c.invoice, c.unit, german(c.issued), comma(c.amount), c.currency,
             c.reason),
        )  # fmt: skip
    for a in history.allocations:
        kind = {"payment": "Z", "credit": "G"}[a.kind]
        yield (
            "accounting-allocations",
            (a.document, kind, a.invoice, comma(a.amount), german(a.on)),
        )
    for d in history.disputes:
        yield (
            "accounting-disputes",
            (d.number, key(), d.invoice, d.unit, comma(d.amount), d.currency, d.reason,
             german(d.opened), german(d.closed), d.outcome, d.owner),
        )  # fmt: skip
    for h in history.holds:
        yield (
            "accounting-holds",
            (h.number, key(), h.unit, german(h.opened), german(h.closed), h.reason, h.by),
        )


def sales(history: History, key: Callable[[], str]) -> Iterator[Row]:
    for o in history.orders:
        yield (
            "sales-orders",
            (o.number, key(), american(o.ordered), american(o.promised), o.status.capitalize(),
             american(o.closed), UNIT_NAMES[o.unit], o.currency, thousands(o.amount), o.owner),
        )  # fmt: skip
        for line in o.lines:
            yield (
                "sales-order-lines",
                (o.number, line.number, line.product, line.description, line.quantity,
                 thousands(line.price), thousands(line.amount)),
            )  # fmt: skip
    for x in history.leads:
        yield (
            "sales-leads",
            (x.number, key(), x.subject, american(x.opened), american(x.closed),
             x.status.capitalize(), UNIT_NAMES[x.unit], x.owner),
        )  # fmt: skip
    for d in history.deals:
        yield (
            "sales-deals",
            (d.number, key(), d.subject, d.stage, american(d.opened), american(d.expected),
             american(d.closed), thousands(d.amount), UNIT_NAMES[d.unit], d.owner),
        )  # fmt: skip
    for q in history.quotes:
        yield (
            "sales-quotes",
            (q.number, key(), q.deal, q.subject, american(q.issued), american(q.valid),
             q.status.capitalize(), american(q.closed), thousands(q.amount), UNIT_NAMES[q.unit],
             q.owner),
        )  # fmt: skip
    for c in history.contracts:
        yield (
            "sales-contracts",
            (c.number, key(), c.kind, american(c.begins), american(c.ends),
             american(c.ended), thousands(c.amount), UNIT_NAMES[c.unit], c.owner),
        )  # fmt: skip
    for a in history.activities:
        yield (
            "sales-activities",
            (a.number, key(), a.kind.capitalize(), a.subject, american(a.on), a.contact, a.owner),
        )


def support(history: History, key: Callable[[], str]) -> Iterator[Row]:
    for c in history.cases:
        yield (
            "support-cases",
            (c.number, key(), c.contact, c.severity, c.subject, moment(c.opened), moment(c.due),
             moment(c.closed), c.status, "gauges" if c.unit == GAUGES else "sensors", c.owner),
        )  # fmt: skip
    for i in history.interactions:
        yield (
            "support-interactions",
            (i.number, key(), i.contact, "email" if i.kind == "message" else "phone", i.subject,
             moment(i.at), i.case),
        )  # fmt: skip


def shipping(history: History, key: Callable[[], str]) -> Iterator[Row]:
    for s in history.shipments:
        yield (
            "shipping-shipments",
            (s.number, key(), s.order, s.unit[0], iso(s.requested), iso(s.promised), iso(s.sent),
             iso(s.delivered), s.parcels, s.carrier),
        )  # fmt: skip
    for r in history.returns:
        yield (
            "shipping-returns",
            (r.number, key(), r.shipment, r.unit[0], iso(r.opened), iso(r.closed), r.reason),
        )


def engineering(history: History, key: Callable[[], str]) -> Iterator[Row]:
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


def scheduling(history: History, key: Callable[[], str]) -> Iterator[Row]:
    for a in history.appointments:
        planned = a.planned.astimezone(SEOUL)
        yield (
            "scheduling-appointments",
            (a.number, key(), KIND_KOREAN[a.kind], dotted(a.booked), f"{planned:%Y.%m.%d %H:%M}",
             dotted(a.done), STATUS_KOREAN[a.status], fold(a.technician), UNIT_KOREAN[a.unit]),
        )  # fmt: skip


EVENTS: dict[str, Callable[[History, Callable[[], str]], Iterator[Row]]] = {
    "accounting": accounting,
    "sales": sales,
    "support": support,
    "shipping": shipping,
    "engineering": engineering,
    "scheduling": scheduling,
}
