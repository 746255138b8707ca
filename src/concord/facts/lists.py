"""The record lists that facts may read, and how each of their fields is known in the past.

A list is named as its record type: `invoice[due < today()]`. Two lists join several types:
`trade` (orders, invoices, contracts) and `contact` (what people did together).

Every list has `opened`, `due`, `closed`, `status`, `amount`, `outstanding`, `currency`, `unit`,
`type`, `age` (days since it was opened), `days_open` (from opened to closed, or to the date),
`days_late` (from due to closed, or to the date; 0 while in time) and the declared fields of its
type. Invoices have `disputed`: by their own flag, or because an open dispute is about them.
Balances have `latest`: the newest snapshot of its profile and unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from concord.facts.fact import Type
from concord.kernel.errors import Problem
from concord.records import types
from concord.records.types import FieldType, RecordType, Rule

Origin = Literal["column", "data", "derived"]

FEEL_TYPES: Final[dict[FieldType, Type]] = {
    FieldType.TEXT: "string",
    FieldType.CHOICE: "string",
    FieldType.PRODUCT: "string",
    FieldType.NUMBER: "number",
    FieldType.MONEY: "number",
    FieldType.DATE: "date",
    FieldType.BOOLEAN: "boolean",
}  # a moment has no exact counterpart in SQL and is in no list


@dataclass(frozen=True, slots=True)
class ListField:
    """A field of a list: its FEEL type, where it is kept, and how it is known in the past.

    `is_money` says that it is converted to the company's currency. `dated_by` is the field whose
    date a `dated` one holds from.
    """

    name: str
    type: Type
    origin: Origin
    rule: Rule = Rule.FIXED
    dated_by: str = ""
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class RecordList:
    """Records of one or several types, as one list of contexts."""

    name: str
    types: tuple[str, ...]
    fields: dict[str, ListField]


JOINED: Final[dict[str, tuple[str, ...]]] = {
    "trade": ("order", "invoice", "contract"),
    "contact": ("call", "meeting", "visit", "message", "appointment"),
}
CUSTOMER: Final = "customer"

_COLUMNS: Final = {
    field.name: field
    for field in (
        ListField("opened", "date", "column"),
        ListField("due", "date", "column"),
        ListField("closed", "date", "column"),
        ListField("status", "string", "column", Rule.CURRENT),
        ListField("amount", "number", "column", is_money=True),
        ListField("currency", "string", "column"),
        ListField("unit", "string", "column"),
        ListField("type", "string", "column"),
        ListField("outstanding", "number", "derived", is_money=True),
        ListField("age", "number", "derived"),
        ListField("days_open", "number", "derived"),
        ListField("days_late", "number", "derived"),
    )
}
_LATEST: Final = ListField("latest", "boolean", "derived")
_DISPUTED: Final = ListField("disputed", "boolean", "derived")


@cache
def record_list(name: str) -> RecordList:
    """The list of that name; Problem where there is none."""
    if name in JOINED:
        return RecordList(name, JOINED[name], _shared(JOINED[name]))
    if name in types.built_in():
        return RecordList(name, (name,), _fields(types.built_in()[name]))
    raise Problem(
        f"There is no record list “{name}”.",
        mend=f"The lists are: {', '.join(list_names())}.",
    )


def list_names() -> tuple[str, ...]:
    return (*JOINED, *types.built_in())


def field_names() -> tuple[str, ...]:
    """Every field of any list: what may follow a dot or stand in a filter."""
    declared = (field.key for each in types.built_in().values() for field in each.fields)
    return tuple(dict.fromkeys([*_COLUMNS, _LATEST.name, _DISPUTED.name, *declared]))


def field_of(name: str, field: str) -> ListField:
    """The field of a list; Problem where the list has none of that name."""
    fields = record_list(name).fields
    if field not in fields:
        raise Problem(
            f"The list “{name}” has no field “{field}”.",
            mend=f"Its fields are: {', '.join(fields)}.",
        )
    return fields[field]


def _fields(declared: RecordType) -> dict[str, ListField]:
    fields = {
        name: _ruled(field, declared) if field.origin == "column" else field
        for name, field in _COLUMNS.items()
    }
    for each in declared.fields:
        if each.type in FEEL_TYPES:
            fields[each.key] = ListField(
                each.key, FEEL_TYPES[each.type], "data", each.rule, each.dated_by, each.is_money
            )
    if declared.key == "balance":
        fields[_LATEST.name] = _LATEST
    if declared.key == "invoice":
        fields[_DISPUTED.name] = _DISPUTED
    return fields


def _shared(keys: tuple[str, ...]) -> dict[str, ListField]:
    """The columns that all of these types keep by the same rule."""
    fields: dict[str, ListField] = {}
    for name, field in _COLUMNS.items():
        ruled = {_ruled(field, types.get(key)) for key in keys}
        if len(ruled) == 1:
            fields[name] = ruled.pop()
    if "due" not in fields:
        del fields["days_late"]
    return fields


def _ruled(field: ListField, declared: RecordType) -> ListField:
    """A column with the rule that its type gives it."""
    rule = declared.rules.get(field.name, field.rule)
    return ListField(field.name, field.type, field.origin, rule, "", field.is_money)
