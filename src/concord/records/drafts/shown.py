"""A draft as its page shows it: every column with its meaning, why, and what may be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concord.kernel.models import Unit
from concord.kernel.words import say
from concord.records import types
from concord.records.drafts import values
from concord.records.drafts.evidence import looks
from concord.records.drafts.form import BETWEEN, Wrong, names
from concord.records.drafts.guess import Guess
from concord.records.drafts.meanings import PART_WORDS, groups, has_label, words_of
from concord.records.drafts.plan import PARTS, Plan, Use, kind_of
from concord.records.drafts.survey import Column, Survey
from concord.records.importing.readers import Cell
from concord.records.importing.values import as_date, date_reader, number_reader, text_of
from concord.records.look.columns import is_called
from concord.records.look.shapes import NUMBERS_WRITTEN, DateShape, date_shape
from concord.ui import formats

PREVIEWED: Final = 8  # rows
MOST_SHOWN: Final = 120  # columns; what is behind them is told in the mapping itself


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    words: str


@dataclass(slots=True)
class ShownValue:
    text: str
    count: int
    value: str


@dataclass(slots=True)
class ShownColumn:
    """A column of the file in the form."""

    place: int
    name: str
    examples: tuple[str, ...]
    meaning: str = ""
    words: str = ""
    label: str | None = None
    why: str = ""
    is_unsure: bool = False
    unique: str = ""
    dates: str = ""
    date_options: list[Option] = field(default_factory=list)
    number: str = ""
    number_options: list[Option] = field(default_factory=list)
    others: str = "problem"
    table: list[ShownValue] = field(default_factory=list)
    targets: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def shown_columns(
    plan: Plan, survey: Survey, guessed: Guess, wrongs: Iterable[Wrong]
) -> list[ShownColumn]:
    words = {key: words for group in groups(plan) for key, words in group.choices}
    roles = {index: role for role, index in guessed.known.columns.items()}
    at: dict[str, list[Wrong]] = {}
    for wrong in wrongs:
        at.setdefault("-".join(wrong.field.split("-")[:2]), []).append(wrong)
    found = []
    others = names(plan, survey)[len(survey.columns) :]
    places = [*enumerate(survey.columns[:MOST_SHOWN])]
    places += [(len(survey.columns) + n, Column(name)) for n, name in enumerate(others)]
    for place, column in places:
        use = plan.uses.get(column.name)
        texts = survey.texts(place)
        shown = ShownColumn(place, column.name, column.examples, wrong=at.get(f"col-{place}", []))
        was = guessed.plan.uses.get(column.name)
        role = roles.get(place)
        is_named = role is not None and is_called(column.name, role)
        same = use is not None and was is not None and use.meaning == was.meaning
        shown.why = _why(column, texts, is_named and same)
        shown.is_unsure = same and column.name in guessed.unsure
        if use:
            shown.meaning, shown.words = use.meaning, words.get(use.meaning, use.meaning)
            shown.label = use.label if has_label(use.meaning) else None
            if use.meaning.endswith(".key"):
                shown.unique = unique(column, survey)
            cells = [row[place] for row in survey.sample if place < len(row)]
            _ways(shown, plan, use, cells, texts)
            _table(shown, plan, use, column)
        found.append(shown)
    return found


def _why(column: Column, texts: Sequence[str], is_named: bool) -> str:
    parts = [_("called “%(name)s”") % {"name": column.name}] if is_named else []
    if seen := looks(texts):
        parts.append(str(seen))
    if not column.filled and not texts:
        parts.append(_("empty in all rows"))
    return "; ".join(parts)


def unique(column: Column, survey: Survey) -> str:
    """Whether a column tells its rows apart."""
    said = ngettext(
        "%(different)s of %(filled)s is different", "%(different)s of %(filled)s are different",
        column.different,
    ) % {
        "different": formats.number(column.different), "filled": formats.number(column.filled)
    }  # fmt: skip
    if not survey.is_all:
        said = _("of the first %(rows)s rows: %(said)s") % {
            "rows": formats.number(survey.rows), "said": said,
        }  # fmt: skip
    if column.twice:
        twice = ", ".join(f"{text[:40]} ({formats.number(times)}×)" for text, times in column.twice)
        said += "; " + _("several times: %(values)s") % {"values": twice}
    return said


# How it is written


def _ways(
    shown: ShownColumn, plan: Plan, use: Use, cells: Sequence[Cell], texts: Sequence[str]
) -> None:
    match kind_of(plan, use.meaning):
        case "date":
            shown.dates = BETWEEN.join(use.dates)
            shown.date_options = date_options(cells, [use.dates])
        case "number":
            shown.number = use.number
            shown.number_options = number_options(texts, [use.number])


def date_options(cells: Sequence[Cell], also: Iterable[tuple[str, ...]]) -> list[Option]:
    """The ways in which the dates may be meant, each with an example read so."""
    texts = [text for cell in cells if isinstance(cell, str) and (text := cell.strip())]
    shape = date_shape(cells, True)
    if shape is None or not shape.formats:
        ways = [one for one in also if one]
    else:
        ways = [_written(shape, form) for form in shape.formats]
        ways += [one for one in also if one and one not in ways]
    return [Option(BETWEEN.join(way), read_so(texts, way)) for way in dict.fromkeys(ways)]


def _written(shape: DateShape, form: str) -> tuple[str, ...]:
    return DateShape((form,), shape.is_typed, form, shape.tails, shape.is_iso).written


def read_so(texts: Sequence[str], way: tuple[str, ...]) -> str:
    """“03/04/2024” is 3 April 2024: by a value that tells the ways apart, where there is one."""
    read = date_reader(way)
    best = ""
    for text in texts:
        try:
            day = as_date(read(text))
        except (ValueError, OverflowError):
            continue
        best = best or _is(text, formats.long_day(day))
        if day.day <= 12 and day.day != day.month:
            return _is(text, formats.long_day(day))
    return best or " / ".join(way)


def number_options(texts: Sequence[str], also: Iterable[str]) -> list[Option]:
    """The ways in which the numbers may be meant; several that read the same, by an example too."""
    found = {}
    for way in dict.fromkeys([*NUMBERS_WRITTEN, *filter(None, also)]):
        read = number_reader(way)
        read_as = [(text, value) for text in texts[:50] if (value := _read(read, text)) is not None]
        telling = [one for one in read_as if not one[0].isdecimal()] or read_as
        if way in also or len(read_as) * 3 > min(len(texts), 50) * 2:
            longest = max(telling, key=lambda one: len(one[0]), default=None)
            found[way] = _is(longest[0], formats.exact(longest[1])) if longest else way
    times = Counter(found.values())
    return [
        Option(way, words if times[words] == 1 else f"{words} · {way}")
        for way, words in found.items()
    ]


def _read(read: Callable[[str], Decimal], text: str) -> Decimal | None:
    try:
        return read(text)
    except ValueError:
        return None


def _is(text: str, read: str) -> str:
    return _("“%(text)s” is %(read)s") % {"text": text[:30], "read": read}


def file_dates(plan: Plan, survey: Survey) -> list[Option]:
    """How dates are written where a column does not say it itself."""
    return date_options(_cells_of(plan, survey, "date", dated=True), [plan.dates])


def file_numbers(plan: Plan, survey: Survey) -> list[Option]:
    cells = _cells_of(plan, survey, "number", dated=False)
    return number_options([text for cell in cells if (text := text_of(cell))], [plan.number])


def _cells_of(plan: Plan, survey: Survey, kind: str, *, dated: bool) -> list[Cell]:
    return [
        cell
        for place, name in enumerate(survey.header)
        if (use := plan.uses.get(name))
        and kind_of(plan, use.meaning) == kind
        and not (use.dates if dated else use.number)
        for row in survey.sample
        if place < len(row) and (cell := row[place]) is not None
    ]


# What its values mean


def _table(shown: ShownColumn, plan: Plan, use: Use, column: Column) -> None:
    """The column's values beside those that its meaning knows."""
    shown.targets = values.targets(plan, use.meaning)
    shown.others = use.others
    if use.values is None and not (shown.targets and column.values):
        return
    said = dict(use.values or ())
    counted = dict(column.values)
    if use.values is None:
        known = {key for key, _words in shown.targets}
        if set(counted) <= known or kind_of(plan, use.meaning) == "boolean":
            return
    for text in dict.fromkeys([*counted, *said]):
        value = said.get(text, text if text in {key for key, _w in shown.targets} else "")
        written = str(value).lower() if isinstance(value, bool) else str(value)
        shown.table.append(ShownValue(text, counted.get(text, 0), written))


# Which rows count


@dataclass(frozen=True, slots=True)
class ShownOnly:
    """The condition on rows: values to tick where the column has few, else to write one a line."""

    column: str
    way: str
    ways: list[Option]
    ticks: list[tuple[str, int, bool]]
    text: str
    asks: bool


def shown_only(plan: Plan, survey: Survey) -> ShownOnly:
    only = plan.only
    ways = [
        Option("is", _("is one of")),
        Option("is_not", _("is none of")),
        Option("filled", _("has a value")),
        Option("empty", _("is empty")),
    ]
    if only is None:
        return ShownOnly("", "is", ways, [], "", asks=False)
    column = survey.column(only.column)
    counted = dict(column.values) if column else {}
    ticks = [(text, times, text in only.values) for text, times in counted.items()]
    others = [value for value in only.values if value not in counted]
    asks = only.way in {"is", "is_not"}
    return ShownOnly(only.column, only.way, ways, ticks, "\n".join(others), asks)


# The rest of the form


def parts_of(plan: Plan) -> list[tuple[str, str, bool]]:
    """The parts with their words, and whether a row says something of them."""
    return [(part, str(PART_WORDS[part]), plan.has(part)) for part in PARTS]


def record_types() -> list[tuple[str, str]]:
    found = [(key, say(declared.words)) for key, declared in types.all_types().items()]
    return sorted(found, key=lambda one: one[1])


def units() -> list[tuple[str, str]]:
    return [(unit.key, str(unit)) for unit in Unit.objects.order_by("key")]


def preview(plan: Plan, survey: Survey) -> tuple[list[tuple[str, str]], list[list[str]]]:
    """The head (what it is called, what it means) and the first rows as they stand there."""
    words = [
        words_of(plan, use.meaning) if (use := plan.uses.get(name)) else ""
        for name in survey.header[:MOST_SHOWN]
    ]
    rows = [[text_of(cell)[:60] for cell in row[:MOST_SHOWN]] for row in survey.sample[:PREVIEWED]]
    return list(zip(survey.header, words, strict=False)), rows
