"""What a record type is: a declaration, from which tables, forms, pages and facts read."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from concord.kernel.words import Words

KEY = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")

# Words of FEEL that can name no field, and the columns that every record has anyway.
FEEL_WORDS: Final = frozenset(
    {"and", "between", "context", "do", "else", "every", "external", "false", "for", "function"}
    | {"if", "in", "instance", "list", "not", "null", "of", "or", "range", "return", "satisfies"}
    | {"some", "then", "true"}
)
COLUMNS: Final = frozenset(
    {"id", "type", "source", "key", "profile", "parent", "subject", "opened", "due", "closed"}
    | {"status", "amount", "outstanding", "currency", "unit", "owner", "data", "lines", "links"}
    | {"customer"}
)


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    PRODUCT = "product"


class Rule(StrEnum):
    """How a value may be read at a past `as_of`.

    `fixed` never changes after the record was opened; `dated` holds from the date in the field
    `dated_by` on; `current` was only observed, so before its first observation it is unknown.
    """

    FIXED = "fixed"
    DATED = "dated"
    CURRENT = "current"


@dataclass(frozen=True)
class Choice:
    key: str
    words: Words


@dataclass(frozen=True)
class Status:
    """A stage in the life of a record; `closes` says that a record in it is over."""

    key: str
    words: Words
    closes: bool = False


@dataclass(frozen=True)
class Field:
    """A declared field: kept in the record's `data` under `key`, which is also its FEEL name.

    Stored as JSON: text, choice and product as text; number and money as text in plain decimal
    notation (`"12.50"`, so no float ever touches it); date as `YYYY-MM-DD`; moment as ISO text
    with its offset; boolean as true or false.
    """

    key: str
    words: Words
    type: FieldType = FieldType.TEXT
    rule: Rule = Rule.FIXED
    dated_by: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    long: bool = False

    @property
    def feel(self) -> str:
        return self.key

    @property
    def is_money(self) -> bool:
        return self.type is FieldType.MONEY


# How the columns that every record has may be read in the past, where a type says nothing else.
# `opened` and `closed` are dates themselves: an opening in the future hides the record, a closing
# in the future reads as null.
COLUMN_RULES: Final[Mapping[str, Rule]] = {
    "subject": Rule.FIXED,
    "due": Rule.FIXED,
    "status": Rule.CURRENT,
    "amount": Rule.FIXED,
    "currency": Rule.FIXED,
    "unit": Rule.FIXED,
    "owner": Rule.CURRENT,
}


@dataclass(frozen=True)
class RecordType:
    """A kind of business object.

    `shows` are the columns that a list shows (columns of every record, or declared fields);
    `columns` renames columns in this type's own words (a shipment's `due` is "promised").
    `by_hand` says that a person may open one in the page; of a `guarded` type only people of its
    department and those who run the company. `uses` are the columns that its form asks for.
    """

    key: str
    words: Words
    plural: Words
    icon: str
    department: str
    statuses: tuple[Status, ...]
    fields: tuple[Field, ...] = ()
    shows: tuple[str, ...] = ("opened", "status")
    columns: Mapping[str, Words] = dataclasses.field(default_factory=dict)
    rules: Mapping[str, Rule] = dataclasses.field(default_factory=dict)
    by_hand: bool = False
    guarded: bool = False
    uses: tuple[str, ...] = ("due",)

    def field(self, key: str) -> Field | None:
        return self._by_key.get(key)

    def status(self, key: str) -> Status | None:
        return next((status for status in self.statuses if status.key == key), None)

    def rule(self, column: str) -> Rule:
        """The rule of a column or declared field; KeyError for what the type does not have."""
        declared = self.field(column)
        if declared:
            return declared.rule
        return self.rules.get(column) or COLUMN_RULES[column]

    @property
    def first_status(self) -> str:
        return self.statuses[0].key

    @property
    def closing_status(self) -> str:
        """The status that a closed record has where nobody says which."""
        return next((s.key for s in self.statuses if s.closes), self.statuses[-1].key)

    @property
    def _by_key(self) -> dict[str, Field]:
        known: dict[str, Field] | None = self.__dict__.get("_fields")
        if known is None:
            known = {item.key: item for item in self.fields}
            object.__setattr__(self, "_fields", known)
        return known


def words(en: str, ko: str, zh: str) -> dict[str, str]:
    return {"en": en, "ko": ko, "zh-hant": zh}


def wrong_in(declared: RecordType) -> list[str]:
    """What is wrong with a declaration, as sentences; an empty list if nothing is."""
    wrong: list[str] = []
    if not KEY.match(declared.key):
        wrong.append(f"The key “{declared.key}” must be small letters, digits and underscores.")
    if not declared.statuses:
        wrong.append("A record type needs at least one status.")
    elif not any(status.closes for status in declared.statuses):
        wrong.append("One of the statuses must close a record.")
    wrong += _repeated("status", [status.key for status in declared.statuses])
    wrong += _repeated("field", [item.key for item in declared.fields])
    for item in declared.fields:
        wrong += _wrong_in_field(item, declared)
    known = COLUMNS | {item.key for item in declared.fields}
    wrong += [f"The list shows “{c}”, which is no field." for c in declared.shows if c not in known]
    return wrong


def _wrong_in_field(item: Field, declared: RecordType) -> list[str]:
    wrong: list[str] = []
    if not KEY.match(item.key):
        wrong.append(f"The field “{item.key}” must be small letters, digits and underscores.")
    if item.key in FEEL_WORDS:
        wrong.append(f"“{item.key}” is a word of the expression language: name it otherwise.")
    if item.key in COLUMNS:
        wrong.append(f"“{item.key}” is a column of every record; name the field otherwise.")
    if item.type is FieldType.CHOICE and not item.choices:
        wrong.append(f"The field “{item.key}” is a choice without choices.")
    if item.rule is Rule.DATED:
        by = declared.field(item.dated_by)
        if item.dated_by not in {"opened", "due", "closed"} and not (
            by and by.type is FieldType.DATE
        ):
            wrong.append(f"The field “{item.key}” is dated, but “{item.dated_by}” is no date.")
    return wrong


def _repeated(what: str, keys: list[str]) -> list[str]:
    return [f"The {what} “{k}” is declared twice." for k in sorted(set(keys)) if keys.count(k) > 1]


def from_json(raw: Mapping[str, Any]) -> RecordType:
    """A company's own declaration; raises ValueError with all that is wrong in it."""
    try:
        declared = RecordType(
            key=str(raw["key"]),
            words=raw["words"],
            plural=raw.get("plural") or raw["words"],
            icon=str(raw.get("icon", "record")),
            department=str(raw.get("department", "")),
            statuses=tuple(
                Status(s["key"], s["words"], bool(s.get("closes"))) for s in raw["statuses"]
            ),
            fields=tuple(_field(item) for item in raw.get("fields", ())),
            shows=tuple(raw.get("shows", ("opened", "status"))),
            columns=dict(raw.get("columns", {})),
            rules={k: Rule(v) for k, v in raw.get("rules", {}).items()},
            by_hand=bool(raw.get("by_hand", True)),
            guarded=bool(raw.get("guarded")),
            uses=tuple(raw.get("uses", ("due",))),
        )
    except KeyError as missing:
        raise ValueError(f"The declaration lacks {missing}.") from missing
    wrong = wrong_in(declared)
    if wrong:
        raise ValueError(" ".join(wrong))
    return declared


def _field(raw: Mapping[str, Any]) -> Field:
    return Field(
        key=str(raw["key"]),
        words=raw["words"],
        type=FieldType(raw.get("type", "text")),
        rule=Rule(raw.get("rule", "fixed")),
        dated_by=str(raw.get("dated_by", "")),
        choices=tuple(Choice(c["key"], c["words"]) for c in raw.get("choices", ())),
        required=bool(raw.get("required")),
        long=bool(raw.get("long")),
    )
