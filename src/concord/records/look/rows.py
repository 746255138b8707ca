"""The rows of a file as values, and those that could not be read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from concord.records.look.columns import DATES, NUMBERS, Recognised
from concord.records.look.shapes import Cell, read_date, read_number
from concord.records.look.vocabulary import Role

YES: Final = frozenset("yes y true t 1 x ja j disputed 예 네 是".split())  # noqa: SIM905
MOST_ROWS: Final = 100_000  # as many as a page can look at while somebody waits


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice or order; `customer` is its key where the file has one, else its name."""

    line: int
    customer: str
    name: str
    number: str
    issued: date | None
    due: date | None
    settled: date | None
    shipped: date | None
    amount: Decimal | None
    balance: Decimal | None
    currency: str
    disputed: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """A row left out of the answers: where, what stood there, and what was expected."""

    line: int
    column: str
    value: str
    expected: str  # date | number | customer


@dataclass(slots=True)
class Table:
    """A file as far as it was understood."""

    recognised: Recognised
    rows: list[Row] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    unread_count: int = 0
    is_cut: bool = False  # the file has more than MOST_ROWS rows: the rest was not looked at

    KEPT_UNREAD = 200


def read_rows(
    recognised: Recognised, rows: Iterable[tuple[int, Sequence[Cell]]], currency: str = ""
) -> Table:
    """Read `(line, cells)` pairs; a row with an unreadable cell is left out and said."""
    table = Table(recognised)
    for line, cells in rows:
        if not any(cell is not None and str(cell).strip() for cell in cells):
            continue
        if len(table.rows) >= MOST_ROWS:
            table.is_cut = True
            break
        outcome = _row(recognised, line, cells, currency)
        if isinstance(outcome, Row):
            table.rows.append(outcome)
        else:
            table.unread_count += 1
            if len(table.unread) < Table.KEPT_UNREAD:
                table.unread.append(outcome)
    return table


def _row(known: Recognised, line: int, cells: Sequence[Cell], currency: str) -> Row | Unread:
    text = {role: _text(cells, index) for role, index in known.columns.items()}
    name = text.get(Role.CUSTOMER_NAME, "")
    customer = text.get(Role.CUSTOMER_KEY, "") or name
    if not customer:
        role = Role.CUSTOMER_KEY if Role.CUSTOMER_KEY in known.columns else Role.CUSTOMER_NAME
        return Unread(line, known.header[known.columns[role]], "", "customer")
    dates: dict[Role, date | None] = {}
    numbers: dict[Role, Decimal | None] = {}
    for role, cell in _cells(known, cells):
        try:
            if role in DATES:
                shape = known.dates.get(role)
                dates[role] = read_date(cell, shape.chosen if shape else "")
            elif role in NUMBERS:
                numbers[role] = read_number(cell, european=known.european.get(role, False))
        except ValueError:
            title = known.header[known.columns[role]]
            return Unread(line, title, str(cell)[:200], "date" if role in DATES else "number")
    return Row(
        line=line,
        customer=customer,
        name=name or customer,
        number=text.get(Role.NUMBER, ""),
        issued=dates.get(Role.ISSUED),
        due=dates.get(Role.DUE),
        settled=dates.get(Role.SETTLED),
        shipped=dates.get(Role.SHIPPED),
        amount=numbers.get(Role.AMOUNT),
        balance=numbers.get(Role.BALANCE),
        currency=(text.get(Role.CURRENCY) or currency).upper(),
        disputed=text.get(Role.DISPUTED, "").lower() in YES,
    )


def _cells(known: Recognised, cells: Sequence[Cell]) -> Iterator[tuple[Role, Cell]]:
    for role, index in known.columns.items():
        yield role, cells[index] if index < len(cells) else None


def _text(cells: Sequence[Cell], index: int) -> str:
    value = cells[index] if index < len(cells) else None
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a spreadsheet's 417.0 is the key 417
    return str(value).strip()
