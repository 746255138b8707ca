"""Expressions compiled to functions of a row: the inner loop of an import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from concord.records.importing.expressions import HOLE, Condition, Expression
from concord.records.importing.readers import Cell
from concord.records.importing.values import (
    ISO,
    NO_END,
    PLAIN,
    CellError,
    as_boolean,
    as_date,
    as_moment,
    date_reader,
    doubtful_number,
    marks_of_number,
    may_have_thousands,
    numbers_reader,
    says_no_date,
    text_of,
)

Cells = Sequence[Cell]
REMEMBERED: Final = 20_000
THREE: Final = 3  # digits of a group, and of decimals that may be one
Get = Callable[[Cells], Cell]


class Compiler:
    """Turns expressions into functions, for one header and the defaults of one mapping."""

    def __init__(self, columns: Sequence[str], dates: tuple[str, ...], number: str) -> None:
        self.index: Mapping[str, int] = {name: place for place, name in enumerate(columns)}
        self.dates = dates
        self.number = number

    def cell(self, expression: Expression) -> Get:
        """The cell, translated; None or "" where it is empty."""
        get = self._source(expression)
        if expression.strip:
            get = _stripped(get, expression.strip)
        if expression.values is not None:
            get = _translated(get, expression)
        return get

    def text(self, expression: Expression) -> Callable[[Cells], str]:
        place = self._plain(expression)
        if place is not None:
            return _text_at(place)
        get = self.cell(expression)

        def read(cells: Cells) -> str:
            found = get(cells)
            return found.strip() if type(found) is str else text_of(found)

        return read

    def texts(self, expression: Expression) -> Callable[[Cells], list[str]]:
        """Several columns, or one whose cell is itself a list."""
        get = self.cell(expression)

        def read(cells: Cells) -> list[str]:
            found = get(cells)
            several = found if isinstance(found, list) else [text_of(found)]
            return [text for one in several if (text := one.strip())]

        return read

    def number_of(self, expression: Expression) -> Callable[[Cells], Decimal | None]:
        get = self.cell(expression)
        examples = (expression.number or self.number or PLAIN, *expression.other_numbers)
        read_number = numbers_reader(examples)
        column = name_of(expression)

        def read(cells: Cells) -> Decimal | None:
            found = get(cells)
            if isinstance(found, Decimal):
                return found
            text = text_of(found)
            if not text:
                return None
            try:
                return read_number(text)
            except ValueError:
                raise CellError("number", column, found, example=", ".join(examples))

        return read

    def may_be_thousands(
        self, expression: Expression, sample: Iterable[Cells]
    ) -> Callable[[Cells], str] | None:
        """The text of a cell whose decimals may be thousands (`1.234`), or "". None where these are
        surely decimals: as the mapping's example shows, or the other values of a sample."""
        example = expression.number or self.number or PLAIN
        point = marks_of_number(example)[1]
        if len(example.rpartition(point)[2]) == THREE or expression.other_numbers:
            return None
        get = self.cell(expression)
        texts = (found for cells in sample if type(found := get(cells)) is str)
        if not may_have_thousands(texts, point):
            return None
        doubtful = doubtful_number(point)

        def read(cells: Cells) -> str:
            found = get(cells)
            if type(found) is str and point in found and doubtful.fullmatch(found):
                return found.strip()
            return ""

        return read

    def date_of(self, expression: Expression) -> Callable[[Cells], date | None]:
        """Days repeat from row to row: each spelling is read once, and the last are remembered."""
        get = self.cell(expression)
        read_any = self._date_or_moment(expression)
        known: dict[str, date | None] = {}

        def read(cells: Cells) -> date | None:
            cell = get(cells)
            if type(cell) is str and cell in known:
                return known[cell]
            found = read_any(cells)
            day = None if found is None else as_date(found)
            if type(cell) is str and len(known) < REMEMBERED:
                known[cell] = day
            return day

        return read

    def moment_of(self, expression: Expression) -> Callable[[Cells], datetime | None]:
        read_any = self._date_or_moment(expression)

        def read(cells: Cells) -> datetime | None:
            found = read_any(cells)
            return None if found is None else as_moment(found)

        return read

    def boolean_of(self, expression: Expression) -> Callable[[Cells], bool | None]:
        get = self.cell(expression)
        column = name_of(expression)

        def read(cells: Cells) -> bool | None:
            found = get(cells)
            if isinstance(found, bool):
                return found
            text = text_of(found)
            if not text:
                return None
            truth = as_boolean(text)
            if truth is None:
                raise CellError("boolean", column, found)
            return truth

        return read

    def condition(self, condition: Condition | None) -> Callable[[Cells], bool] | None:
        if condition is None:
            return None
        place = self.index[condition.column]
        among, not_among, empty = condition.among, condition.not_among, condition.empty

        def holds(cells: Cells) -> bool:
            text = text_of(cells[place])
            if among is not None and text not in among:
                return False
            if text in not_among:
                return False
            return empty is None or (text == "") == empty

        return holds

    def _date_or_moment(self, expression: Expression) -> Callable[[Cells], date | datetime | None]:
        get = self.cell(expression)
        formats = expression.dates or self.dates
        read_date = date_reader(formats)
        column = name_of(expression)

        def read(cells: Cells) -> date | datetime | None:
            found = get(cells)
            if isinstance(found, date):
                return _unless_endless(found)
            text = text_of(found)
            if not text or says_no_date(text):
                return None
            try:
                return _unless_endless(read_date(text))
            except (ValueError, OverflowError):
                raise CellError("date", column, found, formats=", ".join(formats) or ISO)

        return read

    def _plain(self, expression: Expression) -> int | None:
        """The place of a column that is taken as it is: by far the most frequent expression."""
        if expression.source != "column" or expression.strip or expression.values is not None:
            return None
        return self.index[expression.columns[0]]

    def _source(self, expression: Expression) -> Get:
        match expression.source:
            case "column":
                place = self.index[expression.columns[0]]
                return lambda cells: cells[place]
            case "list":
                places = [self.index[name] for name in expression.columns]
                return lambda cells: _united([cells[place] for place in places])
            case "first":
                gets = [self._choice(choice) for choice in expression.choices]
                return lambda cells: next(
                    (found for get in gets if text_of(found := get(cells))), None
                )
            case "template":
                return self._template(expression.template)
            case _:
                constant = expression.value
                if _is_number(constant):
                    constant = Decimal(str(constant))
                return lambda cells: constant

    def _choice(self, choice: str) -> Get:
        if HOLE.search(choice):
            return self._template(choice)
        place = self.index[choice]
        return lambda cells: cells[place]

    def _template(self, template: str) -> Get:
        """Empty where all its columns are empty; spaces left by an empty one are closed up."""
        parts = HOLE.split(template)
        fixed, places = parts[0::2], [self.index[name] for name in parts[1::2]]

        def fill(cells: Cells) -> Cell:
            texts = [text_of(cells[place]) for place in places]
            if places and not any(texts):
                return None
            filled = "".join(a + b for a, b in zip(fixed, [*texts, ""], strict=True))
            return " ".join(filled.split())

        return fill


def _unless_endless(found: date | datetime) -> date | datetime | None:
    """31 December 9999 is how systems write that something has no end."""
    day = found.date() if isinstance(found, datetime) else found
    return None if day == NO_END else found


def _text_at(place: int) -> Callable[[Cells], str]:
    def read(cells: Cells) -> str:
        found = cells[place]
        return found.strip() if type(found) is str else text_of(found)

    return read


def name_of(expression: Expression) -> str:
    """The column that a person would look at."""
    return ", ".join(expression.columns) or expression.place


def _stripped(get: Get, characters: str) -> Get:
    table = str.maketrans("", "", characters)

    def read(cells: Cells) -> Cell:
        found = get(cells)
        return found if isinstance(found, list) else text_of(found).translate(table)

    return read


def _translated(get: Get, expression: Expression) -> Get:
    values, others = expression.values or {}, expression.others
    column = name_of(expression)

    translated = {
        text: Decimal(str(found)) if _is_number(found)
        else found
        for text, found in values.items()
    }  # fmt: skip

    def read(cells: Cells) -> Cell:
        text = text_of(get(cells))
        if text in translated:
            return translated[text]
        if not text or others == "empty":
            return None
        if others == "keep":
            return text
        raise CellError("not_translated", column, text)

    return read


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _united(cells: list[Cell]) -> list[str]:
    united: list[str] = []
    for cell in cells:
        united += cell if isinstance(cell, list) else [text_of(cell)]
    return [text for text in united if text]
