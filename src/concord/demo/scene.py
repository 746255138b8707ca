"""The next morning's exports of accounting: Hanbit has paid, and its hold is lifted.

With these four files the scene of the README is played to its end. They lie in `scene/` beside
the exports and are imported with the same mappings, or dropped into a watched folder.
"""

from datetime import date
from pathlib import Path

from concord.demo import hanbit
from concord.demo.cast import FIRST_SERIAL
from concord.demo.documents import Allocation, Payment
from concord.demo.events import EVENTS
from concord.demo.tables import TABLES, CsvWriter

PAYMENT = "Z690417"
SCENE = ("accounting-payments", "accounting-invoices", "accounting-allocations", "accounting-holds")


def write(folder: Path, today: date) -> None:
    """Write the four files into `folder`, one row each."""
    folder.mkdir(exist_ok=True)
    company = hanbit.customer(FIRST_SERIAL, today)
    settled = hanbit.history(company, today)
    settled.invoices = [i for i in settled.invoices if i.number == hanbit.INVOICE]
    settled.invoices[0].cleared = today
    settled.holds[0].closed = today
    settled.payments = [Payment(PAYMENT, today, hanbit.AMOUNT, "EUR")]
    settled.allocations = [Allocation(PAYMENT, "payment", hanbit.INVOICE, hanbit.AMOUNT, today)]
    files = {
        table.name: CsvWriter(folder / table.file_name(), table)
        for table in TABLES
        if table.name in SCENE
    }
    for name, row in EVENTS["accounting"](settled, lambda: hanbit.DEBTOR):
        files[name].write(row)
    for file in files.values():
        file.close()
