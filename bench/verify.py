"""How long a table takes to be judged: overlaps, missing conditions, all findings.

Tables are made as in Calvanese et al. (2018): the leaves of a decision tree over numbers, so that
they neither overlap nor leave a gap, of which a tenth of the bounds is then disturbed. Beside ours
stands their table (JavaScript, 2.2 GHz i5).
"""

from __future__ import annotations

import random
import time
from typing import Any
from xml.sax.saxutils import escape

from bench.harness import Limits, Say, timed

# Their milliseconds: columns, rules: overlap, missing.
PAPER = {
    (3, 500): (117, 160), (3, 1000): (503, 611), (3, 1500): (1263, 1672),
    (7, 500): (1374, 2173), (7, 1000): (2069, 7029), (7, 1500): (13405, 18263),
    (11, 500): (767, 1083), (11, 1000): (20934, 15809), (11, 1500): (93175, 65450),
    (15, 500): (11175, 15598), (15, 1000): (34387, 41448), (15, 1500): (195868, 704510),
}  # fmt: skip
POLICY_MS = 100
LARGE_MS = 4_000
Bounds = list[tuple[int, int]]
SPAN = 10_000


def measure(say: Say) -> dict[str, Any]:
    limits = Limits(say)
    found: dict[str, Any] = {"paper": {}}
    checked(100, 8)  # the first one imports
    policy = sorted((checked(100, 8) for _ in range(5)), key=lambda each: each["check_ms"])[2]
    found["policy of 100 rules, 8 columns"] = policy
    limits.at_most("100 rules x 8 columns", policy["check_ms"], POLICY_MS, policy["work_ms"])
    for (columns, rules), (overlap, missing) in PAPER.items():
        ours = checked(rules, columns)
        theirs = {"overlap_ms": overlap, "missing_ms": missing}
        found["paper"][f"{rules} rules, {columns} columns"] = {"ours": ours, "paper": theirs}
        say(
            f"{rules:>5} x {columns:>2}: overlaps {ours['overlap_ms']:>6,} ms (paper"
            f" {overlap:,}), missing {ours['missing_ms']:>6,} ms (paper {missing:,}), whole check"
            f" {ours['check_ms']:,} ms, of which work {ours['work_ms']:,};"
            f" {ours['overlaps']:,} sets, {ours['gaps']:,} gaps, judged whole: {ours['whole']}"
        )
        if (columns, rules) == (7, 1500):
            limits.at_most("1,500 x 7", ours["check_ms"], LARGE_MS, ours["work_ms"])
    return found | {"limits": limits.kept}


def checked(rules: int, columns: int, seed: int = 1) -> dict[str, Any]:
    """One table: each question by itself, and the whole check of the loaded model."""
    from concord import dmn
    from concord.dmn.analysis.overlaps import overlapping
    from concord.dmn.analysis.reach import Reach

    data = drawn(made(rules, columns, seed))
    loading = timed(lambda: dmn.load(data).compiled)
    model = dmn.load(data)
    (table,) = model.compiled.tables
    sheet = Reach(model).sheet(table)
    sweep = sheet.sweep()
    found: dict[str, list[Any]] = {}
    overlap = timed(lambda: found.update(sets=overlapping(sheet, sweep)))
    missing = timed(lambda: found.update(gaps=sweep.gaps(sheet.firm())))
    begun = time.process_time()
    check = timed(model.check)
    work = time.process_time() - begun
    return {
        "rules": len(table.table.rules),
        "load_ms": round(loading * 1000),
        "overlap_ms": round(overlap * 1000),
        "missing_ms": round(missing * 1000),
        "check_ms": round(check * 1000),
        "work_ms": round(work * 1000),
        "overlaps": len(found["sets"]),
        "gaps": len(found["gaps"]),
        "whole": not sweep.bounded,
    }


def made(rules: int, columns: int, seed: int = 1) -> list[Bounds]:
    """The leaves of a random tree, a tenth of their bounds moved."""
    rng = random.Random(seed)
    leaves: list[Bounds] = [[(0, SPAN)] * columns]
    while len(leaves) < rules:
        leaf = leaves.pop(rng.randrange(len(leaves)))
        column = rng.randrange(columns)
        low, high = leaf[column]
        if high - low < 2:
            leaves.append(leaf)
            continue
        cut = rng.randrange(low + 1, high)
        leaves.append([*leaf[:column], (low, cut), *leaf[column + 1 :]])
        leaves.append([*leaf[:column], (cut, high), *leaf[column + 1 :]])
    return [[disturbed(rng, bounds) for bounds in leaf] for leaf in leaves]


def disturbed(rng: random.Random, bounds: tuple[int, int]) -> tuple[int, int]:
    low, high = bounds
    reach = max(2, (high - low) // 4)
    if rng.random() < 0.1:
        low = max(0, low + rng.randrange(-reach, reach))
    if rng.random() < 0.1:
        high = min(SPAN, high + rng.randrange(-reach, reach))
    return (low, high) if low < high else bounds


def drawn(rules: list[Bounds]) -> bytes:
    """The table as a file."""
    names = [f"x{at}" for at in range(len(rules[0]))]
    inputs = "".join(
        f'<input id="i{name}"><inputExpression typeRef="number"><text>{name}</text>'
        f"</inputExpression><inputValues><text>[0..{SPAN})</text></inputValues></input>"
        for name in names
    )
    rows = "".join(
        f'<rule id="r{at}">{"".join(entry(bounds) for bounds in rule)}'
        f"<outputEntry><text>{at}</text></outputEntry></rule>"
        for at, rule in enumerate(rules)
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>'
        for name in names
    )
    data = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="known"/>'
        "</inputData>"
        for name in names
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="made"'
        ' namespace="urn:made"><itemDefinition name="known"><typeRef>number</typeRef>'
        "<typeConstraint><text>not(null)</text></typeConstraint></itemDefinition>"
        f'{data}<decision id="d" name="made"><variable name="made"/>{needs}'
        f'<decisionTable id="t" hitPolicy="UNIQUE">{inputs}<output id="o" name="made"/>{rows}'
        "</decisionTable></decision></definitions>"
    ).encode()


def entry(bounds: tuple[int, int]) -> str:
    low, high = bounds
    if (low, high) == (0, SPAN):
        text = "-"
    elif low == 0:
        text = f"< {high}"
    elif high == SPAN:
        text = f">= {low}"
    else:
        text = f"[{low}..{high})"
    return f"<inputEntry><text>{escape(text)}</text></inputEntry>"
