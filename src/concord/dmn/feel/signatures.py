"""Calls against signatures: whether the arguments can fit, and the type that comes out."""

from __future__ import annotations

from collections.abc import Sequence

from concord.dmn.feel.builtins.registry import BUILTINS, Overload, accepts_names
from concord.dmn.feel.fitting import element, fits
from concord.dmn.feel.types import ANY, Type
from concord.dmn.problems import did_you_mean

Answer = tuple[Type, str]  # the result's type, and what is wrong

# The result is of the type of the list's items, or such a list.
_OF_ITEMS = frozenset({"min", "max", "sum"})
_SAME_LIST = frozenset(
    {"sublist", "reverse", "sort", "distinct values", "duplicate values", "remove"}
)


def call_of_builtin(name: str, args: Sequence[Type], names: tuple[str, ...]) -> Answer:
    overloads = BUILTINS[name].overloads
    countable = [each for each in overloads if _counts(each, len(args), names)]
    if not countable:
        return ANY, f"it is called as {' or '.join(_shown(each) for each in overloads)}"
    fitting = [each for each in countable if _fits(each, args, names)]
    if not fitting:
        given = ", ".join(str(arg) for arg in args)
        return ANY, f"'{name}' takes no {given}: it is called as {_shown(countable[0])}"
    return _result(name, fitting, args), ""


def _shown(overload: Overload) -> str:
    return overload.text.partition(" -> ")[0]


def _counts(overload: Overload, count: int, names: tuple[str, ...]) -> bool:
    params = overload.params
    if names:
        return accepts_names(overload, names)
    least = sum(not param.optional for param in params)
    return count >= least if params and params[-1].rest else least <= count <= len(params)


def _fits(overload: Overload, args: Sequence[Type], names: tuple[str, ...]) -> bool:
    params = overload.params
    if names:
        by_name = {param.name: param for param in params}
        return all(fits(of, by_name[name].type) for name, of in zip(names, args, strict=True))
    return all(fits(of, param.type) for param, of in zip(params, args, strict=False))


def _result(name: str, overloads: Sequence[Overload], args: Sequence[Type]) -> Type:
    if name in _OF_ITEMS and len(args) == 1:
        return element(args[0])
    if name in _SAME_LIST and args and args[0].name == "list":
        return args[0]
    results = {each.result for each in overloads}
    return results.pop() if len(results) == 1 else ANY


def call_of_function(function: Type, args: Sequence[Type], names: tuple[str, ...]) -> Answer:
    """A call of a function value, whose parameters stand in the type's fields where known."""
    if function.name in ("Any", "Null", "function") and not function.fields:
        return function.of or ANY, ""
    if function.name != "function":
        return ANY, f"a {function} cannot be called"
    params = dict(function.fields)
    shown = ", ".join(params)
    if names and set(names) != set(params):
        unknown = next((name for name in names if name not in params), "")
        return ANY, f"the parameters are {shown}{did_you_mean(unknown, params)}"
    if len(args) != len(params):
        return ANY, f"{len(params)} arguments are wanted ({shown}), not {len(args)}"
    for name, given in zip(names or params, args, strict=True):
        if not fits(given, params[name]):
            return ANY, f"'{name}' must be a {params[name]}, not a {given}"
    return function.of or ANY, ""
