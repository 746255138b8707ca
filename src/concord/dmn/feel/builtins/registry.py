"""How a built-in function is declared, found and called.

`@builtin("substring(string: string, start position: number, length?: number) -> string")` declares
one signature; several stand above each other for overloads. `name?` may be left out, `type?` may be
null, `name...` takes all the rest; what stands behind the arrow is the type of the result, where it
is always the same. Arguments are converted as the standard says: the one of a list of one, a list
of one. An argument that does not fit makes the result null, with a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from concord.dmn.feel.runtime import CALL_STEPS, MAX_STRING, BudgetError, Note, Run
from concord.dmn.feel.types import ANY, DURATION, MISFIT, SIMPLE, Type, coerce
from concord.dmn.feel.values import Function, Range, Value, kind


class NullResultError(Exception):
    """Raised by a built-in whose result is null for a reason worth telling."""

    def __init__(self, message: str, code: str = "domain") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    type: Type
    optional: bool
    nullable: bool
    rest: bool


@dataclass(frozen=True, slots=True)
class Overload:
    params: tuple[Param, ...]
    body: Callable[..., Value]
    text: str
    result: Type = ANY


@dataclass(frozen=True, slots=True)
class Builtin:
    name: str
    overloads: tuple[Overload, ...]


BUILTINS: dict[str, Builtin] = {}

_TYPES = SIMPLE | {"any": ANY, "duration": DURATION}
_SIGNATURE = re.compile(r"([^(]+)\((.*)\)(?: -> (.+))?")


def builtin(signature: str) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Register the function, called with the run first, under the signature."""
    found = _SIGNATURE.fullmatch(signature)
    if not found:  # pragma: no cover
        raise ValueError(signature)
    name, inner, result = found.groups()
    params = tuple(_param(part.strip()) for part in inner.split(",") if part.strip())
    of = _TYPES[result or "any"]

    def register(body: Callable[..., Value]) -> Callable[..., Value]:
        before = BUILTINS[name].overloads if name in BUILTINS else ()
        BUILTINS[name] = Builtin(name, (*before, Overload(params, body, signature, of)))
        return body

    return register


def _param(text: str) -> Param:
    name, _, of = (part.strip() for part in text.partition(":"))
    rest, optional = name.endswith("..."), name.endswith("?")
    nullable = of.endswith("?") or of == "any"
    return Param(name.rstrip(".?"), _TYPES[of.rstrip("?")], optional, nullable, rest)


def invoke(
    function: Builtin, args: list[Value], names: tuple[str, ...], run: Run, note: Note
) -> Value:
    """Call a built-in with arguments by position, or by name where `names` are given."""
    run.spend(1 + sum(_weight(arg) for arg in args))
    trouble = ""
    for overload in function.overloads:
        bound = _by_name(overload, args, names, run) if names else _by_position(overload, args, run)
        if isinstance(bound, str):
            trouble = trouble or bound
            continue
        return _run(overload, bound, run, note)
    if not any(arg is None for arg in args) or "argument" in trouble:
        note(run, "arguments", f"{function.name}: {trouble}")
    return None


def _weight(arg: Value) -> int:
    cls = arg.__class__
    if cls is str:
        return len(arg) // 100
    if cls is Range:
        return _weight(arg.low) + _weight(arg.high)
    return len(arg) if cls is list or cls is dict else 0


def _run(overload: Overload, args: list[Value], run: Run, note: Note) -> Value:
    try:
        result = overload.body(run, *args)
    except NullResultError as reason:
        note(run, reason.code, reason.message)
        return None
    except ArithmeticError:
        note(run, "number.range", "the result is no number of 34 digits")
        return None
    if result.__class__ is str and len(result) > MAX_STRING:
        raise BudgetError("the evaluation was stopped: a string grows too long")
    return result


def _by_name(
    overload: Overload, args: list[Value], names: tuple[str, ...], run: Run
) -> list[Value] | str:
    params = overload.params
    if not accepts_names(overload, names):
        return f"the arguments are {', '.join(param.name for param in params)}"
    given = dict(zip(names, args, strict=True))
    ordered = [given.get(param.name) for param in params]
    while params[len(ordered) - 1].optional and params[len(ordered) - 1].name not in given:
        ordered.pop()
    bound = _fit(overload, ordered, given, run)
    if params[-1].rest and not isinstance(bound, str):
        bound[-1] = [bound[-1]]
    return bound


def accepts_names(overload: Overload, names: tuple[str, ...]) -> bool:
    """Whether the function can be called with these names, each once."""
    known = {param.name for param in overload.params}
    missing = any(each.name not in names and not _may_miss(each) for each in overload.params)
    return not missing and known.issuperset(names) and len(set(names)) == len(names)


def _may_miss(param: Param) -> bool:
    """By name, what may be anything may be missing: it is null then."""
    return param.optional or (param.type is ANY and not param.rest)


def _by_position(overload: Overload, args: list[Value], run: Run) -> list[Value] | str:
    params = overload.params
    if params and params[-1].rest:
        fixed = len(params) - 1
        if len(args) <= fixed:
            return f"{fixed + 1} or more arguments are wanted, not {len(args)}"
        args = [*args[:fixed], args[fixed:]]
        bound = _fit(overload, args[:fixed], None, run)
        return bound if isinstance(bound, str) else [*bound, args[fixed]]
    least = sum(not param.optional for param in params)
    if not least <= len(args) <= len(params):
        return f"{least} arguments are wanted, not {len(args)}"
    return _fit(overload, args, None, run)


def _fit(
    overload: Overload, args: list[Value], given: dict[str, Value] | None, run: Run
) -> list[Value] | str:
    bound: list[Value] = []
    for param, arg in zip(overload.params, args, strict=False):
        left_out = param.optional and given is not None and param.name not in given
        if arg is None and (param.nullable or left_out or param.type is ANY):
            bound.append(None)
            continue
        fitting = MISFIT if arg is None else coerce(arg, param.type, run)
        if fitting is MISFIT or (fitting is None and not param.nullable):  # the null of [null]
            return f"'{param.name}' must be a {param.type}, not {kind(arg)}"
        bound.append(fitting)
    return bound


def as_function(name: str) -> Function:
    """The built-in as a value that can be passed on."""
    function = BUILTINS[name]

    def call(run: Run, args: list[Value]) -> Value:
        return invoke(function, args, (), run, _plain_note)

    first = function.overloads[0].params
    rest = len(function.overloads) > 1 or any(each.rest or each.optional for each in first)
    params = ("...",) if rest else tuple(each.name for each in first)
    return Function(params, call, name=name)


def _plain_note(run: Run, code: str, message: str) -> None:
    run.note(code, message)


def call_function(run: Run, function: Function, args: list[Any]) -> Value:
    """Call a function that was given as an argument."""
    run.spend(CALL_STEPS)
    return function.call(run, args)
