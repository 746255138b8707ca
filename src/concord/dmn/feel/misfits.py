"""Why a value is none of a type, the part of it that does not fit; why two cannot be compared."""

from __future__ import annotations

import datetime as dt

from concord.dmn.feel.temporal import offset_of
from concord.dmn.feel.types import ANY, Type, conforms, conforms_shape
from concord.dmn.feel.values import FarDateTime, Value, is_number, kind
from concord.dmn.problems import quoted

_LEVELS = 10


def misfit(value: Value, wanted: Type) -> str:
    """`a Person is wanted: 'age' is a string, not a number`."""
    if value is None or conforms_shape(value, wanted):
        return f"a {wanted} is wanted: {_shown(value)} is none of {wanted.allowed_text}"
    path, what = _inside(value, wanted, _LEVELS)
    if not path:
        return f"a {wanted} is wanted, not this {kind(value)}"
    return f"a {wanted} is wanted: {quoted(path.removeprefix('.'))} {what}"


def _inside(value: Value, wanted: Type, levels: int) -> tuple[str, str]:
    """The way to the first part that does not fit, and what is wrong with it."""
    for step, part, of in _parts(value, wanted) if levels else ():
        if of is None:
            return step, "is missing"
        if not conforms(part, of):
            path, what = _inside(part, of, levels - 1)
            return f"{step}{path}", what
    if value is None or conforms_shape(value, wanted):
        return "", f"is {_shown(value)}, none of {wanted.allowed_text}"
    return "", f"is a {kind(value)}, not a {wanted}"


def _parts(value: Value, wanted: Type) -> list[tuple[str, Value, Type | None]]:
    """The parts with their types; none for one that is missing."""
    if wanted.name == "context" and value.__class__ is dict:
        return [
            (f".{name}", value.get(name), of if name in value else None)
            for name, of in wanted.fields
        ]
    if wanted.name == "list" and value.__class__ is list:
        return [(f"[{at}]", item, wanted.of or ANY) for at, item in enumerate(value, 1)]
    return []


def _shown(value: Value) -> str:
    if value.__class__ is str:
        return quoted(value)
    return str(value) if is_number(value) else f"this {kind(value)}"


def incomparable(a: Value, b: Value) -> str:
    """`number and string cannot be compared`."""
    own, other = kind(a), kind(b)
    timely = own == other and isinstance(a, dt.time | dt.datetime | FarDateTime)
    if timely and (offset_of(a) is None) is not (offset_of(b) is None):
        return f"a {own} with a zone and one without cannot be compared"
    return f"{own} and {other} cannot be compared"
