"""A mapping: how the rows of a file become what a source says. The format: docs/importing.md."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from concord.customers.models import RelationshipKind
from concord.customers.survivorship import ATTRIBUTES
from concord.kernel.errors import Problem
from concord.records import types
from concord.records.importing.expressions import (
    Condition,
    Expression,
    Section,
    columns_of,
    condition,
    expression,
    formats,
    meant,
    near,
)
from concord.records.importing.readers import LAST_HEADER, FileOptions
from concord.records.importing.readers.encodings import require_encoding
from concord.records.importing.values import marks_of_number
from concord.records.types import RecordType

Repeated = Literal["problem", "first"]


@dataclass(frozen=True)
class Join:
    """Another file beside this one that adds columns to a row, prefixed with `name.`."""

    name: str
    file: str
    options: FileOptions
    on: str
    key: str


@dataclass(frozen=True)
class Target:
    """Names a record: its type, its key and, where it is another's, its source."""

    type: str
    key: Expression
    source: str = ""


@dataclass(frozen=True)
class ProfileBlock:
    name: str
    when: Condition | None
    key: Expression
    kind: Expression
    partial: bool
    repeated: Repeated
    unit: Expression | None
    values: dict[str, Expression]


@dataclass(frozen=True)
class RecordBlock:
    name: str
    when: Condition | None
    type: RecordType
    key: Expression
    profile: Expression
    profile_source: str
    repeated: Repeated
    parent: Target | None
    unit: Expression | None
    columns: dict[str, Expression]
    values: dict[str, Expression]


@dataclass(frozen=True)
class LineBlock:
    name: str
    when: Condition | None
    record: Target
    key: Expression
    repeated: Repeated
    columns: dict[str, Expression]
    values: dict[str, Expression]


@dataclass(frozen=True)
class LinkBlock:
    name: str
    when: Condition | None
    from_record: Target
    role: str
    to_record: Target


@dataclass(frozen=True)
class AllocationBlock:
    name: str
    when: Condition | None
    key: Expression | None
    repeated: Repeated
    payment: Target
    invoice: Target
    amount: Expression
    at: Expression


@dataclass(frozen=True)
class RelationshipBlock:
    name: str
    when: Condition | None
    repeated: Repeated
    from_key: Expression
    kind: str
    to_key: Expression
    title: Expression | None
    valid_from: Expression | None
    valid_to: Expression | None


Block = ProfileBlock | RecordBlock | LineBlock | LinkBlock | AllocationBlock | RelationshipBlock


@dataclass(frozen=True)
class Mapping:
    """A parsed mapping; `text` is what it was read from.

    `complete` says whether each file tells of all that its source knows; None: nobody has said.
    """

    text: str
    source: str
    file: FileOptions
    complete: bool | None
    empty_is_value: bool
    dates: tuple[str, ...]
    number: str
    currency: Expression | None
    unit: Expression | None
    joins: tuple[Join, ...]
    blocks: tuple[Block, ...]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def columns(self) -> Iterator[tuple[str, str]]:
        """All columns that it names, with the places that name them."""
        yield from ((name, "file.from_above") for name in self.file.from_above)
        yield from ((join.on, f"join.{join.name}.on") for join in self.joins)
        yield from columns_of(self.currency, self.unit)
        for block in self.blocks:
            for part in vars(block).values():
                match part:
                    case Expression() | Condition():
                        yield from columns_of(part)
                    case Target():
                        yield from columns_of(part.key)
                    case dict():
                        yield from columns_of(*part.values())


PROFILE: Final = [name for name in ATTRIBUTES if name not in {"ids", "other"}]
RECORD: Final = ("subject", "opened", "due", "closed", "status", "amount", "currency", "owner")
LINE: Final = ("product", "quantity", "unit_price", "amount")


def read_mapping(path: Path) -> Mapping:
    """The mapping in a file; raises Problem that names the file, the key and the mend."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(_("There is no such mapping."), place=str(path), mend=_("Check its name."))
    except UnicodeDecodeError:
        raise Problem(
            _("A mapping is written in UTF-8."), place=path.name, mend=_("Save it as UTF-8.")
        )
    return parse(text, path.name)


def parse(text: str, place: str = "") -> Mapping:
    """The mapping that `text` writes; raises Problem that names the key and the mend."""
    place = place or _("mapping")
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # numbers and depths beyond Python's own too
        raise Problem(
            _("This is no TOML: %(why)s.") % {"why": error}, place=place, mend=_("Mend it there.")
        )
    try:
        return _mapping(text, Section("", raw, place))
    except Problem as problem:
        problem.place = place
        raise


def _mapping(text: str, top: Section) -> Mapping:
    defaults = Section("defaults", top.take("defaults", dict, {}), top.place)
    file = Section("file", top.take("file", dict, {}), top.place)
    made = Mapping(
        text=text,
        source=top.take("source", str, ""),
        file=_options(file, top.place),
        complete=file.take("complete", bool),
        empty_is_value=defaults.one_of("empty", ("no value", "not said"), "no value") == "no value",
        dates=formats(defaults, "date"),
        number=_number(defaults),
        currency=_constant_or(defaults, "currency"),
        unit=_constant_or(defaults, "unit"),
        joins=tuple(_join(s) for s in _tables(top, "join")),
        blocks=tuple(read(s) for name, read in _READ.items() for s in _tables(top, name)),
    )
    file.finish()
    defaults.finish()
    top.finish()
    if not made.blocks:
        raise Problem(
            _("The mapping says nothing of what a row gives."),
            mend=_("Add at least one [[profile]] or [[record]]."),
            code="mapping",
        )
    return made


def _number(section: Section) -> str:
    example = str(section.take("number", str, ""))
    marks_of_number(example)  # raises Problem
    return example


def _options(section: Section, place: str) -> FileOptions:
    header = section.take("header", int, 1)
    if not 0 <= header <= LAST_HEADER:
        raise section.wrong(
            _("“%(key)s” is the number of a line, counted from 1."),
            "header",
            _("No header stands beyond line %(last)s; 0 says that there is none.")
            % {"last": f"{LAST_HEADER:,}"},
        )
    delimiter = section.take("delimiter", str, "")
    if len(delimiter) > 1:
        raise section.wrong(
            _("“%(key)s” is “%(value)s”, more than one character."), "delimiter", value=delimiter
        )
    encoding = section.take("encoding", str, "")
    require_encoding(encoding)
    return FileOptions(
        format=section.one_of("format", ("", "csv", "jsonl", "xlsx"), ""),
        encoding=encoding,
        delimiter=delimiter,
        sheet=section.take("sheet", str, ""),
        header=header,
        from_above=_names(section, "from_above"),
    )


def _names(section: Section, key: str) -> tuple[str, ...]:
    found = section.take(key, list, [])
    if not all(isinstance(one, str) for one in found):
        raise section.wrong(_("“%(key)s” must be a list of columns."), key)
    return tuple(found)


def _tables(top: Section, name: str) -> list[Section]:
    found = top.take(name, list, [])
    if not all(isinstance(one, dict) for one in found):
        raise top.wrong(
            _("“%(key)s” must be written as a table in double brackets."), name, f"[[{name}]]"
        )
    several = len(found) > 1
    return [
        Section(f"{name}[{n}]" if several else name, one, top.place)
        for n, one in enumerate(found, start=1)
    ]


def _constant_or(section: Section, key: str) -> Expression | None:
    """A default: plain text is the value itself here, a table is an expression."""
    raw = section.take(key, (str, dict))
    if raw is None:
        return None
    if isinstance(raw, str):
        return Expression(section.at(key), "value", value=raw)
    return expression(raw, section.at(key))


def _join(section: Section) -> Join:
    file = section.take("file", str, "")
    if not file or "/" in file or "\\" in file or file.startswith("."):
        raise section.wrong(_("“%(key)s” must be the name of a file beside this one."), "file")
    made = Join(
        name=section.take("name", str, Path(file).stem),
        file=file,
        options=FileOptions(
            encoding=section.take("encoding", str, ""), delimiter=section.take("delimiter", str, "")
        ),
        on=_named(section, "on"),
        key=_named(section, "key"),
    )
    section.finish()
    return made


def _named(section: Section, key: str) -> str:
    name = section.take(key, str, "")
    if not name:
        raise section.wrong(_("“%(key)s” is missing."), key, _("Name a column."))
    return str(name)


def _when(section: Section) -> Condition | None:
    raw = section.take("when", dict)
    return condition(None if raw is None else Section(section.at("when"), raw, section.place))


def _repeated(section: Section) -> Repeated:
    return section.one_of("repeated", ("problem", "first"), "problem")  # type: ignore[return-value]


def _needed(section: Section, key: str) -> Expression:
    found = section.expression(key, needed=True)
    assert found is not None
    return found


def _set(section: Section) -> Section:
    return Section(section.at("set"), section.take("set", dict, {}), section.place)


def _profile(section: Section) -> ProfileBlock:
    values = _set(section)
    kind = section.take("kind", (str, dict), "organisation")
    made = ProfileBlock(
        name=section.name,
        when=_when(section),
        key=_needed(section, "key"),
        kind=_kind(section, kind),
        partial=section.take("partial", bool, False),
        repeated=_repeated(section),
        unit=section.expression("unit"),
        values={name: expression(raw, values.at(name)) for name, raw in values.content.items()},
    )
    for name in made.values:
        if name not in PROFILE and not name.startswith(("ids.", "other.")):
            hint = near(name, PROFILE)
            own = _("Attributes of your own go under %(name)s.") % {"name": f'"other.{name}"'}
            raise values.wrong(
                _("“%(key)s” is no attribute of a customer."),
                name,
                " ".join(filter(None, [meant(hint), own])),
            )
    section.finish()
    return made


def _kind(section: Section, raw: Any) -> Expression:
    place = section.at("kind")
    if isinstance(raw, str):
        if raw not in {"person", "organisation"}:
            raise section.wrong(
                _("“%(key)s” is “%(value)s”."),
                "kind",
                _("Say “person” or “organisation”."),
                value=raw,
            )
        return Expression(place, "value", value=raw)
    return expression(raw, place)


def _record(section: Section) -> RecordBlock:
    declared = _type(section)
    values = _set(section)
    profile, profile_source = _profile_of(section)
    made = RecordBlock(
        name=section.name,
        when=_when(section),
        type=declared,
        key=_needed(section, "key"),
        profile=profile,
        profile_source=profile_source,
        repeated=_repeated(section),
        parent=_target(section, "parent"),
        unit=section.expression("unit"),
        columns={name: found for name in RECORD if (found := section.expression(name)) is not None},
        values={name: expression(raw, values.at(name)) for name, raw in values.content.items()},
    )
    for name in made.values:
        if declared.field(name) is None:
            known = [item.key for item in declared.fields]
            hint = near(name, known)
            raise values.wrong(
                _("“%(key)s” is no field of %(type)s."),
                name,
                meant(hint) or _("Its fields are: %(names)s.") % {"names": ", ".join(known)},
                type=declared.key,
            )
    section.finish()
    return made


def _type(section: Section, key: str = "type") -> RecordType:
    name = section.take(key, str, "")
    known = list(types.all_types())
    if name not in known:
        hint = near(name, known)
        raise section.wrong(
            _("“%(key)s” is “%(value)s”, which is no record type."),
            key,
            meant(hint) or _("The types are: %(names)s.") % {"names": ", ".join(known)},
            value=name,
        )
    return types.get(name)


def _profile_of(section: Section) -> tuple[Expression, str]:
    """The customer's key: a column, or a table that may name another source."""
    raw = section.content.get("profile")
    source = ""
    if isinstance(raw, dict):
        source = str(raw.get("source", ""))
    return _needed(section, "profile"), source


def _target(section: Section, key: str, *, needed: bool = False) -> Target | None:
    raw = section.take(key, dict)
    if raw is None:
        if needed:
            raise section.wrong(
                _("“%(key)s” is missing."), key, _('Write { type = "invoice", column = "…" }.')
            )
        return None
    inner = Section(section.at(key), raw, section.place)
    declared = _type(inner)
    return Target(declared.key, expression(raw, section.at(key)), str(raw.get("source", "")))


def _needed_target(section: Section, key: str) -> Target:
    found = _target(section, key, needed=True)
    assert found is not None
    return found


def _line(section: Section) -> LineBlock:
    values = _set(section)
    made = LineBlock(
        name=section.name,
        when=_when(section),
        record=_needed_target(section, "record"),
        key=_needed(section, "key"),
        repeated=_repeated(section),
        columns={name: found for name in LINE if (found := section.expression(name)) is not None},
        values={name: expression(raw, values.at(name)) for name, raw in values.content.items()},
    )
    section.finish()
    return made


def _link(section: Section) -> LinkBlock:
    made = LinkBlock(
        name=section.name,
        when=_when(section),
        from_record=_needed_target(section, "from"),
        role=_named(section, "role"),
        to_record=_needed_target(section, "to"),
    )
    section.finish()
    return made


def _allocation(section: Section) -> AllocationBlock:
    made = AllocationBlock(
        name=section.name,
        when=_when(section),
        key=section.expression("key"),
        repeated=_repeated(section),
        payment=_needed_target(section, "payment"),
        invoice=_needed_target(section, "invoice"),
        amount=_needed(section, "amount"),
        at=_needed(section, "at"),
    )
    section.finish()
    return made


def _relationship(section: Section) -> RelationshipBlock:
    kinds = tuple(RelationshipKind.values)
    made = RelationshipBlock(
        name=section.name,
        when=_when(section),
        repeated=_repeated(section),
        from_key=_needed(section, "from"),
        kind=section.one_of("kind", kinds, ""),
        to_key=_needed(section, "to"),
        title=section.expression("title"),
        valid_from=section.expression("from_date"),
        valid_to=section.expression("to_date"),
    )
    section.finish()
    return made


_READ: Final[dict[str, Callable[[Section], Block]]] = {
    "profile": _profile,
    "record": _record,
    "line": _line,
    "link": _link,
    "allocation": _allocation,
    "relationship": _relationship,
}
