"""How types go together: what operators make of them, what may stand where which is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from concord.dmn.feel.types import ANY, DAYS_TIME, NULL, NUMBER, STRING, Type, narrower
from concord.dmn.feel.values import Value, kind

DURATIONS = ("days and time duration", "years and months duration")
_DAYS = ("date", "date and time")
ORDERED = frozenset({"number", "string", "date", "time", "date and time", "duration", *DURATIONS})


def is_known(of: Type) -> bool:
    """Whether it is one certain kind of value."""
    return of.name not in ("Any", "Null")


def type_of(value: Value) -> Type:
    """A literal's type."""
    return NULL if value is None else Type(kind(value))


def element(of: Type) -> Type:
    """The type of an item: a list's or a range's, else the value itself, a list of one."""
    return (of.of or ANY) if of.name in ("list", "range") else of


def join(types: Sequence[Type]) -> Type:
    """The type of a value that is of any of them; null is of every type."""
    known = [of for of in types if of.name != "Null"]
    if not known:
        return NULL if types else ANY
    first = known[0]
    return first if all(narrower(of, first) for of in known[1:]) else ANY


def arithmetic(op: str, a: Type, b: Type) -> Type | None:
    """The type of `a op b`; none where it can only be null."""
    if not is_known(a) or not is_known(b) or "duration" in (a.name, b.name):
        return ANY
    x, y = a.name, b.name
    if x == y == "number":
        return NUMBER
    match op:
        case "+":
            return _sum(x, y) or _sum(y, x)
        case "-":
            return _difference(x, y)
        case "*" if {x, y} & set(DURATIONS) and "number" in (x, y):
            return b if x == "number" else a
        case "/" if x in DURATIONS:
            return a if y == "number" else (NUMBER if x == y else None)
    return None


def _sum(x: str, y: str) -> Type | None:
    if x == y == "string":
        return STRING
    moved = (x in _DAYS and y in DURATIONS) or (x == "time" and y == DURATIONS[0])
    return Type(x) if moved or (x == y and x in DURATIONS) else None


def _difference(x: str, y: str) -> Type | None:
    if (x in _DAYS and y in _DAYS) or x == y == "time":
        return DAYS_TIME
    return _sum(x, y) if y in DURATIONS else None


def fits(given: Type, wanted: Type) -> bool:
    """Whether a value of the given type may stand, as it is or converted, where the other is
    wanted. Unknown types fit."""
    if not is_known(given) or not is_known(wanted):
        return True
    if wanted.name == "list":
        return fits(element(given) if given.name == "list" else given, wanted.of or ANY)
    if given.name == "list":
        return fits(given.of or ANY, wanted)
    if wanted.name == "duration" or given.name == "duration":
        return given.name.endswith("duration") and wanted.name.endswith("duration")
    if wanted.name == "date and time" and given.name == "date":
        return True
    if given.name != wanted.name:
        return False
    return _inner_fits(given, wanted)


def _inner_fits(given: Type, wanted: Type) -> bool:
    if wanted.name == "range":
        return fits(given.of or ANY, wanted.of or ANY)
    if wanted.name == "context" and given.fields:
        own = dict(given.fields)
        return all(name in own and fits(own[name], of) for name, of in wanted.fields)
    return True
