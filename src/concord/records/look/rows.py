"""The rows of a file as values, and those that could not be read.

A cell is read as an import reads it, by the expressions that the mapping of this file would have.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from concord.records.importing.cells import Compiler
from concord.records.importing.expressions import Expression
from concord.records.importing.readers import Cell
from concord.records.importing.readers import Row as FileRow
from concord.records.importing.values import CellError, currency_sign, text_of
from concord.records.look.columns import DATES, NUMBERS, Recognised, disputed
from concord.records.look.currency import meant
from concord.records.look.totals import total_reader
from concord.records.look.vocabulary import Role

MOST_ROWS: Final = 1_000_000  # some 400 MB while they are looked at
Cells = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice or order; `customer` is its key where the file has one, else its name.

    `aged` are the amounts of an aging summary, one for each of its columns.
    """

    customer: str
    name: str
    issued: date | None
    due: date | None
    settled: date | None
    shipped: date | None
    amount: Decimal | None
    balance: Decimal | None
    currency: str
    disputed: bool
    aged: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A row left out of the answers: where, what stood there, and why.

    `code` is one of `importing.reasons`, or `customer` for a row that names none, `nothing` for
    one without a date and an amount, `other_currency` for an amount with another sign.
    """

    line: int
    column: str
    value: str
    code: str


@dataclass(slots=True)
class Table:
    """A file as far as it was understood.

    `customers` is what its rows say of each customer, as attributes of a profile; `totals` are
    the rows that sum up others, left out, `total_names` what the first of them are called.
    """

    recognised: Recognised
    rows: list[Row] = field(default_factory=list)
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    unread_count: int = 0
    unread_by: Counter[str] = field(default_factory=Counter)  # by code
    totals: int = 0
    total_names: list[str] = field(default_factory=list)
    is_cut: bool = False  # the file has more than MOST_ROWS rows: the rest was not looked at

    KEPT_UNREAD = 100

    def leave_out(self, row: Unread) -> None:
        self.unread_count += 1
        self.unread_by[row.code] += 1
        if len(self.unread) < self.KEPT_UNREAD:
            self.unread.append(row)

    def set_aside(self, total: str) -> None:
        self.totals += 1
        if len(self.total_names) < self.KEPT_UNREAD and total not in self.total_names:
            self.total_names.append(total[:200])


def read_rows(
    known: Recognised,
    rows: Iterable[FileRow],
    currency: str = "",
    told: Callable[[int], None] | None = None,
) -> Table:
    """Read the rows of a file; one with an unreadable cell is left out and said.

    `currency` is what amounts are in where the file says none; `told` hears how many were read.
    """
    table = Table(known)
    read, total_of, about = _reader(known, currency), total_reader(known), _about(known)
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            table.is_cut = True
            break
        if told and number % 5_000 == 0:
            told(number)
        if row.problem:
            table.leave_out(Unread(row.line, "", row.text[:200], row.problem))
        elif any(row.cells):
            if (total := total_of(row.cells)) is not None:
                table.set_aside(total)
                continue
            try:
                found = read(row.cells)
                table.rows.append(found)
                if found.customer not in table.customers:
                    table.customers[found.customer] = {"name": found.name} | about(row.cells)
            except CellError as error:
                table.leave_out(Unread(row.line, error.column, error.value[:200], error.code))
    return table


def expressions(known: Recognised) -> Mapping[Role, Expression]:
    """How each column is read: what the mapping of this file says, and the look goes by."""
    return {
        role: Expression(
            place=role.value,
            source="column",
            columns=(known.header[index],),
            dates=known.dates[role].written if role in known.dates else (),
            number=known.numbers.get(role, ""),
        )
        for role, index in known.columns.items()
    }


def _reader(known: Recognised, currency: str) -> Callable[[Cells], Row]:
    """Compiled for these columns; raises CellError for a cell that does not read."""
    compiler = Compiler(known.header, (), "")
    found = expressions(known)

    def text(role: Role) -> Callable[[Cells], str]:
        return compiler.text(found[role]) if role in found else lambda cells: ""

    def value(role: Role) -> Callable[[Cells], Any]:
        if role not in found:
            return lambda cells: None
        return compiler.date_of(found[role]) if role in DATES else compiler.number_of(found[role])

    key, name = text(Role.CUSTOMER_KEY), text(Role.CUSTOMER_NAME)
    currency_of, dispute = text(Role.CURRENCY), text(Role.DISPUTED)
    issued, due = value(Role.ISSUED), value(Role.DUE)
    settled, shipped = value(Role.SETTLED), value(Role.SHIPPED)
    amount, balance = value(Role.AMOUNT), value(Role.BALANCE)
    aged = [
        compiler.number_of(
            Expression("aged", "column", (known.header[one.column],), number=one.number)
        )
        for one in known.buckets
    ]
    same_currency = _same_currency(known)
    customers = [found[r] for r in (Role.CUSTOMER_KEY, Role.CUSTOMER_NAME) if r in found]

    def read(cells: Cells) -> Row:
        named = name(cells)
        customer = key(cells) or named
        if not customer:
            raise CellError("customer", customers[0].columns[0] if customers else "")
        same_currency(cells)
        row = Row(
            customer=sys.intern(customer),  # once in memory, however many rows name it
            name=sys.intern(named or customer),
            issued=issued(cells),
            due=due(cells),
            settled=settled(cells),
            shipped=shipped(cells),
            amount=amount(cells),
            balance=balance(cells),
            currency=sys.intern((currency_of(cells) or currency).upper()),
            disputed=disputed(dispute(cells)) is True,
            aged=tuple(one(cells) or Decimal(0) for one in aged),
        )
        says = (row.issued, row.due, row.settled, row.shipped, row.amount, row.balance)
        if not aged and all(value is None for value in says):
            raise CellError("nothing", customers[0].columns[0], customer)
        return row

    return read


def _same_currency(known: Recognised) -> Callable[[Cells], None]:
    """Raises CellError where an amount has the sign of another currency than the others."""
    could = set(meant(known.sign))
    places = [known.columns[role] for role in NUMBERS if role in known.columns]
    places += [one.column for one in known.buckets]

    def check(cells: Cells) -> None:
        for place in places:
            cell = cells[place]
            sign = currency_sign(cell) if isinstance(cell, str) else ""
            if sign and could.isdisjoint(meant(sign)):
                raise CellError("other_currency", known.header[place], cell)

    return check if could and Role.CURRENCY not in known.columns else lambda cells: None


def _about(known: Recognised) -> Callable[[Cells], dict[str, Any]]:
    """What a row says of its customer beside the name, as its mapping would."""
    single = {Role.TAX_ID: "tax_id", Role.COUNTRY: "country", Role.CITY: "city"}
    several = {Role.EMAIL: "emails", Role.PHONE: "phones"}
    one = [(name, known.columns[role]) for role, name in single.items() if role in known.columns]
    many = [(name, known.columns[role]) for role, name in several.items() if role in known.columns]

    def read(cells: Cells) -> dict[str, Any]:
        said: dict[str, Any] = {name: text_of(cells[place]) for name, place in one}
        return said | {name: [text_of(cells[place])] for name, place in many}

    return read
