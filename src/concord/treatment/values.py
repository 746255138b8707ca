"""FEEL's scalars in JSON and back, exactly: a number is never a float, a date never a text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from concord.dmn.analysis.words import literal

Scalar = int | Decimal | bool | date | str | list[str] | None


def to_json(value: Scalar) -> Any:
    match value:
        case bool() | None | str():
            return value
        case int() | Decimal():
            return {"number": written(value)}
        case date():
            return {"date": value.isoformat()}
        case list():
            return [str(each) for each in value]
    raise TypeError(f"{type(value).__name__} is no value of a request or a fact")


def from_json(said: Any) -> Scalar:
    match said:
        case {"number": text}:
            number = Decimal(text)
            return int(number) if number == number.to_integral_value() else number
        case {"date": text}:
            return date.fromisoformat(text)
        case None | bool() | str() | list():
            return said
    raise TypeError(f"{said!r} was not written by to_json")


def scalar(value: Any) -> Scalar:
    """A value of FEEL as it is kept; what is no scalar as FEEL writes it."""
    match value:
        case datetime():  # a day with a time is not kept as a day
            return literal(value)
        case bool() | None | str() | int() | Decimal() | date():
            return value
        case list() if all(isinstance(each, str) for each in value):
            return value
    return literal(value)


def written(value: int | Decimal) -> str:
    """A number in its one plain form, so that equal values give equal ids: 10, never 10.00."""
    text = f"{Decimal(value):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def canonical(content: Mapping[str, Any]) -> bytes:
    """JSON with one spelling for equal content."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()
