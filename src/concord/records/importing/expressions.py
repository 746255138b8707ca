"""Where a value comes from: a column, several, a template, a constant; and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from concord.kernel.errors import Problem
from concord.records.importing.values import is_date_format, marks_of_number

Source = Literal["column", "list", "first", "template", "value"]
Others = Literal["problem", "keep", "empty"]
HOLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Expression:
    """One value of a mapping. `place` names the key in the mapping, for messages.

    `columns` are those that it needs; `choices` are, for `first`, columns or templates in order.

    `values` translates what stands in the cell; what it does not name is a problem, is kept or is
    empty, as `others` says. `dates` and `number` (an example; further ones are tried after it)
    override the mapping's defaults.
    """

    place: str
    source: Source
    columns: tuple[str, ...] = ()
    template: str = ""
    choices: tuple[str, ...] = ()
    value: Any = None
    values: Mapping[str, Any] | None = None
    others: Others = "problem"
    strip: str = ""
    dates: tuple[str, ...] = ()
    number: str = ""
    other_numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """When a row gives this block: by what stands in a column."""

    place: str
    column: str
    among: frozenset[str] | None = None
    not_among: frozenset[str] = frozenset()
    empty: bool | None = None


@dataclass
class Section:
    """A TOML table that is being read: every key must be asked for, and what remains is wrong."""

    name: str
    content: dict[str, Any]
    place: str
    seen: set[str] = field(default_factory=set)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        self.seen.add(key)
        value = self.content.get(key, default)
        if value is default:
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and not _takes_bool(kind)):
            raise self.wrong(
                _("“%(key)s” is %(found)s, not %(expected)s."),
                key,
                found=_called(type(value)),
                expected=_called(kind),
            )
        return value

    def one_of(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.take(key, str, default)
        if value not in choices:
            raise self.wrong(
                _("“%(key)s” is “%(value)s”."),
                key,
                _("Choose one of: %(choices)s.") % {"choices": ", ".join(choices)},
                value=value,
            )
        return str(value)

    def expression(self, key: str, *, needed: bool = False) -> Expression | None:
        self.seen.add(key)
        if key not in self.content:
            if needed:
                raise self.wrong(_("“%(key)s” is missing."), key, _("Name the column that has it."))
            return None
        return expression(self.content[key], self.at(key))

    def finish(self) -> None:
        """Raise Problem for the first key that nobody asked for."""
        for key in self.content:
            if key not in self.seen:
                known = sorted(self.seen)
                hint = near(key, known)
                mend = meant(hint) or _("Known keys: %(names)s.") % {"names": ", ".join(known)}
                raise self.wrong(_("“%(key)s” is no key of this table."), key, mend)

    def at(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def wrong(self, sentence: str, key: str, mend: str = "", **filled: object) -> Problem:
        """The sentence, in the reader's language, names the key as `%(key)s`."""
        message = sentence % ({"key": self.at(key)} | filled)
        return Problem(message, place=self.place, mend=mend, code="mapping")


def expression(raw: Any, place: str) -> Expression:
    """A column's name, a list of them, or a table; raises Problem that names the key."""
    match raw:
        case str():
            return Expression(place, "column", (raw,))
        case list() if raw and all(isinstance(name, str) for name in raw):
            return Expression(place, "list", tuple(raw))
        case dict():
            return _from_table(Section(place, raw, _("mapping")))
        case bool() | int() | float():
            raise Problem(
                _("“%(key)s” is a constant where the name of a column is expected.")
                % {"key": place},
                place=_("mapping"),
                mend=_("Write %(key)s = { value = … } for a constant.")
                % {"key": place.rpartition(".")[2]},
                code="mapping",
            )
        case _:
            raise Problem(
                _("“%(key)s” is neither a column nor a table.") % {"key": place}, place=_("mapping")
            )


_SOURCES = ("column", "columns", "first", "template", "value")


def _from_table(section: Section) -> Expression:
    given = [key for key in _SOURCES if key in section.content]
    if len(given) != 1:
        raise Problem(
            _("“%(key)s” must say exactly one of: %(names)s.")
            % {"key": section.name, "names": ", ".join(_SOURCES)},
            place=_("mapping"),
            code="mapping",
        )
    kind = given[0]
    number, *others = _examples(section, "number") or ("",)
    made = Expression(
        place=section.name,
        source={"columns": "list"}.get(kind, kind),  # type: ignore[arg-type]
        columns=_columns(section, kind),
        choices=tuple(section.take("first", list, ())),
        template=str(section.take("template", str, "")),
        value=section.content.get("value"),
        values=_values(section),
        others=section.one_of("others", ("problem", "keep", "empty"), "problem"),  # type: ignore[arg-type]
        strip=section.take("strip", str, ""),
        dates=formats(section, "date"),
        number=number,
        other_numbers=tuple(others),
    )
    section.seen |= {"value", "values", "source", "type"}
    section.finish()
    return made


def _columns(section: Section, kind: str) -> tuple[str, ...]:
    match kind:
        case "column":
            return (section.take("column", str),)
        case "columns" | "first":
            names = section.take(kind, list)
            if not names or not all(isinstance(name, str) for name in names):
                raise section.wrong(_("“%(key)s” must list the names of columns."), kind)
            if kind == "columns":
                return tuple(names)
            # One of the choices may be a template: its columns are the ones that are needed.
            needed = [inner for name in names for inner in (HOLE.findall(name) or [name])]
            return tuple(dict.fromkeys(needed))
        case "template":
            return tuple(dict.fromkeys(HOLE.findall(section.take("template", str))))
    return ()


def _values(section: Section) -> dict[str, Any] | None:
    raw = section.take("values", dict)
    if raw is None:
        return None
    for key, value in raw.items():
        if not isinstance(value, str | bool | int | float):
            raise section.wrong(
                _("“%(key)s” is neither text, number nor true or false."), f"values.{key}"
            )
    return {_spelled(key): value for key, value in raw.items()}


def _spelled(text: str) -> str:
    return text.strip()


def formats(section: Section, key: str) -> tuple[str, ...]:
    """One date format or a list of them."""
    raw = section.take(key, (str, list), ())
    found = (raw,) if isinstance(raw, str) else tuple(raw)
    for one in found:
        if not isinstance(one, str) or not is_date_format(one):
            raise section.wrong(
                _("“%(key)s” is “%(value)s”."),
                key,
                _("Write a format such as %d.%m.%Y, “excel” for day numbers, “roc” for 115/06/24."),
                value=one,
            )
    return found


def _examples(section: Section, key: str) -> tuple[str, ...]:
    """One example of how numbers look or a list of them."""
    raw = section.take(key, (str, list), ())
    found = (raw,) if isinstance(raw, str) else tuple(raw)
    if not all(isinstance(one, str) for one in found):
        raise section.wrong(
            _("“%(key)s” lists something that is no text."), key, _("Write an example of a number.")
        )
    for one in found:
        marks_of_number(one)  # raises Problem
    return tuple(one for one in found if one)


def condition(section: Section | None) -> Condition | None:
    if section is None:
        return None
    column = section.take("column", str)
    if not column:
        raise section.wrong(_("“%(key)s” is missing."), "column", _("Name the column to look at."))
    among = section.take("in", list)
    made = Condition(
        place=section.name,
        column=column,
        among=None if among is None else frozenset(str(one) for one in among),
        not_among=frozenset(str(one) for one in section.take("not_in", list, ())),
        empty=section.take("empty", bool),
    )
    if made.among is None and not made.not_among and made.empty is None:
        raise section.wrong(
            _("“%(key)s” is missing."), "in", _("Say in, not_in, or empty = true or false.")
        )
    section.finish()
    return made


def near(wanted: str, known: list[str]) -> str:
    """What was probably meant, or ""."""
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(
        wanted, known, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=70
    )
    return found[0] if found else ""


def meant(hint: str) -> str:
    """A question for what was probably meant; "" where nothing comes near."""
    return _("Did you mean “%(hint)s”?") % {"hint": hint} if hint else ""


def columns_of(*expressions: Expression | Condition | None) -> Iterator[tuple[str, str]]:
    """The columns that are needed, each with the place in the mapping that needs it."""
    for one in expressions:
        match one:
            case Expression():
                yield from ((name, one.place) for name in one.columns)
            case Condition():
                yield one.column, one.place


_CALLED = {
    str: gettext_noop("text"),
    bool: gettext_noop("true or false"),
    int: gettext_noop("a number"),
    float: gettext_noop("a number"),
    list: gettext_noop("a list"),
    dict: gettext_noop("a table"),
}


def _called(kind: type | tuple[type, ...]) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    names = dict.fromkeys(_(_CALLED.get(one, one.__name__)) for one in kinds)
    return _(" or ").join(names)


def _takes_bool(kind: type | tuple[type, ...]) -> bool:
    return bool in (kind if isinstance(kind, tuple) else (kind,))
