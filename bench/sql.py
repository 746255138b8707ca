"""A decision table over a million rows in the database beside a CASE written by hand.

The table of `bench.decision`: 20 rules over 6 inputs, hit policy First. What is compiled gives the
answer and the set of matched rules, the CASE the answer alone. Both are summed up in the database
on one core, in turn; a ratio is the median of the rounds' ratios. The answers must be equal.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from bench import decision
from bench.database import scratch_database
from bench.harness import Limits, Say, timed

ROWS = 1_000_000
ROUNDS = 7


def measure(say: Say, rows: int = ROWS) -> dict[str, Any]:
    limits = Limits(say)
    table, _questions = decision.drawn(*decision.SMALL)
    with scratch_database():
        postgres = in_postgres(table, rows)
    duckdb = in_duckdb(table, rows)
    say(f"PostgreSQL: {postgres}")
    say(f"DuckDB: {duckdb}")
    limits.at_most_times("PostgreSQL, over the CASE by hand", postgres["ratio"], 1.5)
    return {"rows": rows, "postgres": postgres, "duckdb": duckdb, "limits": limits.kept}


def in_postgres(table: decision.Rules, rows: int) -> dict[str, float]:
    from django.db import connection

    def ask(text: str, params: dict[str, Any] | None = None) -> tuple[Any, ...]:
        cursor.execute(text, params)
        found: tuple[Any, ...] = cursor.fetchone()
        return found

    compiled = decision.model_of(table, decision.SMALL[1]).sql("decision", "postgres")
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SET jit = off")
        cursor.execute(filled(rows, "(ARRAY[{}])[1 + floor(random() * {})::int]"))
        cursor.execute("ANALYZE inputs")
        return in_turn(
            by_hand=lambda: ask(
                f"SELECT sum(answer) FROM (SELECT {case(table)} AS answer FROM inputs) x"
            ),
            compiled=lambda: ask(summed(compiled.text, "cardinality"), dict(compiled.params)),
            scan=lambda: ask("SELECT count(*) FROM inputs"),
        )


def in_duckdb(table: decision.Rules, rows: int) -> dict[str, float]:
    import duckdb

    compiled = decision.model_of(table, decision.SMALL[1]).sql("decision", "duckdb")
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute(
        filled(rows, "[{}][1 + floor(random() * {})::int]").replace("numeric", "DECIMAL(18, 2)")
    )

    def ask(text: str, params: dict[str, Any] | None = None) -> tuple[Any, ...]:
        found: tuple[Any, ...] = connection.execute(text, params or {}).fetchone()  # type: ignore[assignment]
        return found

    return in_turn(
        by_hand=lambda: ask(
            f"SELECT sum(answer) FROM (SELECT {case(table)} AS answer FROM inputs) x"
        ),
        compiled=lambda: ask(summed(compiled.text, "len"), dict(compiled.params)),
        scan=lambda: ask("SELECT count(*) FROM inputs"),
    )


def in_turn(
    by_hand: Callable[[], tuple[Any, ...]],
    compiled: Callable[[], tuple[Any, ...]],
    scan: Callable[[], tuple[Any, ...]],
) -> dict[str, float]:
    (count,) = scan()
    (wanted,), (answers, matched) = by_hand(), compiled()
    if answers != wanted or matched != count:
        raise AssertionError(f"{answers} and {matched} rules, where {wanted} and {count} are right")
    rounds = [(timed(by_hand), timed(compiled), timed(scan)) for _ in range(ROUNDS)]
    hand, ours, scans = ([each[at] * 1000 for each in rounds] for at in range(3))
    return {
        "by_hand_ms": round(statistics.median(hand), 1),
        "compiled_ms": round(statistics.median(ours), 1),
        "count_ms": round(statistics.median(scans), 1),
        "ratio": round(statistics.median(b / a for a, b in zip(hand, ours, strict=True)), 2),
    }


def summed(text: str, count: str) -> str:
    """All that the statement gives, looked at."""
    return f'SELECT sum(value), sum({count}("matched decision")) FROM ({text}) x'


def filled(rows: int, one_of: str) -> str:
    """The statement that makes the inputs, of the kinds that `bench.decision` asks about."""
    columns = []
    for each in decision.columns_of(decision.SMALL[1]):
        if each.type == "number":
            most, digits = (10_000, 2) if each.name == "in_0" else (90_000, 0)
            columns.append(f"round((random() * {most})::numeric, {digits}) AS {each.name}")
        elif each.type == "string":
            own = decision.SEGMENTS if each.name == "in_1" else decision.REGIONS
            listed = ", ".join(f"'{word}'" for word in own)
            columns.append(f"{one_of.format(listed, len(own))} AS {each.name}")
        else:
            columns.append(f"random() < 0.5 AS {each.name}")
    return f"CREATE TABLE inputs AS SELECT {', '.join(columns)} FROM generate_series(1, {rows})"


def case(table: decision.Rules) -> str:
    """As somebody writes it who knows the columns."""
    kinds = decision.columns_of(decision.SMALL[1])
    whens = []
    for at, cells in enumerate(table):
        tests = [test(each.name, cell) for each, cell in zip(kinds, cells, strict=True) if cell]
        whens.append(f"WHEN {' AND '.join(tests) or 'true'} THEN {at}")
    return f"CASE {' '.join(whens)} END"


def test(name: str, cell: Sequence[Any]) -> str:
    match cell:
        case (bool(),):
            return name if cell[0] else f"NOT {name}"
        case (str(), *_):
            return f"{name} IN ({', '.join(repr(each) for each in cell)})"
        case (int() | Decimal(), _):
            return f"{name} >= {cell[0]} AND {name} < {cell[1]}"
    raise AssertionError(cell)
