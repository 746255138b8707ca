"""A correction kept in a mapping: tomorrow's export is then read with it.

The text is changed where the column is read for what was wrong, and nowhere else: comments, order
and everything that a person wrote stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Final

import tomlkit
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records import types
from concord.records.importing.cells import name_of
from concord.records.importing.corrections import Correction
from concord.records.importing.expressions import Expression, expression
from concord.records.importing.mapping import parse
from concord.records.importing.values import PLAIN
from concord.records.models import MendingKind
from concord.records.types import FieldType

BLOCKS: Final = ("profile", "record", "line", "link", "allocation", "relationship")
ISO_FORMAT: Final = "%Y-%m-%d"
KEPT: Final = frozenset(
    {
        MendingKind.REPLACE,
        MendingKind.DATE,
        MendingKind.NUMBER,
        MendingKind.FILL,
        MendingKind.STRIP,
        MendingKind.EMPTY,
        MendingKind.FIRST,
    }
)
_DATES: Final = frozenset({"opened", "due", "closed", "at", "from_date", "to_date", "birth_date"})
_NUMBERS: Final = frozenset({"amount", "quantity", "unit_price"})
_KEYS: Final = frozenset(
    {"key", "profile", "parent", "record", "from", "to", "payment", "invoice", "amount", "at"}
)
_NO_EXPRESSION: Final = frozenset({"type", "role", "when", "partial", "repeated", "set", "source"})
# By what block is said twice what `reasons` calls "what": `customer 4711`, `invoice R-17`.
_TWICE: Final = {"customer": "profile", "allocation": "allocation"}


def amended(text: str, code: str, column: str, correction: Correction, what: str = "") -> str:
    """The mapping with a correction of what is wrong (`code`) in `column` kept in it.

    `what` is what a row to fix was said to be, for one that stands in the file twice. Raises
    Problem where nothing in the mapping reads that column so.
    """
    document = tomlkit.parse(text)
    if correction.kind == MendingKind.FIRST:
        changed = _take_first(document, what)
    else:
        dates, number = parse(text).dates, parse(text).number
        changed = 0
        for table, key, found in _places(document, code):
            if name_of(found) == column:
                table[key] = _written(table[key], found, code, correction, dates, number)
                changed += 1
    if not changed:
        raise Problem(
            _("The source's mapping does not read this column so."),
            place=column,
            mend=_("Change it by hand, on the page of the source."),
            code="not-kept",
        )
    result = tomlkit.dumps(document)
    parse(result)
    return result


def with_complete(text: str, *, complete: bool) -> str:
    """The mapping, saying whether each file tells of all that its source knows."""
    document = tomlkit.parse(text)
    if "file" not in document:
        document["file"] = tomlkit.table()
    document["file"]["complete"] = complete
    return tomlkit.dumps(document)


def can_keep(text: str, code: str, column: str, kind: str, what: str = "") -> bool:
    """Whether a correction of that kind finds its place in the mapping."""
    if kind not in KEPT or not text.strip():
        return False
    document = tomlkit.parse(text)
    if kind == MendingKind.FIRST:
        return bool(_take_first(document, what))
    return any(name_of(found) == column for _table, _key, found in _places(document, code))


def _places(
    document: tomlkit.TOMLDocument, code: str
) -> Iterator[tuple[MutableMapping[str, Any], str, Expression]]:
    """Where a row could be wrong for this reason: the table, its key and what stands there."""
    defaults = document.get("defaults", {})
    for key in {"unit", "currency"} & {code} & set(defaults):
        if isinstance(defaults[key], dict):
            yield defaults, key, expression(_plain(defaults[key]), f"defaults.{key}")
    for kind in BLOCKS:
        for block in document.get(kind, []):
            for table, inner in ((block, ""), (block.get("set", {}), "set.")):
                for key in list(table):
                    if (inner or key not in _NO_EXPRESSION) and _says(code, block, inner, key):
                        raw = _plain(table[key])
                        if isinstance(raw, str) and key == "kind" and not inner:
                            continue  # of a profile or relationship, in so many words
                        if isinstance(raw, str | list | dict):
                            yield table, key, expression(raw, f"{kind}.{inner}{key}")


def _says(code: str, block: Mapping[str, Any], inner: str, key: str) -> bool:
    """Whether what stands at this key of a block is read so that a row can be wrong by `code`."""
    item = _field_type(block, key) if inner else None
    match code:
        case "date":
            return key in _DATES or item in {FieldType.DATE, FieldType.MOMENT}
        case "number" | "too_large":
            return (not inner and key in _NUMBERS) or item in {FieldType.NUMBER, FieldType.MONEY}
        case "boolean":
            return item is FieldType.BOOLEAN
        case "choice" | "field":
            return item is not None
        case "status" | "currency" | "unit" | "kind":
            return not inner and key == code
        case "missing" | "key":
            return not inner and key in _KEYS
    return True


def _field_type(block: Mapping[str, Any], key: str) -> FieldType | None:
    declared = types.all_types().get(str(block.get("type", "")))
    item = declared.field(key) if declared else None
    return item.type if item else None


def _written(
    raw: Any,
    found: Expression,
    code: str,
    correction: Correction,
    dates: tuple[str, ...],
    number: str,
) -> Any:
    """The expression as a table that has the correction too."""
    table = raw if isinstance(raw, dict) else tomlkit.inline_table()
    if isinstance(raw, str):
        table["column"] = raw
    elif isinstance(raw, list):
        table["columns"] = list(raw)
    match correction.kind:
        case MendingKind.DATE:
            known = found.dates or dates or (ISO_FORMAT,)
            table["date"] = [*known, correction.text]
        case MendingKind.NUMBER:
            known = (found.number or number or PLAIN, *found.other_numbers)
            table["number"] = [*known, correction.text]
        case MendingKind.STRIP:
            table["strip"] = "".join(dict.fromkeys(found.strip + correction.text))
        case MendingKind.FILL:
            _translate(table, {"": correction.text}, code)
        case MendingKind.EMPTY:
            _translate(table, dict.fromkeys(correction.table, ""), code)
        case MendingKind.REPLACE:
            _translate(table, correction.table, code)
    return table


def _translate(table: MutableMapping[str, Any], words: Mapping[str, str], code: str) -> None:
    """Values that are translated from now on; others are taken as they stand, as before."""
    if "values" not in table:
        table["values"] = tomlkit.inline_table()
        table["others"] = "keep"
    known = dict(_plain(table["values"]))
    for there, instead in words.items():
        if instead or code != "not_translated" or there:
            table["values"][there] = _meant(known, instead) if instead else ""


def _meant(known: Mapping[str, Any], instead: str) -> Any:
    """What a value is translated to: what another one that is written so becomes, else itself."""
    if instead in known:
        return known[instead]
    return next((value for value in known.values() if _text(value) == instead), instead)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _take_first(document: tomlkit.TOMLDocument, what: str) -> int:
    """Of rows on one key the first one counts from now on."""
    name = what.split(" ")[0]
    kind = _TWICE.get(name, "line" if ", line " in what else "record")
    changed = 0
    for block in document.get(kind, []):
        if kind != "record" or block.get("type") == name:
            block["repeated"] = "first"
            changed += 1
    return changed


def _plain(item: Any) -> Any:
    return item.unwrap() if hasattr(item, "unwrap") else item
