"""The values of declared fields: what is allowed in, how JSON keeps it, how it comes out.

The one place where a record's `data` is validated: imports, forms and the API come through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from concord.records.types.declaration import Field, FieldType, RecordType

LONGEST_TEXT = 100_000
LARGEST = Decimal(10) ** 15


@dataclass(frozen=True)
class Wrong:
    """A value that a field does not take, with the reason and the mend in a person's words.

    `reason` is in English and translated where it is shown, `mend` is in the reader's language.
    """

    field: str
    value: str
    reason: str
    mend: str = ""


class WrongValueError(ValueError):
    """Carries a Wrong."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.reason)
        self.wrong = wrong


def keep(item: Field, value: object) -> Any:
    """`value` as JSON keeps it; raises WrongValueError. None and "" mean no value and give None."""
    if value is None or value == "":
        return None
    match item.type:
        case FieldType.TEXT | FieldType.PRODUCT:
            return _text(item, value)
        case FieldType.CHOICE:
            return _choice(item, value)
        case FieldType.NUMBER | FieldType.MONEY:
            return _number(item, value)
        case FieldType.BOOLEAN:
            if isinstance(value, bool):
                return value
            raise _wrong(item, value, gettext_noop("is neither yes nor no"))
        case FieldType.DATE:
            return _date(item, value)
        case FieldType.MOMENT:
            return _moment(item, value)


def keep_all(
    declared: RecordType, given: Mapping[str, object]
) -> tuple[dict[str, Any], list[Wrong]]:
    """The `data` of a record (fields without a value left out) and all that is wrong with it."""
    data: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for key, value in given.items():
        item = declared.field(key)
        if item is None:
            known = ", ".join(f.key for f in declared.fields) or "–"
            mend = _("Its fields are: %(names)s.") % {"names": known}
            wrong.append(
                Wrong(key, str(value), gettext_noop("is for a field that is not there"), mend)
            )
            continue
        try:
            kept = keep(item, value)
        except WrongValueError as problem:
            wrong.append(problem.wrong)
            continue
        if kept is not None:
            data[key] = kept
    for item in declared.fields:
        if item.required and item.key not in data and not any(w.field == item.key for w in wrong):
            wrong.append(Wrong(item.key, "", gettext_noop("is needed"), _("Give it a value.")))
    return data, wrong


def read(item: Field, kept: object) -> Any:
    """A kept JSON value as Python: str, Decimal, date, aware datetime, bool or None."""
    if kept is None:
        return None
    match item.type:
        case FieldType.NUMBER | FieldType.MONEY:
            return Decimal(str(kept))
        case FieldType.DATE:
            return date.fromisoformat(str(kept))
        case FieldType.MOMENT:
            return datetime.fromisoformat(str(kept))
        case FieldType.BOOLEAN:
            return bool(kept)
        case _:
            return str(kept)


def read_all(declared: RecordType, data: Mapping[str, object]) -> dict[str, Any]:
    """Every declared field of the type, None where the record has no value."""
    return {item.key: read(item, data.get(item.key)) for item in declared.fields}


def plain(number: Decimal) -> str:
    """A decimal without exponent: `Decimal("1E+3")` is "1000"."""
    return format(number, "f")


def _text(item: Field, value: object) -> str:
    text = str(value)
    if "\x00" in text:
        raise _wrong(item, value, gettext_noop("contains a NUL character"), _("Remove it."))
    if len(text) > LONGEST_TEXT:
        raise _wrong(item, text[:40] + "…", gettext_noop("is longer than 100,000 characters"))
    return text


def _choice(item: Field, value: object) -> str:
    text = str(value)
    known = [choice.key for choice in item.choices]
    if text not in known:
        mend = _("Choose one of: %(choices)s.") % {"choices": ", ".join(known)}
        raise _wrong(item, value, gettext_noop("is none of the choices"), mend)
    return text


def _number(item: Field, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _wrong(item, value, gettext_noop("is not a number"))
    number = Decimal(value)
    if not number.is_finite() or abs(number) >= LARGEST:
        raise _wrong(item, value, gettext_noop("is too large a number"))
    return plain(number)


def _date(item: Field, value: object) -> str:
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        raise _wrong(item, value, gettext_noop("is not a date"))
    return value.isoformat()


def _moment(item: Field, value: object) -> str:
    if not isinstance(value, datetime):
        raise _wrong(item, value, gettext_noop("is not a date with a time"))
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


def _wrong(item: Field, value: object, reason: str, mend: str = "") -> WrongValueError:
    return WrongValueError(Wrong(item.key, str(value), reason, mend))
