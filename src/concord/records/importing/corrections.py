"""One correction for many rows that are wrong alike: what it makes of the cells of each.

A correction changes cells, never how a mapping reads them: so it is seen before it is applied
("12/31/2025" becomes "31.12.2025"), and what it gives is read as all other rows are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records.importing.cells import name_of
from concord.records.importing.eras import WRITTEN
from concord.records.importing.expressions import Expression
from concord.records.importing.mapping import Mapping as FileMapping
from concord.records.importing.mapping import Target
from concord.records.importing.values import (
    PLAIN,
    as_date,
    date_reader,
    marks_of_number,
    number_reader,
    text_of,
)
from concord.records.models import MendingKind

_VALUES: Final = (MendingKind.REPLACE, MendingKind.EMPTY, MendingKind.WITHOUT)
# What may be done about all rows of one reason; the likeliest first. What is not named here can
# only be taken up as it is, mended in a spreadsheet or dismissed.
OFFERED: Final[Mapping[str, tuple[MendingKind, ...]]] = {
    "date": (MendingKind.DATE, *_VALUES),
    "number": (MendingKind.NUMBER, MendingKind.STRIP, *_VALUES),
    "missing": (MendingKind.FILL,),
    "boolean": _VALUES,
    "not_translated": _VALUES,
    "status": _VALUES,
    "choice": _VALUES,
    "currency": _VALUES,
    "unit": _VALUES,
    "kind": (MendingKind.REPLACE,),
    "too_large": _VALUES,
    "too_much_text": (MendingKind.STRIP, *_VALUES),
    "field": (MendingKind.REPLACE, MendingKind.STRIP, MendingKind.EMPTY, MendingKind.WITHOUT),
    "nul": (MendingKind.STRIP,),
    "repeated": (MendingKind.FIRST, MendingKind.LATER),
}
NUL_SHOWN: Final = "␀"


@dataclass(frozen=True)
class Correction:
    """What becomes of the cells of `columns` (none: of all).

    `table` says what stands there and what should; `text` is the format, the example, the
    characters or the value that the kind asks for. `dates` and `number` are how the mapping reads
    these columns: what was read otherwise is written so. One that `translates` leaves the cells as
    they are: the mapping learns a word (`amend.amended`).
    """

    kind: str
    columns: tuple[str, ...] = ()
    table: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    dates: tuple[str, ...] = ()
    number: str = ""
    translates: bool = False

    def cells(self, raw: Mapping[str, Any]) -> dict[str, str]:
        """The cells that it changes, by column."""
        changed: dict[str, str] = {}
        if self.translates:
            return changed
        for name in self.columns or raw:
            cell = raw.get(name, "")
            if isinstance(cell, list):
                continue
            before = text_of(cell)
            after = self._cell(before)
            if after != before:
                changed[name] = after
        return changed

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "columns": list(self.columns),
            "table": dict(self.table),
            "text": self.text,
            "dates": list(self.dates),
            "number": self.number,
            "translates": self.translates,
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Correction:
        """One that `as_json` kept."""
        if not said:
            return cls("")
        return cls(
            said["kind"],
            tuple(said["columns"]),
            said["table"],
            said["text"],
            tuple(said["dates"]),
            said["number"],
            said["translates"],
        )

    def _cell(self, before: str) -> str:
        match self.kind:
            case MendingKind.REPLACE:
                return self.table.get(before, before)
            case MendingKind.EMPTY | MendingKind.WITHOUT:
                return "" if not self.table or before in self.table else before
            case MendingKind.FILL:
                return before or self.text
            case MendingKind.STRIP:
                return before.translate(str.maketrans("", "", self.text)).strip()
            case MendingKind.DATE:
                return self._date(before)
            case MendingKind.NUMBER:
                return self._number(before)
        return before

    def _date(self, before: str) -> str:
        try:
            return written_date(as_date(date_reader((self.text,))(before)), self.dates)
        except (ValueError, OverflowError):
            return before

    def _number(self, before: str) -> str:
        try:
            return written_number(number_reader(self.text)(before), self.number)
        except ValueError:
            return before


def correction_for(
    kind: str,
    column: str,
    mapping: FileMapping,
    *,
    code: str = "",
    table: Mapping[str, str] | None = None,
    text: str = "",
) -> Correction:
    """The correction that a person asked for of what `column` names, of rows wrong by `code`.

    Raises Problem where it says nothing, or what no date or number can be read by.
    """
    _require_sense(kind, table or {}, text)
    reads = [one for one in expressions_of(mapping) if name_of(one) == column]
    return Correction(
        kind=kind,
        columns=tuple(dict.fromkeys(name for one in reads for name in one.columns)),
        table=table or {},
        text=text,
        dates=next((one.dates for one in reads if one.dates), mapping.dates),
        number=next((one.number for one in reads if one.number), mapping.number),
        translates=kind == MendingKind.REPLACE and code == "not_translated",
    )


def _require_sense(kind: str, table: Mapping[str, str], text: str) -> None:
    if kind == MendingKind.REPLACE and not any(table.values()):
        raise Problem(
            _("No other value is given."), mend=_("Write what should stand there."), code="empty"
        )
    if kind in {MendingKind.FILL, MendingKind.STRIP, MendingKind.DATE} and not text:
        raise Problem(_("Nothing is given."), mend=_("Fill in the field."), code="empty")
    if kind == MendingKind.DATE and text not in {"excel", *WRITTEN} and "%" not in text:
        raise Problem(
            _("“%(text)s” is no format of a date.") % {"text": text},
            mend=_("Choose one of the list."),
            code="format",
        )
    if kind == MendingKind.NUMBER:
        marks_of_number(text)


def expressions_of(mapping: FileMapping) -> Iterator[Expression]:
    """All expressions that read columns, with those of records that are referred to."""
    yield from (one for one in (mapping.currency, mapping.unit) if one)
    for block in mapping.blocks:
        for part in vars(block).values():
            match part:
                case Expression():
                    yield part
                case Target():
                    yield part.key
                case dict():
                    yield from part.values()


def written_date(day: date, formats: Sequence[str]) -> str:
    """A day as the first of these formats writes it; in ISO form where there is none."""
    first = formats[0] if formats else ""
    if first == "excel":
        return str((day - date(1899, 12, 30)).days)
    if first in WRITTEN:
        return WRITTEN[first](day)
    if not first:
        return day.isoformat()
    return datetime(day.year, day.month, day.day).strftime(first)  # noqa: DTZ001 - a day has none


def written_number(number: Decimal, example: str) -> str:
    """A number as the mapping reads it, without marks between thousands."""
    _group, point = marks_of_number(example or PLAIN)
    return format(number, "f").replace(".", point)
