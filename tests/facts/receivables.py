"""The receivables export of the shared data: imported with its mapping, and counted by hand."""

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
from concord.kernel.models import Company, Source
from concord.records.importing.run import run_import

MAPPINGS = Path(__file__).resolve().parents[2] / "docs" / "mappings"


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
    with file_in(shared).open(newline="", encoding="utf-8") as file:
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


def import_all(shared: Path) -> dict[UUID, str]:
    """The file imported today with its example mapping; its customers by their id."""
    Company.objects.update_or_create(id=1, defaults={"currency": "USD"})
    source = Source.objects.create(key="receivables", words={"en": "Factoring"})
    mapping = (MAPPINGS / "receivables" / "invoices.toml").read_text(encoding="utf-8")
    run_import(file_in(shared), source, mapping)
    members = Membership.objects.filter(profile__source=source, known_to=None)
    return {each.customer_id: each.profile.key for each in members.select_related("profile")}


def file_in(shared: Path) -> Path:
    return shared / "data" / "receivables" / "invoices.csv"


def _day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone
