"""The shortest way to an answer, for the commonest decision: a table that looks at inputs as they
are given and whose outputs are constants.

Each value is looked up, the bits of the columns are met, the lowest or only one answers. Nothing
else is made: no environment, no explanation. Whatever is out of the ordinary (an input that is
missing, unknown, of another type or a float, a clash of rules) goes the long way, which says what
is wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from concord.dmn.feel import ast
from concord.dmn.feel.expression import parse
from concord.dmn.feel.runtime import BudgetError, Code, Env, Run
from concord.dmn.feel.types import ANY, Type, coerce
from concord.dmn.feel.values import Value
from concord.dmn.lookup import Lookup, UnreadyError, as_they_stand, lookup_of, unready
from concord.dmn.problems import FeelSyntaxError
from concord.dmn.result import Result

if TYPE_CHECKING:
    from concord.dmn.requirements import Node
    from concord.dmn.scope import Scope
    from concord.dmn.tables import CompiledTable

_FIXED = (type(None), bool, int, Decimal, str, dt.date)
_STEPS = 1_000  # what finding out whether an output is constant may take
_MISSING = object()
Direct = Callable[[Mapping[str, Any]], "Result | None"]  # null: it takes the long way


def direct_of(
    table: CompiledTable,
    node: Node,
    needs: Sequence[tuple[tuple[str, ...], Node]],
    known: frozenset[str],
) -> Direct | None:
    """The short way for the table of this decision, or null where there is none. `known` are the
    names that may be given."""
    if table.table.hit_policy not in "FU" or table.computes or not table.columns:
        return None
    if table.broken:
        return None
    inputs = {path[0]: each for path, each in needs if len(path) == 1}
    names = [_name(clause.expression, table.scope) for clause in table.table.inputs]
    if len(inputs) != len(needs) or set(inputs) != set(names):
        return None
    lookups = []
    for at, name in enumerate(names):
        lookup = _lookup(table, at, inputs[name])
        if lookup is None:
            return None
        lookups.append(lookup)
    values = [_fixed(table, codes, node.type) for codes in table.outputs]
    default = None if table.defaults is None else _fixed(table, table.defaults, node.type)
    if _MISSING in values or default is _MISSING:
        return None
    return _answering(table, node, names, lookups, values, default, known)


def _name(expression: str, scope: Scope) -> str:
    """The name that the expression is, or nothing."""
    try:
        tree = parse(expression, scope.names).tree
    except FeelSyntaxError:
        return ""
    return tree.name if isinstance(tree, ast.Name) else ""


def _lookup(table: CompiledTable, at: int, given: Node) -> Lookup | None:
    """The column's lookup of what is given, if it is looked at unchanged."""
    column = table.types[at]
    changes = column is not ANY and column != given.type
    if given.code is not None or given.function is not None:
        return None
    classes = as_they_stand(given.type) & table.asked[at]
    if not classes or table.allowed[at] is not None or changes:
        return None
    return lookup_of(table.columns[at], classes, unready)


def _fixed(table: CompiledTable, codes: Sequence[Code], of: Type) -> Value:
    """What the cells give in every evaluation, as the decision's type wants it; `_MISSING` where
    they look at anything, or where the value is one that a caller could change."""
    run = Run(_no_clock, _STEPS)
    env = Env(run, {})
    try:
        values = [code(env) for code in codes]
    except (BudgetError, _ClockError):
        return _MISSING
    if run.problems or not all(value.__class__ in _FIXED for value in values):
        return _MISSING
    if len(values) != 1 or coerce(values[0], of) is not values[0]:
        return tuple(values) if of is ANY and len(values) > 1 else _MISSING
    return values[0]


class _ClockError(Exception):
    """An output asks what time it is."""


def _no_clock() -> dt.datetime:
    raise _ClockError


def _answering(
    table: CompiledTable,
    node: Node,
    names: Sequence[str],
    lookups: Sequence[Lookup],
    values: Sequence[Value],
    default: Value,
    known: frozenset[str],
) -> Direct:
    """A closure, since each look at an attribute would count."""
    name, key, decided = node.name, node.key, {node.key: node.name}
    several = tuple(table.names) if len(table.names) > 1 else ()
    only, every = table.table.hit_policy == "U", (1 << len(values)) - 1
    (first, *others) = names
    count = len(names)
    pick = itemgetter(*names) if others else (lambda inputs: (inputs[first],))
    meet = _meeting(lookups)

    def answer(inputs: Mapping[str, Any]) -> Result | None:
        try:
            given = pick(inputs)
            mask = every & meet(given)
        except (KeyError, TypeError, UnreadyError, ArithmeticError):
            return None
        if name in inputs or (len(inputs) > count and not known.issuperset(inputs)):
            return None
        matched: tuple[int, ...] = ()
        found = default
        if mask:
            low = mask & -mask
            if only and mask != low:
                return None
            rule = low.bit_length() - 1
            found, matched = values[rule], (rule,)
        if several and found is not None:
            found = dict(zip(several, found, strict=True))
        return Result(found, (), ((table, given, matched, found),), {key: found}, decided)

    return answer


def _meeting(lookups: Sequence[Lookup]) -> Callable[[Sequence[Value]], int]:
    """The rules that all columns let through: the loop over the columns written out, a third
    faster. The text is made of numbers alone."""
    columns = range(len(lookups))
    params = ", ".join(f"lookup{at}" for at in columns)
    values = "".join(f"value{at}, " for at in columns)
    met = " & ".join(f"lookup{at}(value{at})" for at in columns)
    text = (
        f"def make({params}):\n def meet(given):\n  {values}= given\n  return {met}\n return meet"
    )
    made: dict[str, Any] = {}
    exec(text, made)  # noqa: S102
    meet: Callable[[Sequence[Value]], int] = made["make"](*lookups)
    return meet
