"""A mapping as a form shows it: what each column means. From TOML and back, nothing of it lost.

What the form has no place for (conditions of one part, joins, a second kind of record, …) stays in
`rest` as the mapping had it, and goes back to where it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from concord.customers.survivorship import LISTS
from concord.records import types
from concord.records.drafts.only import Only
from concord.records.importing.expressions import HOLE
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
    only: Only | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)

    def column_of(self, meaning: str) -> str:
        """The first column of that meaning, or ""."""
        return next((name for name, use in self.uses.items() if use.meaning == meaning), "")

    def columns_of(self, meaning: str, label: str = "") -> list[str]:
        return [
            name for name, use in self.uses.items() if (use.meaning, use.label) == (meaning, label)
        ]

    def said(self) -> list[tuple[str, str]]:
        """Each meaning with its label, once: of the columns, then of the fixed values."""
        uses = [(use.meaning, use.label) for use in self.uses.values()]
        return list(dict.fromkeys(uses + [(one.meaning, one.label) for one in self.fixed]))

    def meanings(self) -> set[str]:
        return {meaning for meaning, _label in self.said()}

    def key_of(self, part: str) -> Any:
        """What a part is known by, as a mapping says it; "" where nobody has said.

        A customer without a number is known by the name, another record by whose it is, of when
        and how much.
        """
        meaning = f"{part}.key"
        if meaning in self.meanings():
            return value_of(self, meaning, "")
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


# How a mapping says it


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


def value_of(plan: Plan, meaning: str, label: str) -> Any:
    columns = plan.columns_of(meaning, label)
    if is_list(meaning) and columns:
        return columns
    if columns:
        return expression_of(columns[0], plan.uses[columns[0]])
    fixed = next(one for one in plan.fixed if (one.meaning, one.label) == (meaning, label))
    holes = HOLE.findall(fixed.text)
    if not holes:
        return {"value": constant(plan, meaning, fixed.text)}
    return {"template": fixed.text} if is_template(fixed.text) else holes[0]


def expression_of(column: str, use: Use) -> Any:
    said: dict[str, Any] = {"column": column}
    if use.values is not None:
        said["values"] = dict(use.values)
        if use.others != "problem":
            said["others"] = use.others
    if use.strip:
        said["strip"] = use.strip
    if use.dates:
        said["date"] = one_or_list(use.dates)
    if use.number:
        said["number"] = use.number
    return said if len(said) > 1 else column


def reference(of: str, key: Any) -> dict[str, Any]:
    """Names a record of another row or file."""
    return {"type": of} | (key if isinstance(key, dict) else {"column": key})


def one_or_list(formats: Sequence[str]) -> str | list[str]:
    return formats[0] if len(formats) == 1 else list(formats)


def is_list(meaning: str) -> bool:
    part, _, name = meaning.partition(".")
    return part in PERSONAL and name in LISTS


def is_template(text: str) -> bool:
    holes = HOLE.findall(text)
    return bool(holes) and text != f"{{{holes[0]}}}"


def constant(plan: Plan, meaning: str, text: str) -> Scalar:
    """A text as the constant that a mapping has for it."""
    match kind_of(plan, meaning):
        case "boolean" if text in {"true", "false"}:
            return text == "true"
        case "number" if text.lstrip("-").isdecimal():
            return int(text)
    return text
