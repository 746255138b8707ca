"""Rules that come too late, or make no difference: others win over them wherever they hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from concord.dmn.analysis.finding import Finding
from concord.dmn.analysis.sheet import Sheet
from concord.dmn.analysis.sweep import Box, Sweep
from concord.dmn.analysis.told import given_up
from concord.dmn.analysis.words import numbers
from concord.dmn.feel.operators import compare
from concord.dmn.hitpolicies import rank
from concord.dmn.problems import Severity

EXTREMES = ("MIN", "MAX")
MASKED: dict[str, tuple[str, str, Severity]] = {
    "F": ("rule.masked", "never applies", "error"),
    "A": ("rule.spare", "is not needed", "warning"),
    "C": ("rule.outdone", "never counts", "warning"),
}


def masked_rules(sheet: Sheet) -> Iterator[Finding]:
    """Rules that come too late: others that win over them cover all of them. With Any, rules that
    could be left out, since others say the same wherever they hold; under MIN and MAX those whose
    value never counts."""
    if sheet.policy not in "FPA" and sheet.aggregation not in EXTREMES:
        return
    sweep = sheet.sweep()
    near, firm = sheet.near, set(sheet.firm())
    gone: set[int] = set()
    found: list[Finding] = []
    ranks = _ranks(sheet)
    for rule in reversed(range(len(sheet.boxes))):
        winners = _winners(sheet, rule, ranks)
        live = [at for at in winners if near[rule] >> at & 1 and at in firm and at not in gone]
        if not live or not sweep.arrives(sheet.boxes[rule]):
            continue
        if sweep.covered(sheet.boxes[rule], live):
            covers = _cover(sweep, sheet.boxes[rule], live)
            if sheet.policy != "A" or sheet.agree([rule, *covers]):
                gone |= {rule} if sheet.policy in "AC" else set()
                found.append(_masked(sheet, rule, covers))
    yield from reversed(found)
    yield from given_up(sheet, sweep, "rules that never apply")


def _masked(sheet: Sheet, rule: int, covers: list[int]) -> Finding:
    said = [at + 1 for at in covers]
    who = f"rule {said[0]} covers" if len(said) == 1 else f"rules {numbers(said)} cover"
    agree = sheet.agree([rule, *covers])
    code, adds, severity = MASKED.get(sheet.policy, MASKED["F"])
    return sheet.finding(
        code,
        f"rule {rule + 1} {adds}: {who} all of it{'' if agree else ' with another result'}",
        severity,
        rules=(rule + 1, *said),
        box=sheet.boxes[rule],
        results=tuple(sheet.results(at) for at in (rule, *covers)),
    )


def _winners(sheet: Sheet, rule: int, ranks: list[Any]) -> list[int]:
    """The rules that win over this one: earlier ones, or those with a higher priority."""
    if sheet.policy == "F":
        return list(range(rule))
    if sheet.policy == "A":
        return [at for at in range(len(sheet.boxes)) if at != rule]
    own = ranks[rule]
    if own is None:
        return []
    return [
        at
        for at, each in enumerate(ranks)
        if at != rule
        and each is not None
        and (each < own or (each == own and (at < rule or sheet.policy == "C")))
    ]


def _ranks(sheet: Sheet) -> list[Any]:
    """By rule where it stands among all for a policy that goes by results: less wins; null where
    that is not known."""
    if sheet.policy == "P":
        return [rank_of(sheet, at) for at in range(len(sheet.boxes))]
    return _by_value(sheet) if sheet.aggregation in EXTREMES else []


def rank_of(sheet: Sheet, rule: int) -> list[int] | None:
    values = sheet.outputs[rule]
    if values is None:
        return None
    names = sheet.table.names
    return rank(
        sheet.table, values[0] if len(names) == 1 else dict(zip(names, values, strict=True))
    )


def _by_value(sheet: Sheet) -> list[int | None]:
    """Results in the order in which they win; one that is null makes the whole null, so it wins
    over all. Nothing is known where they cannot be put in order."""
    values = [None if each is None else each[0] for each in sheet.outputs]
    given = [each for each in values if each is not None]
    if any(compare(given[0], each) is None for each in given):
        return [None] * len(values)
    wins = 1 if sheet.aggregation == "MAX" else -1
    ranks: list[int | None] = []
    for at, value in enumerate(values):
        if sheet.outputs[at] is None:
            ranks.append(None)
        else:
            better = sum(value is not None and compare(each, value) == wins for each in given)
            ranks.append(better + (value is not None))
    return ranks


def _cover(sweep: Sweep, box: Box, candidates: list[int]) -> list[int]:
    """A set of the candidates that covers the box, with none to spare: one or two, if they do."""
    for size in (1, 2) if len(candidates) <= 40 else (1,):
        for few in combinations(candidates, size):
            if sweep.covered(box, few):
                return list(few)
    kept = list(candidates)
    for at in reversed(candidates):
        fewer = [each for each in kept if each != at]
        if sweep.covered(box, fewer):
            kept = fewer
    return kept
