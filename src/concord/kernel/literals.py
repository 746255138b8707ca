"""Parameters as psycopg quotes them fastest: a list as the text of a PostgreSQL array."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID


def bound(parameters: Any) -> Any:
    if isinstance(parameters, Mapping):
        return {name: literal(value) for name, value in parameters.items()}
    return [literal(value) for value in parameters]


def literal(value: Any) -> Any:
    """A list as the text of a PostgreSQL array: psycopg quotes item by item, thirty times slower.

    The text itself is quoted by psycopg; where SQL needs to know the type, it casts.
    """
    if not isinstance(value, list):
        return value
    return "{" + _items(value) + "}"


def _items(values: list[Any]) -> str:
    """Joined by commas: lists of one kind, as nearly all are, without a look at each item."""
    kinds = set(map(type, values))
    if kinds == {UUID}:
        return ",".join([value.hex for value in values])
    if kinds == {int}:
        return ",".join(map(str, values))
    if kinds == {str}:
        joined = '","'.join(values)
        if joined.count('"') == 2 * len(values) - 2 and "\\" not in joined:
            return f'"{joined}"'
    return ",".join(map(_item, values))


def _item(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        if "\\" in value:
            value = value.replace("\\", "\\\\")
        escaped = value.replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    if isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    return str(value)
