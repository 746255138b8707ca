"""The export files: each with the columns, encoding and formats of the system it comes from."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

from openpyxl import Workbook

Cell = str | int | float | date | datetime | Decimal | None
Row = tuple[str, Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Table:
    """One export file: `accounting-invoices`, its format and its columns."""

    name: str
    format: str
    columns: tuple[str, ...]
    encoding: str = "utf-8"
    delimiter: str = ","

    @property
    def source(self) -> str:
        return self.name.partition("-")[0]

    def file_name(self, formats: str = "all") -> str:
        """`accounting-invoices.csv`; with `formats="csv"` every table is a CSV file."""
        return f"{self.name}.{'csv' if formats == 'csv' else self.format}"


def _table(name: str, columns: str, form: str = "csv", **how: str) -> Table:
    return Table(name, form, tuple(columns.split("|")), **how)


def _accounting(name: str, columns: str) -> Table:
    return _table(f"accounting-{name}", columns, encoding="cp1252", delimiter=";")


def _support(name: str, columns: str) -> Table:
    return _table(f"support-{name}", columns, "jsonl")


def _shipping(name: str, columns: str) -> Table:
    return _table(f"shipping-{name}", columns, encoding="utf-8-sig")


def _engineering(name: str, columns: str) -> Table:
    return _table(f"engineering-{name}", columns, "xlsx")


def _scheduling(name: str, columns: str) -> Table:
    return _table(f"scheduling-{name}", columns, encoding="cp949")


def _sales(name: str, columns: str) -> Table:
    return _table(f"sales-{name}", columns)


# In the order in which they are imported: who there is, then what happened.
TABLES = (
    _accounting(
        "customers",
        "Debitor|Art|Name|Straße|PLZ|Ort|Land|USt-IdNr|Telefon|E-Mail|Geburtsdatum|"
        "Zahlungsziel|Kreditlimit|Währung|Angelegt am",
    ),
    _sales(
        "companies",
        "Account ID|Record Type|Account Name|Local Name|Tax Number|Phone|Email|Website|Street|"
        "City|Zip|Country|Birthdate|Language|Segment|Tier|Parent ID|Created",
    ),
    _support("accounts", "account_id|type|name|city|country|phone|email|locale"),
    _shipping(
        "consignees",
        "Consignee No|Kind|Consignee|Address|City|Postal Code|Country|Tel|Reg No",
    ),
    _engineering("accounts", "Code|Customer|Town|Country|Phone|E-mail|Reg. No.|Person"),
    _scheduling("customers", "고객번호|구분|상호|전화|이메일|주소|도시|우편번호|국가"),
    _sales(
        "contacts",
        "Contact ID|Account ID|First Name|Last Name|Local Name|Title|Email|Mobile|Language",
    ),
    _support("contacts", "contact_id|account_id|name|role|email|mobile|locale"),
    _sales(
        "orders",
        "Order Number|Account ID|Order Date|Promised|Status|Closed|Business Unit|Currency|"
        "Total|Owner",
    ),
    _sales("order-lines", "Order Number|Line|Product|Description|Quantity|Unit Price|Net"),
    _shipping(
        "shipments",
        "Shipment|Consignee No|Order Ref|BU|Requested|Promised|Sent|Delivered|Parcels|Carrier",
    ),
    _shipping("returns", "RMA|Consignee No|Shipment|BU|Opened|Closed|Reason"),
    _accounting(
        "invoices",
        "Rechnung|Debitor|Auftrag|Sparte|Datum|Fällig|Betrag|Währung|Ausgeglichen|Text",
    ),
    _accounting("payments", "Beleg|Debitor|Datum|Betrag|Währung"),
    _accounting("credits", "Gutschrift|Debitor|Rechnung|Sparte|Datum|Betrag|Währung|Grund"),
    _accounting("allocations", "Beleg|Art|Rechnung|Betrag|Datum"),
    _accounting(
        "disputes", "Nr|Debitor|Rechnung|Sparte|Betrag|Währung|Grund|Von|Bis|Ergebnis|Zuständig"
    ),
    _accounting("holds", "Sperre|Debitor|Sparte|Von|Bis|Grund|Gesetzt von"),
    _accounting("rates", "Datum|Währung|Kurs"),
    _sales("leads", "Lead ID|Account ID|Lead Source|Created|Closed|Status|Business Unit|Owner"),
    _sales(
        "deals",
        "Deal ID|Account ID|Deal Name|Stage|Created|Expected Close|Closed|Amount|Business Unit|"
        "Owner",
    ),
    _sales(
        "quotes",
        "Quote ID|Account ID|Deal ID|Subject|Date|Valid Until|Status|Answered|Amount|"
        "Business Unit|Owner",
    ),
    _sales(
        "contracts", "Contract ID|Account ID|Type|Start|End|Ended|Annual Value|Business Unit|Owner"
    ),
    _sales("activities", "Activity ID|Account ID|Type|Subject|Date|Contact ID|Owner"),
    _support(
        "cases",
        "case|account_id|contact_id|severity|subject|opened_at|due_at|closed_at|state|product_line"
        "|agent",
    ),
    _support("interactions", "id|account_id|contact_id|channel|subject|at|case"),
    _engineering("questions", "No|Code|Question|Received|Answer by|Answered|Engineer|Unit"),
    _engineering("installed", "Serial|Code|Product|Description|Unit|Installed|Retired"),
    _engineering("certificates", "Certificate|Code|Serial|Unit|Calibrated|Valid until|Expired"),
    _scheduling("appointments", "예약번호|고객번호|종류|접수일|예정일시|완료일|상태|담당자|사업부"),
)


class Writer(Protocol):
    """Takes the rows of one table, in the order of its columns."""

    def write(self, row: Sequence[Cell]) -> None: ...

    def close(self) -> None: ...


class CsvWriter:
    """Rows as delimited text; the rows are already formatted."""

    def __init__(self, path: Path, table: Table) -> None:
        self.file: IO[str] = path.open("w", encoding=table.encoding, newline="")
        self.rows = csv.writer(self.file, delimiter=table.delimiter, lineterminator="\r\n")
        self.rows.writerow(table.columns)

    def write(self, row: Sequence[Cell]) -> None:
        self.rows.writerow(["" if cell is None else cell for cell in row])

    def close(self) -> None:
        self.file.close()


class JsonWriter:
    """One JSON object a line; what is empty is left out, as such systems do."""

    def __init__(self, path: Path, table: Table) -> None:
        self.file: IO[str] = path.open("w", encoding="utf-8", newline="\n")
        self.columns = table.columns

    def write(self, row: Sequence[Cell]) -> None:
        said = {k: v for k, v in zip(self.columns, row, strict=True) if v not in (None, "")}
        self.file.write(json.dumps(said, ensure_ascii=False) + "\n")

    def close(self) -> None:
        self.file.close()


class ExcelWriter:
    """A worksheet with real dates and numbers, written row by row."""

    def __init__(self, path: Path, table: Table) -> None:
        self.path = path
        self.book: Any = Workbook(write_only=True)
        self.sheet: Any = self.book.create_sheet(table.name.partition("-")[2].capitalize())
        self.sheet.append(table.columns)

    def write(self, row: Sequence[Cell]) -> None:
        self.sheet.append([None if cell == "" else cell for cell in row])

    def close(self) -> None:
        self.book.save(self.path)


class Exports:
    """All export files, open at once; counts the rows of each."""

    def __init__(self, folder: Path, formats: str = "all") -> None:
        self.counts = dict.fromkeys((table.name for table in TABLES), 0)
        self._stack = ExitStack()
        self._writers: dict[str, Writer] = {}
        for table in TABLES:
            path = folder / table.file_name(formats)
            writer = _WRITERS["csv" if formats == "csv" else table.format](path, table)
            self._writers[table.name] = writer
            self._stack.callback(writer.close)

    def write(self, table: str, row: Sequence[Cell]) -> None:
        self._writers[table].write(row)
        self.counts[table] += 1

    def write_all(self, rows: Iterator[Row]) -> None:
        for table, row in rows:
            self.write(table, row)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()


_WRITERS: dict[str, Callable[[Path, Table], Writer]] = {
    "csv": CsvWriter,
    "jsonl": JsonWriter,
    "xlsx": ExcelWriter,
}
