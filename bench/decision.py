"""One decision table beside zen-engine and a loop written by hand: microseconds an evaluation.

The small table has 20 rules over 6 inputs, hit policy First; the large one 1,000 over 8. All
engines are asked the same questions in turn, in slices, and the processor's time is counted: to
wait for a processor is no work. A time is the best slice's, what it takes where nobody disturbs,
with the median beside it; a ratio is the median of the slices' ratios, since a machine that others
use too slows all alike. Their answers must be equal.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from bench.harness import Limits, Say
from concord import dmn

SMALL = (20, 6)
LARGE = (1_000, 8)
ASKED = 1_000
SLICES = 60
SEGMENTS = ("standard", "key", "partner", "new", "public")
REGIONS = ("한국", "台灣", "Deutschland", "United States")
Row = dict[str, Any]
Rules = list[list[Any]]


@dataclass(frozen=True)
class Column:
    """A column of the tables: how its values are drawn, and its cells. A cell is null for any, a
    pair of bounds `low <= value < high`, or a tuple of values."""

    name: str
    type: str
    values: Callable[[random.Random], Any]
    cell: Callable[[random.Random], Any]


def measure(say: Say) -> dict[str, Any]:
    limits = Limits(say)
    small = compared(*SMALL, say)
    large = of_concord(*LARGE, say)
    limits.at_most_times("Concord, 20 x 6, microseconds", small["concord"]["us"], 4)
    if "zen" in small:
        shorter = round(1 / small["zen_over_concord"], 3)
        limits.at_most_times("Concord over zen-engine", shorter, 0.333)
    limits.at_most_times("1,000 x 8 over 20 x 6", large["over_small"], 5)
    return {"small": small, "large": large, "limits": limits.kept}


def compared(rules: int, columns: int, say: Say) -> dict[str, Any]:
    """Concord, zen and the loop over the same table and questions."""
    table, questions = drawn(rules, columns)
    model = model_of(table, columns)
    engines: dict[str, tuple[Callable[[Any], Any], Sequence[Any]]] = {
        "concord": (lambda each: model.evaluate("decision", each).value, questions),
        "by_hand": (hand_written(table), questions),
    }
    try:
        engines["zen"] = (zen(table, columns), as_json(questions))
    except ImportError:
        say("zen-engine is not installed: it is left out")
    answers = [[engine(each) for each in asked] for engine, asked in engines.values()]
    if any(each != answers[0] for each in answers):
        raise AssertionError("the engines answer differently")
    times = dict(zip(engines, sliced(list(engines.values())), strict=True))
    found = {name: told(slices) for name, slices in times.items()}
    say(f"{rules} x {columns}: {found}")
    ratios = {
        f"{name}_over_concord": ratio(slices, times["concord"])
        for name, slices in times.items()
        if name != "concord"
    }
    return found | ratios


def told(slices: Sequence[float]) -> dict[str, float]:
    return {"us": round(min(slices), 2), "median_us": round(statistics.median(slices), 2)}


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    return round(statistics.median(a / b for a, b in zip(one, other, strict=True)), 2)


def of_concord(rules: int, columns: int, say: Say) -> dict[str, Any]:
    """Concord alone; zen takes a table of a thousand rules for minutes."""
    table, questions = drawn(rules, columns)
    model = model_of(table, columns)
    right = scanned(table, columns)

    def concord(question: Row) -> Any:
        return model.evaluate("decision", question).value

    if [concord(each) for each in questions] != [right(each) for each in questions]:
        raise AssertionError("Concord answers wrongly")
    small_table, small_questions = drawn(*SMALL)
    small = model_of(small_table, SMALL[1])

    def concord_small(question: Row) -> Any:
        return small.evaluate("decision", question).value

    one, other = sliced([(concord, questions), (concord_small, small_questions)])
    say(f"{rules} x {columns}: {told(one)}")
    return told(one) | {"over_small": ratio(one, other)}


def sliced(engines: Sequence[tuple[Callable[[Any], Any], Sequence[Any]]]) -> list[list[float]]:
    """Microseconds an evaluation in each slice, the engines in turn."""
    times: list[list[float]] = [[] for _ in engines]
    for _ in range(SLICES):
        for own, (engine, asked) in zip(times, engines, strict=True):
            begin = time.process_time()
            for each in asked:
                engine(each)
            own.append((time.process_time() - begin) / len(asked) * 1e6)
    return times


# What is decided ------------------------------------------------------------------------------


def _amounts(unit: int, most: int) -> Column:
    def cell(rng: random.Random) -> Any:
        low = rng.randrange(most) * unit
        return (low, low + rng.randrange(most // 3, most) * unit)

    return Column("", "number", lambda rng: rng.randrange(most * unit), cell)


def _money() -> Column:
    """Amounts with cents, as a ledger gives them."""

    def value(rng: random.Random) -> Decimal:
        return Decimal(rng.randrange(1_000_000)).scaleb(-2)

    def cell(rng: random.Random) -> Any:
        low = rng.randrange(7_000)
        return (Decimal(low) + Decimal("0.5"), Decimal(low + rng.randrange(2_000, 5_000)))

    return Column("", "number", value, cell)


def _words(words: Sequence[str], kept: int) -> Column:
    return Column("", "string", lambda rng: rng.choice(words),
                  lambda rng: tuple(rng.sample(words, kept)))  # fmt: skip


def _truth() -> Column:
    return Column("", "boolean", lambda rng: rng.random() < 0.5, lambda rng: (rng.random() < 0.5,))


KINDS = (_money(), _words(SEGMENTS, 2), _amounts(1, 120), _truth(), _words(REGIONS, 2),
         _amounts(1_000, 90), _amounts(10, 50), _words(SEGMENTS, 3))  # fmt: skip
ANY_SHARE = 0.35


def columns_of(count: int) -> list[Column]:
    return [Column(f"in_{at}", each.type, each.values, each.cell)
            for at, each in enumerate(KINDS[:count])]  # fmt: skip


def drawn(rules: int, columns: int) -> tuple[Rules, list[Row]]:
    """A table, the last of whose rules holds always, and the questions that it is asked."""
    rng = random.Random(20)
    kinds = columns_of(columns)
    table: Rules = [
        [None if rng.random() < ANY_SHARE else each.cell(rng) for each in kinds]
        for _ in range(rules - 1)
    ]
    table.append([None] * columns)
    questions = [{each.name: each.values(rng) for each in kinds} for _ in range(ASKED)]
    return table, questions


# The same table for each engine ---------------------------------------------------------------


def model_of(table: Rules, columns: int) -> dmn.Model:
    kinds = columns_of(columns)
    inputs = "".join(
        f'<inputData id="{each.name}" name="{each.name}">'
        f'<variable name="{each.name}" typeRef="{each.type}"/></inputData>'
        for each in kinds
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{each.name}"/></informationRequirement>'
        for each in kinds
    )
    clauses = "".join(
        f"<input><inputExpression><text>{each.name}</text></inputExpression></input>"
        for each in kinds
    )
    rules = "".join(_feel_rule(at, cells) for at, cells in enumerate(table))
    return dmn.load(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m"'
        f' namespace="urn:bench">{inputs}<decision id="d" name="decision">'
        f'<variable name="decision"/>{needs}<decisionTable id="t" hitPolicy="FIRST">{clauses}'
        f'<output name="answer"/>{rules}</decisionTable></decision></definitions>'.encode()
    )


def _feel_rule(at: int, cells: Sequence[Any]) -> str:
    entries = "".join(
        f"<inputEntry><text>{escape(_feel(cell))}</text></inputEntry>" for cell in cells
    )
    return f"<rule>{entries}<outputEntry><text>{at}</text></outputEntry></rule>"


def _feel(cell: Any) -> str:
    if cell is None:
        return "-"
    if not isinstance(cell[0], str | bool):
        return f"[{cell[0]}..{cell[1]})"
    return ", ".join(json.dumps(each, ensure_ascii=False) for each in cell)


def zen(table: Rules, columns: int) -> Callable[[Row], Any]:
    """zen-engine's fastest call: a decision loaded beforehand, the context as bytes of JSON, which
    are made before the clock starts. Raises `ImportError` where it is not installed."""
    from zen import ZenEngine  # type: ignore[import-not-found, unused-ignore]

    kinds = columns_of(columns)
    inputs = [{"id": each.name, "name": each.name, "field": each.name} for each in kinds]
    rules = [
        {"_id": f"r{at}", "answer": str(at)}
        | {
            each.name: "" if cell is None else _feel(cell)
            for each, cell in zip(kinds, cells, strict=True)
        }
        for at, cells in enumerate(table)
    ]
    content = {"hitPolicy": "first", "inputs": inputs, "rules": rules,
               "outputs": [{"id": "answer", "name": "answer", "field": "answer"}]}  # fmt: skip
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "t", "type": "decisionTableNode", "name": "t", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [{"id": f"e{at}", "sourceId": one, "targetId": other, "type": "edge"}
             for at, (one, other) in enumerate((("in", "t"), ("t", "out")))]  # fmt: skip
    drawn_graph = {"nodes": nodes, "edges": edges}
    engine = ZenEngine({"loader": {"type": "static", "content": {"decision": drawn_graph}}})
    return lambda context: engine.evaluate("decision", context)["result"]["answer"]


def as_json(questions: Sequence[Row]) -> list[bytes]:
    return [json.dumps(each, default=float).encode() for each in questions]


def hand_written(table: Rules) -> Callable[[Row], Any]:
    """What somebody writes who needs this one table of six columns, quickly: row by row, no null,
    no type, no explanation. A floor."""

    def loop(row: Row) -> int | None:
        amount, segment, days = row["in_0"], row["in_1"], row["in_2"]
        key, region, volume = row["in_3"], row["in_4"], row["in_5"]
        for at, (a, b, c, d, e, f) in enumerate(table):
            if a and not a[0] <= amount < a[1]:
                continue
            if b and segment not in b:
                continue
            if c and not c[0] <= days < c[1]:
                continue
            if d and key not in d:
                continue
            if e and region not in e:
                continue
            if f and not f[0] <= volume < f[1]:
                continue
            return at
        return None

    return loop


def scanned(table: Rules, columns: int) -> Callable[[Row], Any]:
    """The same for any number of columns, to know what is right."""
    kinds = columns_of(columns)

    def holds(cell: Any, value: Any, of: str) -> bool:
        if cell is None:
            return True
        return bool(cell[0] <= value < cell[1]) if of == "number" else value in cell

    def loop(row: Row) -> int:
        return next(
            at
            for at, cells in enumerate(table)
            if all(
                holds(cell, row[each.name], each.type)
                for cell, each in zip(cells, kinds, strict=True)
            )
        )

    return loop
