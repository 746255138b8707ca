"""A mapping as a form shows it: what each column means. From TOML and back, nothing of it lost.

What the form has no place for (conditions, joins, a second kind of record, …) stays in `rest` as
the mapping had it, and goes back to where it was.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, fields
from typing import Any, Final

from concord.customers.models import RelationshipKind
from concord.customers.survivorship import ATTRIBUTES, KEYED, LISTS
from concord.records import types
from concord.records.drafts.toml import written
from concord.records.importing.expressions import HOLE
from concord.records.importing.mapping import RECORD
from concord.records.importing.readers import FileOptions
from concord.records.types import FieldType

PARTS: Final = ("customer", "contact", "record", "line", "allocation")
TABLES: Final = {
    "customer": "profile",
    "contact": "profile",
    "record": "record",
    "line": "line",
    "allocation": "allocation",
}
PERSONAL: Final = ("customer", "contact")
LINE: Final = ("key", "product", "quantity", "unit_price", "amount")
ALLOCATION: Final = ("key", "amount", "at")
RELATION: Final = {"title": "title", "since": "from_date", "until": "to_date"}
FILE: Final = FileOptions()
_OPTIONS: Final = frozenset({"column", "values", "others", "strip", "date", "number"})
Scalar = str | bool | int | float


@dataclass(frozen=True, slots=True)
class Use:
    """What a column means (`customer.name`, `record.set.terms`; "" for nothing) and how it reads.

    `label` is the own name of `….ids` and `….other`. `values` translate what stands in it, and what
    they do not name is a problem, kept or empty as `others` says.
    """

    meaning: str
    label: str = ""
    dates: tuple[str, ...] = ()
    number: str = ""
    values: tuple[tuple[str, Scalar], ...] | None = None
    others: str = "problem"
    strip: str = ""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is no column's own: a text, with `{Column}` where a cell goes in."""

    meaning: str
    text: str
    label: str = ""


@dataclass(frozen=True)
class Plan:
    """`parts` are what a row says something of. `uses` is by column; one that is not there is left
    out. `first` names the parts of which only the first of several rows counts.
    """

    parts: tuple[str, ...] = ("customer",)
    file: FileOptions = FILE
    source: str = ""
    empty: str = "no value"
    dates: tuple[str, ...] = ()
    number: str = ""
    currency: str = ""
    unit: str = ""
    kind: str = "organisation"
    contact_kind: str = "person"
    record_type: str = "invoice"
    parent_type: str = "order"
    partial: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    uses: Mapping[str, Use] = field(default_factory=dict)
    fixed: tuple[Fixed, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)

    def column_of(self, meaning: str) -> str:
        """The first column of that meaning, or ""."""
        return next((name for name, use in self.uses.items() if use.meaning == meaning), "")

    def columns_of(self, meaning: str, label: str = "") -> list[str]:
        return [
            name for name, use in self.uses.items() if (use.meaning, use.label) == (meaning, label)
        ]

    def key_of(self, part: str) -> Any:
        """What a part is known by, as a mapping says it; "" where nobody has said.

        A customer without a number is known by the name, another record by whose it is, of when
        and how much.
        """
        meaning = f"{part}.key"
        if any(one.meaning == meaning for one in (*self.uses.values(), *self.fixed)):
            return _value(self, meaning, "")
        if part in PERSONAL:
            return self.column_of(f"{part}.name")
        return implied_key(self) if part == "record" else ""

    def has(self, part: str) -> bool:
        return part in self.parts


def kind_of(plan: Plan, meaning: str) -> str:
    """text, list, date, moment, number, boolean, choice, status or kind: how a column is read."""
    part, _, name = meaning.partition(".")
    if name == "kind":
        return "kind"
    if part in PERSONAL:
        if name in {"birth_date", "since", "until"}:
            return "date"
        return "list" if name in LISTS else "text"
    if name in {"opened", "due", "closed", "at"}:
        return "date"
    if name in {"amount", "quantity", "unit_price"}:
        return "number"
    if name == "status":
        return "status"
    declared = types.all_types().get(plan.record_type)
    item = declared.field(name.removeprefix("set.")) if declared else None
    if part == "record" and name.startswith("set.") and item:
        return {
            FieldType.NUMBER: "number",
            FieldType.MONEY: "number",
            FieldType.DATE: "date",
            FieldType.MOMENT: "date",
            FieldType.BOOLEAN: "boolean",
            FieldType.CHOICE: "choice",
        }.get(item.type, "text")
    return "text"


# From TOML


def read(text: str) -> Plan:
    """The plan of a mapping that `importing.mapping.parse` takes."""
    return _Reading(tomllib.loads(text) if text.strip() else {}).plan()


class _Reading:
    """Takes out of a mapping what the form shows; what remains is the rest."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.rest = deepcopy(raw)
        self.found = Plan(parts=())
        self.uses: dict[str, Use] = {}
        self.fixed: list[Fixed] = []
        self.parts: list[str] = []
        self.said: dict[str, Any] = {}

    def plan(self) -> Plan:
        self._file()
        self._defaults()
        blocks = self._blocks()
        self.parts = [part for part in PARTS if part in blocks]
        if "record" in blocks:
            self.said["record_type"] = blocks["record"].pop("type", "invoice")
        elif "line" in blocks:
            self.said["record_type"] = blocks["line"].get("record", {}).get("type", "invoice")
        self._so_far()
        for part in self.parts:
            self._part(part, blocks)
        self._so_far()
        return Plan(
            **{f.name: getattr(self.found, f.name) for f in fields(Plan) if f.name != "rest"},
            rest=_without_empty(self.rest),
        )

    def _so_far(self) -> None:
        said = self.said | {
            "parts": tuple(self.parts),
            "uses": self.uses,
            "fixed": tuple(self.fixed),
        }
        kept = {f.name: getattr(self.found, f.name) for f in fields(Plan)}
        self.found = Plan(**(kept | said))

    def _file(self) -> None:
        self.said["source"] = self.rest.pop("source", "")
        file = self.rest.pop("file", {})
        self.said["file"] = FileOptions(**file)

    def _defaults(self) -> None:
        defaults = self.rest.get("defaults", {})
        self.said["empty"] = defaults.pop("empty", "no value")
        dates = defaults.pop("date", ())
        self.said["dates"] = (dates,) if isinstance(dates, str) else tuple(dates)
        self.said["number"] = defaults.pop("number", "")
        for name in ("currency", "unit"):
            if isinstance(defaults.get(name, ""), str):
                self.said[name] = defaults.pop(name, "")

    def _blocks(self) -> dict[str, dict[str, Any]]:
        """The block of each part; the others stay in the rest."""
        profiles = self.rest.get("profile", [])
        found: dict[str, dict[str, Any]] = {}
        related = self.rest.get("relationship", [])
        works_at = related[0] if related else {}
        if works_at.get("kind") == RelationshipKind.WORKS_AT.value and "when" not in works_at:
            contact = next((p for p in profiles if p.get("key") == works_at.get("from")), None)
            company = next((p for p in profiles if p.get("key") == works_at.get("to")), None)
            if contact and company and contact is not company:
                found |= {"customer": company, "contact": contact}
        if "customer" not in found and profiles:
            found["customer"] = profiles[0]
        for part in ("record", "line", "allocation"):
            if self.rest.get(part):
                found[part] = self.rest[part][0]
        return found

    def _part(self, part: str, blocks: Mapping[str, dict[str, Any]]) -> None:
        block = blocks[part]
        if block.get("partial") is True and part in PERSONAL:
            self.said["partial"] = (*self.said.get("partial", ()), part)
            del block["partial"]
        if block.get("repeated") == "first":
            self.said["first"] = (*self.said.get("first", ()), part)
            del block["repeated"]
        match part:
            case "customer" | "contact":
                self._profile(part, block)
                if part == "contact":
                    self._relation(blocks)
            case "record":
                self._record(block, blocks.get("customer"))
            case "line":
                self._line(block)
            case "allocation":
                self._allocation(block)

    def _profile(self, part: str, block: dict[str, Any]) -> None:
        kind = block.get("kind", "organisation")
        if isinstance(kind, str):
            self.said["kind" if part == "customer" else "contact_kind"] = kind
            block.pop("kind", None)
        else:
            self._slot(block, "kind", f"{part}.kind")
        said = block.get("set", {})
        if isinstance(block.get("key"), str) and block["key"] == said.get("name"):
            block["key"] = None  # known by the name
        self._slot(block, "key", f"{part}.key")
        self._slot(block, "unit", f"{part}.unit")
        for name in list(said):
            outer, _, label = name.partition(".")
            self._slot(said, name, f"{part}.{outer}", label)

    def _relation(self, blocks: Mapping[str, dict[str, Any]]) -> None:
        related = self.rest["relationship"][0]
        for name in ("kind", "from", "to"):
            del related[name]
        for name, key in RELATION.items():
            self._slot(related, key, f"contact.{name}")

    def _record(self, block: dict[str, Any], customer: dict[str, Any] | None) -> None:
        self._so_far()
        if self.found.has("customer") and block.get("profile") == self.found.key_of("customer"):
            block["profile"] = None
        elif not self.found.has("customer"):
            self._slot(block, "profile", "record.customer")
        said = block.get("set", {})
        for name in list(said):
            self._slot(said, name, f"record.set.{name}")
        for name in RECORD:
            self._slot(block, name, f"record.{name}")
        self._slot(block, "unit", "record.unit")
        if kept := self._target(block, "parent", "record.parent"):
            self.said["parent_type"] = kept
        self._so_far()
        if block.get("key") == implied_key(self.found):
            block["key"] = None
        self._slot(block, "key", "record.key")

    def _line(self, block: dict[str, Any]) -> None:
        self._so_far()
        record = _reference(self.found.record_type, self.found.key_of("record"))
        if self.found.has("record") and block.get("record") == record:
            block["record"] = None
        elif not self.found.has("record"):
            self._target(block, "record", "line.record")
        for name in LINE:
            self._slot(block, name, f"line.{name}")

    def _allocation(self, block: dict[str, Any]) -> None:
        for name in ("payment", "invoice"):
            self._target(block, name, f"allocation.{name}", name)
        for name in ALLOCATION:
            self._slot(block, name, f"allocation.{name}")

    # One value

    def _target(self, block: dict[str, Any], name: str, meaning: str, only: str = "") -> str:
        """A record that is named by its key: `{ type, column }`; gives the type that was taken."""
        raw = block.get(name)
        if not isinstance(raw, dict) or raw.keys() != {"type", "column"}:
            return ""
        if (only and raw["type"] != only) or raw["column"] in self.uses:
            return ""
        self.uses[raw["column"]] = Use(meaning)
        block[name] = None
        return str(raw["type"])

    def _slot(self, block: dict[str, Any], name: str, meaning: str, label: str = "") -> None:
        raw = block.get(name)
        if raw is not None and self._takes(raw, meaning, label):
            block[name] = None

    def _takes(self, raw: Any, meaning: str, label: str) -> bool:
        match raw:
            case str() if raw not in self.uses:
                self.uses[raw] = Use(meaning, label)
            case str():
                self.fixed.append(Fixed(meaning, f"{{{raw}}}", label))
            case list() if _is_list(meaning) and not self.uses.keys() & set(raw):
                self.uses |= {name: Use(meaning, label) for name in raw}
            case {"column": str(column)} if raw.keys() <= _OPTIONS and column not in self.uses:
                if raw.keys() == {"column"} or not isinstance(raw.get("number", ""), str):
                    return False  # written longer than it need be, or in several ways: kept so
                self.uses[column] = _use(raw, meaning, label)
            case {"value": value} if len(raw) == 1:
                text = _text(value)
                if constant(self.found, meaning, text) != value or HOLE.search(text):
                    return False
                self.fixed.append(Fixed(meaning, text, label))
            case {"template": str(text)} if len(raw) == 1 and _is_template(text):
                self.fixed.append(Fixed(meaning, text, label))
            case _:
                return False
        return True


def _use(raw: Mapping[str, Any], meaning: str, label: str) -> Use:
    dates = raw.get("date", ())
    values = raw.get("values")
    return Use(
        meaning,
        label,
        (dates,) if isinstance(dates, str) else tuple(dates),
        raw.get("number", ""),
        None if values is None else tuple(values.items()),
        raw.get("others", "problem"),
        raw.get("strip", ""),
    )


def _is_list(meaning: str) -> bool:
    part, _, name = meaning.partition(".")
    return part in PERSONAL and name in LISTS


def _is_template(text: str) -> bool:
    holes = HOLE.findall(text)
    return bool(holes) and text != f"{{{holes[0]}}}"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def constant(plan: Plan, meaning: str, text: str) -> Scalar:
    """A text as the constant that a mapping has for it."""
    match kind_of(plan, meaning):
        case "boolean" if text in {"true", "false"}:
            return text == "true"
        case "number" if text.lstrip("-").isdecimal():
            return int(text)
    return text


def _without_empty(raw: Any) -> Any:
    """Without what was taken out: None, and tables of which nothing is left (blocks stay)."""
    match raw:
        case dict():
            kept = {name: _without_empty(one) for name, one in raw.items() if one is not None}
            return {
                name: one
                for name, one in kept.items()
                if one != {} and not (isinstance(one, list) and all(part == {} for part in one))
            }
        case list():
            return [_without_empty(one) for one in raw]
    return raw


# To TOML


def write(plan: Plan, before: str = "") -> str:
    """The mapping of a plan. `before` is what was written there: its comments stay, and all of it
    where the plan says the same.
    """
    if before.strip() and read(before) == plan:
        return before
    return written(as_mapping(plan), before)


def as_mapping(plan: Plan) -> dict[str, Any]:
    """The mapping as nested tables, in the order in which one reads it."""
    rest = deepcopy(dict(plan.rest))
    made: dict[str, Any] = {}
    if plan.source:
        made["source"] = plan.source
    if file := _file(plan.file):
        made["file"] = file
    if defaults := _defaults(plan) | rest.pop("defaults", {}):
        made["defaults"] = defaults
    if "join" in rest:
        made["join"] = rest.pop("join")
    related = rest.pop("relationship", [])
    for part in plan.parts:
        block = _block(plan, part)
        table = TABLES[part]
        others = rest.get(table, [])
        kept = others.pop(0) if others else {}
        made.setdefault(table, []).append(_merged(block, kept))
    for table in ("profile", "record", "line"):
        made.setdefault(table, []).extend(rest.pop(table, []))
    made["link"] = rest.pop("link", [])
    made.setdefault("allocation", []).extend(rest.pop("allocation", []))
    made["relationship"] = _relations(plan, related)
    made |= rest
    return {name: one for name, one in made.items() if one not in ([], {})}


def _merged(block: dict[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    both = {**block, **{name: one for name, one in kept.items() if name != "set"}}
    both.pop("set", None)
    if values := {**block.get("set", {}), **kept.get("set", {})}:
        both["set"] = values
    return both


def _file(file: FileOptions) -> dict[str, Any]:
    plain = FileOptions()
    return {
        f.name: getattr(file, f.name)
        for f in fields(FileOptions)
        if getattr(file, f.name) != getattr(plain, f.name)
    }


def _defaults(plan: Plan) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if plan.empty != "no value":
        said["empty"] = plan.empty
    if plan.dates:
        said["date"] = _one_or_list(plan.dates)
    for name in ("number", "currency", "unit"):
        if value := getattr(plan, name):
            said[name] = value
    return said


def _block(plan: Plan, part: str) -> dict[str, Any]:
    block: dict[str, Any] = {}
    match part:
        case "record":
            block["type"] = plan.record_type
        case "line" if plan.has("record"):
            block["record"] = _reference(plan.record_type, plan.key_of("record"))
        case "customer" | "contact":
            if key := plan.key_of(part):
                block["key"] = key
            kind = plan.kind if part == "customer" else plan.contact_kind
            if kind != "organisation" and not plan.column_of(f"{part}.kind"):
                block["kind"] = kind
    if part in plan.partial:
        block["partial"] = True
    if part in plan.first:
        block["repeated"] = "first"
    own = [use for use in plan.uses.values() if use.meaning.startswith(f"{part}.")]
    own_fixed = [one for one in plan.fixed if one.meaning.startswith(f"{part}.")]
    for meaning, label in dict.fromkeys((one.meaning, one.label) for one in [*own, *own_fixed]):
        _put(plan, block, meaning, label)
    if part == "record":
        block.setdefault("key", implied_key(plan))
        if plan.has("customer"):
            block["profile"] = plan.key_of("customer")
    return {name: one for name, one in block.items() if one != ""}


def _put(plan: Plan, block: dict[str, Any], meaning: str, label: str) -> None:
    part, _, name = meaning.partition(".")
    if part == "contact" and name in RELATION:
        return
    value = _value(plan, meaning, label)
    if name in {"parent", "payment", "invoice"} or meaning == "line.record":
        of = {"parent": plan.parent_type, "record": plan.record_type}.get(name, name)
        block[name] = _reference(of, value)
    elif meaning == "record.customer":
        block["profile"] = value
    elif part in PERSONAL and name in ATTRIBUTES:
        block.setdefault("set", {})[f"{name}.{label}" if name in KEYED else name] = value
    elif name.startswith("set."):
        block.setdefault("set", {})[name.removeprefix("set.")] = value
    else:
        block[name] = value


def _value(plan: Plan, meaning: str, label: str) -> Any:
    columns = plan.columns_of(meaning, label)
    if _is_list(meaning) and columns:
        return columns
    if columns:
        return _expression(columns[0], plan.uses[columns[0]])
    fixed = next(one for one in plan.fixed if (one.meaning, one.label) == (meaning, label))
    holes = HOLE.findall(fixed.text)
    if not holes:
        return {"value": constant(plan, meaning, fixed.text)}
    return {"template": fixed.text} if _is_template(fixed.text) else holes[0]


def _reference(of: str, key: Any) -> dict[str, Any]:
    """Names a record of another row or file."""
    return {"type": of} | (key if isinstance(key, dict) else {"column": key})


def _expression(column: str, use: Use) -> Any:
    said: dict[str, Any] = {"column": column}
    if use.values is not None:
        said["values"] = dict(use.values)
        if use.others != "problem":
            said["others"] = use.others
    if use.strip:
        said["strip"] = use.strip
    if use.dates:
        said["date"] = _one_or_list(use.dates)
    if use.number:
        said["number"] = use.number
    return said if len(said) > 1 else column


def _one_or_list(formats: Sequence[str]) -> str | list[str]:
    return formats[0] if len(formats) == 1 else list(formats)


def _relations(plan: Plan, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not (plan.has("contact") and plan.has("customer")):
        return kept
    related: dict[str, Any] = {
        "from": plan.key_of("contact"),
        "kind": RelationshipKind.WORKS_AT.value,
        "to": plan.key_of("customer"),
    }
    for name, key in RELATION.items():
        if columns := plan.columns_of(f"contact.{name}"):
            related[key] = _expression(columns[0], plan.uses[columns[0]])
    first, *others = kept or [{}]
    return [related | first, *others]


def implied_key(plan: Plan) -> Any:
    """The key of a record that has no number of its own: whose, of when and how much it is."""
    if plan.column_of("record.key"):
        return ""
    names = [
        plan.column_of(f"{whose}") for whose in ("customer.key", "customer.name", "record.customer")
    ]
    names = [next(filter(None, names), "")]
    names += [plan.column_of(f"record.{name}") for name in ("opened", "due", "amount")]
    return {"template": "/".join(f"{{{name}}}" for name in names if name)}
