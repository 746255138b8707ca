"""The receivables export of the shared data: received as a source says it, and counted by hand."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from concord.customers.models import Membership
from concord.kernel.models import Source
from concord.records.actions.receive import receive
from concord.records.said import RecordSaid


@dataclass(frozen=True)
class Line:
    """A line of the file."""

    customer: str
    number: str
    issued: date
    due: date
    settled: date
    amount: Decimal
    disputed: bool

    def is_overdue(self, on: date) -> bool:
        return self.due < on < self.settled


def read(shared: Path) -> list[Line]:
    with (shared / "data" / "receivables" / "invoices.csv").open(newline="") as file:
        return [
            Line(
                customer=row["customerID"],
                number=row["invoiceNumber"],
                issued=_day(row["InvoiceDate"]),
                due=_day(row["DueDate"]),
                settled=_day(row["SettledDate"]),
                amount=Decimal(row["InvoiceAmount"]),
                disputed={"Yes": True, "No": False}[row["Disputed"]],
            )
            for row in csv.DictReader(file)
        ]


def overdue(lines: Iterable[Line], on: date, *, disputed: bool) -> dict[str, Decimal]:
    """What each customer owes past its day, by plain counting; without disputes if not asked."""
    owed: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.is_overdue(on) and (disputed or not line.disputed):
            owed[line.customer] += line.amount
    return dict(owed)


def receive_all(lines: Iterable[Line]) -> dict[UUID, str]:
    """The lines as records of a source that speaks today; the customers by their id."""
    source = Source.objects.create(key="factoring", words={"en": "Factoring"})
    receive(source, [_said(line) for line in lines])
    members = Membership.objects.filter(profile__source=source).select_related("profile")
    return {each.customer_id: each.profile.key for each in members}


def _said(line: Line) -> RecordSaid:
    return RecordSaid(
        type="invoice",
        key=line.number,
        profile=line.customer,
        opened_at=line.issued,
        due_at=line.due,
        closed_at=line.settled,
        status="paid",
        amount=line.amount,
        data={"disputed": line.disputed},
    )


def _day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone
