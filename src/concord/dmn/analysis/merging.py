"""Rules that could be one."""

from __future__ import annotations

from collections.abc import Iterator
from operator import and_

from concord.dmn.analysis.finding import Finding
from concord.dmn.analysis.masking import EXTREMES, rank_of
from concord.dmn.analysis.sheet import Sheet
from concord.dmn.analysis.sweep import Box
from concord.dmn.analysis.told import first
from concord.dmn.analysis.words import numbers


def mergeable_rules(sheet: Sheet, never: set[int]) -> Iterator[Finding]:
    """Rules that say the same and differ in one column: they could be one, without any other answer
    for anybody."""
    found = [
        (column, rules)
        for column in range(len(sheet.domains))
        for rules in _alike(sheet, column, never)
    ]
    yield from first(sheet, found, _merge)


def _merge(sheet: Sheet, found: tuple[int, list[int]]) -> Finding:
    column, rules = found
    shared = 0
    for at in rules:
        shared |= sheet.boxes[at][column]
    first, domain = sheet.boxes[rules[0]], sheet.domains[column]
    said = tuple(at + 1 for at in rules)
    return sheet.finding(
        "rule.merge",
        f"rules {numbers(said)} could be one rule with {domain.text(shared)} in '{domain.title}'",
        "hint",
        rules=said,
        box=(*first[:column], shared, *first[column + 1 :]),
        column=domain.title,
        results=(sheet.results(rules[0]),),
    )


def _alike(sheet: Sheet, column: int, never: set[int]) -> list[list[int]]:
    groups: dict[tuple[Box, tuple[str, ...]], list[int]] = {}
    for at, box in enumerate(sheet.boxes):
        row = sheet.table.table.rules[at]
        if sheet.computed >> at & 1 or at + 1 in never or not all(box):
            continue
        rest = (*box[:column], *box[column + 1 :])
        groups.setdefault((rest, (*row.outputs, *row.annotations)), []).append(at)
    found = []
    for rules in groups.values():
        while len(rules) > 1:
            kept, left = rules[:1], list[int]()
            for at in rules[1:]:
                (kept if _may_join(sheet, kept, at, column, never) else left).append(at)
            if len(kept) > 1:
                found.append(kept)
            rules = left
    return found


def _may_join(sheet: Sheet, rules: list[int], other: int, column: int, never: set[int]) -> bool:
    """Whether the other rule may stand at the place of the first of the rules."""
    box = sheet.boxes[other]
    once = sheet.policy in "FAP" or sheet.aggregation in EXTREMES
    if not once and any(sheet.boxes[at][column] & box[column] for at in rules):
        return False  # they hold together: that is another finding, or counts twice
    if sheet.policy in "UAC":
        return True
    skipped = {*rules, *(number - 1 for number in never)}
    between = [at for at in range(rules[0] + 1, other) if at not in skipped]
    return not any(
        all(map(and_, box, sheet.boxes[at])) and not _may_swap(sheet, other, at) for at in between
    )


def _may_swap(sheet: Sheet, rule: int, other: int) -> bool:
    """Whether it does not matter which of two rules that hold together comes first."""
    if sheet.agree([rule, other]):
        return True
    ranks = [rank_of(sheet, at) for at in (rule, other)] if sheet.policy in "PO" else []
    return None not in ranks and len(ranks) == 2 and ranks[0] != ranks[1]
