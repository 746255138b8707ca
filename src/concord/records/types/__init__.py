"""The registry of record types: the built-in ones, and a company's own as rows."""

from __future__ import annotations

from functools import cache

from django.core.cache import caches
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records.types import (
    accounts,
    contacts,
    engineering,
    sales,
    scheduling,
    shipping,
    support,
)
from concord.records.types.declaration import (
    COLUMN_RULES,
    Choice,
    Field,
    FieldType,
    RecordType,
    Rule,
    Status,
    from_json,
    wrong_in,
)
from concord.records.types.values import Wrong, WrongValueError, keep, keep_all, read, read_all

__all__ = [
    "COLUMN_RULES",
    "Choice",
    "Field",
    "FieldType",
    "RecordType",
    "Rule",
    "Status",
    "Wrong",
    "WrongValueError",
    "all_types",
    "built_in",
    "from_json",
    "get",
    "keep",
    "keep_all",
    "read",
    "read_all",
    "wrong_in",
]


@cache
def built_in() -> dict[str, RecordType]:
    """The types that code declares, by key, in the order in which lists show them."""
    declared = [
        *accounts.TYPES,
        *sales.TYPES,
        *shipping.TYPES,
        *support.TYPES,
        *engineering.TYPES,
        *scheduling.TYPES,
        *contacts.TYPES,
    ]
    return {item.key: item for item in declared}


def get(key: str) -> RecordType:
    """The type `key`; Problem if nobody declared it."""
    found = built_in().get(key) or _own().get(key)
    if found is None:
        raise Problem(
            _("There is no record type “%(key)s”.") % {"key": key},
            mend=_("The types are: %(names)s.") % {"names": ", ".join(all_types())},
        )
    return found


def all_types() -> dict[str, RecordType]:
    """Built-in and own types, by key."""
    return built_in() | _own()


def forget_own() -> None:
    """Called when a company's own type was added or changed."""
    caches["process"].delete(_CACHE)


_CACHE = "records.types.own"
_SECONDS = 30  # another process learns of a new type within this time


def _own() -> dict[str, RecordType]:
    known: dict[str, RecordType] | None = caches["process"].get(_CACHE)
    if known is None:
        from concord.records.models import CustomRecordType

        known = {
            row.key: from_json(row.declaration | {"key": row.key})
            for row in CustomRecordType.objects.order_by("key")
        }
        caches["process"].set(_CACHE, known, _SECONDS)
    return known
