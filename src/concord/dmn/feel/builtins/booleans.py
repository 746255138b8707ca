"""`not`, and `is`, which asks for the same value of the same type."""

from __future__ import annotations

import datetime as dt

from concord.dmn.feel.builtins.registry import NullResultError, builtin
from concord.dmn.feel.operators import equal
from concord.dmn.feel.runtime import Run
from concord.dmn.feel.temporal import format_zone, zone_of
from concord.dmn.feel.values import FarDateTime, Value, kind


@builtin("not(negand: any) -> boolean")
def not_(run: Run, negand: Value) -> bool | None:
    if negand is not None and negand.__class__ is not bool:
        raise NullResultError(f"a {kind(negand)} is not true or false", "type")
    return None if negand is None else not negand


@builtin("is(value1: any, value2: any) -> boolean")
def is_(run: Run, a: Value, b: Value) -> bool:
    if kind(a) != kind(b) or equal(a, b, run.spend) is not True:
        return False
    if a.__class__ in (dt.time, dt.datetime, FarDateTime):
        return format_zone(zone_of(a)) == format_zone(zone_of(b))
    return True
