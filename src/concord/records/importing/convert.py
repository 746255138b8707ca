"""A row becomes what a source says: profiles, records, parts, relationships."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import singledispatchmethod
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _

from concord.customers.said import ProfileSaid
from concord.customers.survivorship import LISTS
from concord.kernel.errors import Problem
from concord.kernel.models import Company, Source, Unit, User
from concord.records.actions.relations import RelationSaid
from concord.records.importing.cells import Cells, Compiler, name_of
from concord.records.importing.expressions import Expression, meant, near
from concord.records.importing.mapping import (
    AllocationBlock,
    Block,
    LineBlock,
    LinkBlock,
    ProfileBlock,
    RecordBlock,
    RelationshipBlock,
    Target,
)
from concord.records.importing.mapping import (
    Mapping as FileMapping,
)
from concord.records.importing.readers import Table
from concord.records.importing.values import CellError
from concord.records.said import AllocationSaid, LineSaid, LinkSaid, RecordSaid, Ref
from concord.records.types import Field, FieldType, WrongValueError, keep

LONGEST_KEY: Final = 255
LARGEST: Final = Decimal(10) ** 15
CURRENCY: Final = re.compile(r"^[A-Z]{3}$")
# A long number that a spreadsheet has rounded: 1.23457E+15, in German 1,23457E+15.
SPOILED: Final = re.compile(r"\d[.,]\d+E\+\d{2,}")
SAMPLED: Final = 2_000  # rows that tell whether a point stands before decimals or thousands
CENT: Final = Decimal("0.0001")
OWNER_AS_SAID: Final = "owner_as_said"
DAYS: Final = ("opened", "due", "closed")

Statement = ProfileSaid | RecordSaid | LineSaid | LinkSaid | AllocationSaid | RelationSaid
Convert = Callable[[Cells], Statement | None]


@dataclass(frozen=True, slots=True)
class Given:
    """One statement of a row; `repeated` is what the mapping says of a second one."""

    statement: Statement
    repeated: str


class Converter:
    """Compiled for one mapping, one header and the units and people of this moment."""

    def __init__(self, mapping: FileMapping, table: Table, source: Source) -> None:
        require_columns(mapping, table)
        self.mapping = mapping
        self.table = table
        self.compiler = Compiler(table.columns, mapping.dates, mapping.number)
        self.units = dict(Unit.objects.values_list("key", "id"))
        self.people = _people()
        self.company_currency = Company.load().currency
        self.source_unit = source.unit_id
        self.blocks: list[tuple[Convert, Callable[[Cells], bool] | None, str]] = [
            (
                self._compiled(block),
                self.compiler.condition(block.when),
                getattr(block, "repeated", "first"),
            )
            for block in mapping.blocks
        ]

    def convert(self, cells: Cells) -> list[Given]:
        """What the row gives, in the order of the mapping; raises CellError for the first fault."""
        given: list[Given] = []
        for convert, holds, repeated in self.blocks:
            if holds is None or holds(cells):
                statement = convert(cells)
                if statement is not None:
                    given.append(Given(statement, repeated))
        return given

    # One method for each kind of block

    @singledispatchmethod
    def _compiled(self, block: Block) -> Convert:
        raise TypeError(block)

    @_compiled.register
    def _profile(self, block: ProfileBlock) -> Convert:
        key = self._key(block.key, block.name)
        kind = self.compiler.text(block.kind)
        kind_column = name_of(block.kind)
        unit = self._unit(block.unit)
        setters = [self._attribute(name, one) for name, one in block.values.items()]
        partial = block.partial or not self.mapping.empty_is_value
        keeps_empty = partial and self.mapping.empty_is_value

        def convert(cells: Cells) -> ProfileSaid:
            found = kind(cells)
            if found not in {"person", "organisation"}:
                raise CellError("kind", kind_column, found)
            data: dict[str, Any] = {}
            for name, inner, read in setters:
                value = read(cells)
                if not value and not keeps_empty:
                    continue
                if inner:
                    data.setdefault(name, {})[inner] = value
                else:
                    data[name] = value
            return ProfileSaid(key(cells), found, data, unit(cells), partial)

        return convert

    @_compiled.register
    def _record(self, block: RecordBlock) -> Convert:
        declared = block.type
        key = self._key(block.key, declared.key)
        profile = self._key(block.profile, declared.key)
        parent = self._optional_target(block.parent)
        unit = self._unit(block.unit)
        columns = self._columns(block)
        fields = [self._field(declared.field(name), one) for name, one in block.values.items()]
        owner = self._owner(block.columns.get("owner"))
        not_said = not self.mapping.empty_is_value
        known = {status.key for status in declared.statuses}
        currency = self._currency(block)
        status_column = name_of(block.columns["status"]) if "status" in block.columns else ""
        may_be_over = _closing_day_counts(block)

        def convert(cells: Cells) -> RecordSaid:
            values: dict[str, Any] = {name: read(cells) for name, read in columns}
            status = values.get("status") or ""
            if status and status not in known:
                choices = ", ".join(s.key for s in declared.statuses)
                raise CellError("status", status_column, status, choices=choices)
            data = {name: kept for name, read in fields if (kept := read(cells)) is not None}
            owner_id, said = owner(cells)
            if said:
                data[OWNER_AS_SAID] = said
            keeps: frozenset[str] = frozenset()
            if not_said:
                keeps = frozenset(
                    [name for name, value in values.items() if value in {None, ""}]
                    + [name for name, _ in fields if name not in data]
                )
                values = {name: v for name, v in values.items() if name not in keeps}
                if "amount" in keeps:
                    keeps |= {"currency"}
                if owner_id is None and "owner" in block.columns:
                    keeps |= {"owner_id"}
            if not may_be_over(status):
                values.pop("closed_at", None)
                keeps -= {"closed_at"}
            if values.get("amount") is not None:
                values["currency"] = currency(cells)
            return RecordSaid(
                type=declared.key,
                key=key(cells),
                profile=profile(cells),
                profile_source=block.profile_source,
                parent=parent(cells),
                unit_id=unit(cells),
                owner_id=owner_id,
                data=data,
                keeps=keeps,
                **{name: value for name, value in values.items() if value is not None},
            )

        return convert

    @_compiled.register
    def _line(self, block: LineBlock) -> Convert:
        record = self._target(block.record, block.name)
        key = self._key(block.key, block.name)
        compiler = self.compiler
        product = self._text(block.columns.get("product"), 200)
        numbers = [
            (name, self._amount(block.columns[name], is_sum=name == "amount"))
            for name in ("quantity", "unit_price", "amount")
            if name in block.columns
        ]
        others = [(name, compiler.text(one)) for name, one in block.values.items()]

        def convert(cells: Cells) -> LineSaid:
            return LineSaid(
                record=record(cells),
                key=key(cells)[:64],
                product=product(cells),
                data={name: text for name, read in others if (text := read(cells))},
                **{name: read(cells) for name, read in numbers},
            )

        return convert

    @_compiled.register
    def _link(self, block: LinkBlock) -> Convert:
        start, end = (
            self._optional_target(block.from_record),
            self._optional_target(block.to_record),
        )

        def convert(cells: Cells) -> LinkSaid | None:
            one, two = start(cells), end(cells)
            return LinkSaid(one, block.role, two) if one and two else None

        return convert

    @_compiled.register
    def _allocation(self, block: AllocationBlock) -> Convert:
        payment = self._target(block.payment, block.name)
        invoice = self._target(block.invoice, block.name)
        amount = self._amount(block.amount)
        at = self.compiler.date_of(block.at)
        key = self._key(block.key, block.name) if block.key else None

        def convert(cells: Cells) -> AllocationSaid:
            paid, owed, sum_, day = payment(cells), invoice(cells), amount(cells), at(cells)
            if sum_ is None:
                raise _missing(block.amount, block.name)
            if day is None:
                raise _missing(block.at, block.name)
            name = key(cells) if key else f"{paid.type}/{paid.key}/{owed.key}/{day}"
            return AllocationSaid(name[:LONGEST_KEY], paid, owed, sum_, day)

        return convert

    @_compiled.register
    def _relationship(self, block: RelationshipBlock) -> Convert:
        compiler = self.compiler
        start, end = self._optional_key(block.from_key), self._optional_key(block.to_key)
        title = self._text(block.title, 200)
        since = compiler.date_of(block.valid_from) if block.valid_from else _no_date
        until = compiler.date_of(block.valid_to) if block.valid_to else _no_date

        def convert(cells: Cells) -> RelationSaid | None:
            one, two = start(cells), end(cells)
            if not one or not two:
                return None
            return RelationSaid(one, block.kind, two, title(cells), since(cells), until(cells))

        return convert

    # Values

    def _key(self, expression: Expression, needs: str) -> Callable[[Cells], str]:
        read_key = self._optional_key(expression)
        column = name_of(expression)

        def read(cells: Cells) -> str:
            found = read_key(cells)
            if not found:
                raise CellError("missing", column, "", needs=needs)
            return found

        return read

    def _optional_key(self, expression: Expression) -> Callable[[Cells], str]:
        read_text = self.compiler.text(expression)
        column = name_of(expression)

        def read(cells: Cells) -> str:
            found = read_text(cells)
            if len(found) > LONGEST_KEY:
                raise CellError("key", column, found[:60])
            if "E+" in found and SPOILED.fullmatch(found):
                raise CellError("spoiled", column, found)
            return found

        return read

    def _target(self, target: Target, needs: str) -> Callable[[Cells], Ref]:
        key = self._key(target.key, needs)
        return lambda cells: Ref(target.type, key(cells), target.source)

    def _optional_target(self, target: Target | None) -> Callable[[Cells], Ref | None]:
        if target is None:
            return lambda cells: None
        key = self._optional_key(target.key)

        def read(cells: Cells) -> Ref | None:
            found = key(cells)
            return Ref(target.type, found, target.source) if found else None

        return read

    def _text(self, expression: Expression | None, most: int) -> Callable[[Cells], str]:
        if expression is None:
            return lambda cells: ""
        read_text = self.compiler.text(expression)
        column = name_of(expression)

        def read(cells: Cells) -> str:
            found = read_text(cells)
            if len(found) > most:
                raise CellError("too_much_text", column, found[:60], most=most)
            return found

        return read

    def _amount(
        self, expression: Expression, *, is_sum: bool = True
    ) -> Callable[[Cells], Decimal | None]:
        """A number as amounts are kept: with four decimals, rounded half to even. A sum of money
        that may be a thousand times as large is to be fixed."""
        read_number = self.compiler.number_of(expression)
        column = name_of(expression)
        may_be_thousands = (
            self.compiler.may_be_thousands(expression, _first_rows(self.table)) if is_sum else None
        )

        def read(cells: Cells) -> Decimal | None:
            found = read_number(cells)
            if found is None:
                return None
            if may_be_thousands and (text := may_be_thousands(cells)):
                raise CellError("ambiguous", column, text, small=found, large=1000 * found)
            if not abs(found) < LARGEST:
                raise CellError("too_large", column, format(found, "f")[:60])
            return found.quantize(CENT)

        return read

    def _columns(self, block: RecordBlock) -> list[tuple[str, Callable[[Cells], Any]]]:
        columns: list[tuple[str, Callable[[Cells], Any]]] = []
        for name, one in block.columns.items():
            match name:
                case "opened" | "due" | "closed":
                    columns.append((f"{name}_at", self.compiler.date_of(one)))
                case "amount":
                    columns.append((name, self._amount(one)))
                case "subject":
                    columns.append((name, self._text(one, 400)))
                case "status":
                    columns.append((name, self._text(one, 40)))
        return columns

    def _currency(self, block: RecordBlock) -> Callable[[Cells], str]:
        expression = block.columns.get("currency") or self.mapping.currency
        if expression is None:
            return lambda cells: self.company_currency
        read_text = self.compiler.text(expression)
        column = name_of(expression)

        def read(cells: Cells) -> str:
            found = read_text(cells).upper() or self.company_currency
            if not CURRENCY.match(found):
                raise CellError("currency", column, found)
            return found

        return read

    def _unit(self, own: Expression | None) -> Callable[[Cells], int | None]:
        expression = own or self.mapping.unit
        if expression is None:
            return lambda cells: self.source_unit
        read_text = self.compiler.text(expression)
        column = name_of(expression)

        def read(cells: Cells) -> int | None:
            found = read_text(cells)
            if not found:
                return self.source_unit
            if found not in self.units:
                raise CellError("unit", column, found)
            return self.units[found]

        return read

    def _owner(self, expression: Expression | None) -> Callable[[Cells], tuple[int | None, str]]:
        """The person, by e-mail or name; else the name as it was said, which is kept."""
        if expression is None:
            return lambda cells: (None, "")
        read_text = self.compiler.text(expression)

        def read(cells: Cells) -> tuple[int | None, str]:
            found = read_text(cells)
            known = self.people.get(found.casefold())
            return (known, "") if known or not found else (None, found)

        return read

    def _attribute(
        self, name: str, expression: Expression
    ) -> tuple[str, str, Callable[[Cells], Any]]:
        """Name, inner name (of `ids.` and `other.`) and value of a customer's attribute."""
        outer, _, inner = name.partition(".")
        if outer in LISTS:
            return outer, "", self.compiler.texts(expression)
        if outer == "birth_date":
            return outer, "", self._birth_date(expression)
        return outer, inner, self.compiler.text(expression)

    def _birth_date(self, expression: Expression) -> Callable[[Cells], str]:
        """In ISO form; as given where no format fits: nobody is refused for an odd birthday."""
        read_date = self.compiler.date_of(expression)

        def read(cells: Cells) -> str:
            try:
                found = _past(read_date(cells))
            except CellError as error:
                return error.value
            return found.isoformat() if found else ""

        return read

    def _field(
        self, item: Field | None, expression: Expression
    ) -> tuple[str, Callable[[Cells], Any]]:
        assert item is not None  # the mapping was checked
        compiler, column = self.compiler, name_of(expression)
        read: Callable[[Cells], Any]
        match item.type:
            case FieldType.NUMBER | FieldType.MONEY:
                read = compiler.number_of(expression)
            case FieldType.DATE:
                read = compiler.date_of(expression)
            case FieldType.MOMENT:
                read = compiler.moment_of(expression)
            case FieldType.BOOLEAN:
                read = compiler.boolean_of(expression)
            case _:
                read = compiler.text(expression)

        def convert(cells: Cells) -> Any:
            value = read(cells)
            try:
                return keep(item, value)
            except WrongValueError as wrong:
                if item.type is FieldType.CHOICE:
                    choices = ", ".join(choice.key for choice in item.choices)
                    raise CellError("choice", column, value, choices=choices)
                raise CellError("field", column, wrong.wrong.value, why=wrong.wrong.reason)

        return item.key, convert


def _closing_day_counts(block: RecordBlock) -> Callable[[str], bool]:
    """Whether the day of closing counts, by the status: a deal that is still talked about has one
    that is expected, and nothing is over by then. A day that only stands in for it, that of issue
    or that when it is due, counts where the status says that it is over.
    """
    days = {name: name_of(block.columns[name]) for name in DAYS if name in block.columns}
    closed = days.pop("closed", "")
    stands_in = "status" in block.columns and closed in days.values()
    closing = {status.key for status in block.type.statuses if status.closes}
    return lambda status: status in closing or not (status or stands_in)


def _first_rows(table: Table) -> Iterator[Cells]:
    return (row.cells for row in islice(table.rows(), SAMPLED) if not row.problem)


def _no_date(cells: Cells) -> date | None:
    return None


def _past(day: date | None) -> date | None:
    """A birth in the future was written with two digits of its year."""
    if day is None or day <= date.today():  # noqa: DTZ011 - a century is meant, not a day
        return day
    return day.replace(year=day.year - 100)


def _missing(expression: Expression, needs: str) -> CellError:
    return CellError("missing", name_of(expression), "", needs=needs)


def _people() -> dict[str, int]:
    """Who is meant by a name or an e-mail; a name that two people have names nobody."""
    people: dict[str, int] = {}
    twice: set[str] = set()
    for pk, name, email in User.objects.filter(is_active=True).values_list("id", "name", "email"):
        for said in {name.casefold(), email.casefold()} - {""}:
            if said in people:
                twice.add(said)
            people[said] = pk
    return {said: pk for said, pk in people.items() if said not in twice}


def require_columns(mapping: FileMapping, table: Table) -> None:
    """Raises Problem where the mapping names a column that the file does not have."""
    known = set(table.columns)
    for column, place in mapping.columns():
        if column not in known:
            hint = near(column, table.columns)
            raise Problem(
                _("The file has no column “%(column)s”, which %(place)s names.")
                % {"column": column, "place": place},
                place="mapping",
                mend=" ".join(
                    [
                        *filter(None, [meant(hint)]),
                        _("Its columns are: %(names)s.") % {"names": ", ".join(table.columns[:40])},
                    ]
                ),
                code="columns",
            )
