"""What a hit policy makes of the rules that hold (DMN 1.5, 8.2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from concord.dmn.feel.builtins.lists import max_, min_, sum_
from concord.dmn.feel.builtins.registry import NullResultError
from concord.dmn.feel.operators import equal
from concord.dmn.feel.runtime import Env, Run
from concord.dmn.feel.unary import holds
from concord.dmn.feel.values import Value
from concord.dmn.problems import Place

if TYPE_CHECKING:
    from concord.dmn.tables import CompiledTable

_AGGREGATIONS = {"SUM": sum_, "MIN": min_, "MAX": max_}


def outcome(table: CompiledTable, matched: Sequence[int], env: Env) -> Value:
    """The table's value where these rules hold (from 0, in order); where the policy gives none,
    null with a problem."""
    policy = table.table.hit_policy
    if not matched:
        return _default(table, env)
    if policy == "F" or (policy == "U" and len(matched) == 1):
        return _output(table, matched[0], env)
    if policy == "U":
        message = f"only one rule may hold at a time, but rules {_numbers(matched)} do"
        return _nothing(table, env.run, "table.unique", message)
    results = [_output(table, at, env) for at in matched]
    match policy:
        case "A":
            return _any(table, matched, results, env.run)
        case "P":
            return _by_rank(table, results)[0]
        case "O":
            return _by_rank(table, results)
        case "C" if table.table.aggregation:
            return _aggregate(table, results, env.run)
    return results


def rank(table: CompiledTable, result: Value) -> list[int]:
    """Where a result stands among the listed output values, column by column; what is not listed
    comes last."""
    values = list(result.values()) if len(table.names) > 1 else [result]
    return [
        next((at for at, each in enumerate(ranks) if holds(value, each) is True), len(ranks))
        for value, ranks in zip(values, table.ranks, strict=True)
        if ranks
    ]


def _default(table: CompiledTable, env: Env) -> Value:
    if table.defaults is None:
        if table.table.hit_policy == "C" and table.table.aggregation == "COUNT":
            return 0
        if table.table.hit_policy in "ROC" and not table.table.aggregation:
            return []
        return None
    return _row(table, [code(env) for code in table.defaults])


def _output(table: CompiledTable, rule: int, env: Env) -> Value:
    return _row(table, [code(env) for code in table.outputs[rule]])


def _row(table: CompiledTable, values: list[Value]) -> Value:
    if len(table.names) == 1:
        return values[0]
    return dict(zip(table.names, values, strict=True))


def _any(table: CompiledTable, matched: Sequence[int], results: list[Value], run: Run) -> Value:
    if all(equal(results[0], other) is True for other in results[1:]):
        return results[0]
    message = f"rules {_numbers(matched)} hold together, but their results differ"
    return _nothing(table, run, "table.any", message)


def _by_rank(table: CompiledTable, results: list[Value]) -> list[Value]:
    return sorted(results, key=lambda result: rank(table, result))


def _aggregate(table: CompiledTable, results: list[Value], run: Run) -> Value:
    if len(table.names) > 1:
        message = "several outputs cannot be aggregated"
        return _nothing(table, run, "table.aggregate", message)
    if table.table.aggregation == "COUNT":
        return len(results)
    try:
        return _AGGREGATIONS[table.table.aggregation](run, results)
    except NullResultError as reason:
        return _nothing(table, run, reason.code, reason.message)


def _numbers(matched: Sequence[int]) -> str:
    return ", ".join(str(at + 1) for at in matched)


def _nothing(table: CompiledTable, run: Run, code: str, message: str) -> None:
    run.note(code, message, Place(table.place.decision, table.table.name))
