"""Rules that hold together where at most one may, or all must say the same."""

from __future__ import annotations

from collections.abc import Iterator

from concord.dmn.analysis.finding import Finding
from concord.dmn.analysis.sheet import Sheet, say
from concord.dmn.analysis.sweep import Box, Sweep
from concord.dmn.analysis.told import first, given_up, perhaps
from concord.dmn.analysis.words import numbers


def overlaps(sheet: Sheet) -> Iterator[Finding]:
    """The largest sets of rules that hold together where at most one may, or all must agree; of a
    set that may never come together those parts that surely do."""
    if sheet.policy not in "UA":
        return
    sweep = sheet.sweep()
    sets = overlapping(sheet, sweep)
    if sheet.policy == "A":
        sets = [rules for rules in sets if sheet.differ(rules) or not sheet.known(rules)]
    sets += _certain_parts(sheet, sets)
    yield from first(sheet, sorted(sets), _overlap)
    yield from given_up(sheet, sweep, "rules that hold together")


def overlapping(sheet: Sheet, sweep: Sweep) -> list[tuple[int, ...]]:
    """The largest sets of rules (from 0) that hold together somewhere."""
    near = sheet.near
    live = [at for at, mask in enumerate(near) if mask & ~(1 << at) and mask >> at & 1]
    return sweep.together(live, near)


def _certain_parts(sheet: Sheet, sets: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Of the sets in doubt rules that hold together in any case: for each rule one largest set."""
    sure = [rules for rules in sets if _certain(sheet, rules)]
    parts: list[tuple[int, ...]] = []
    for rules in sets:
        if rules in sure:
            continue
        for rule in rules:
            part = _grown(sheet, rule, rules)
            told = any(set(part) <= set(each) for each in (*sure, *parts))
            if len(part) > 1 and not told and _certain(sheet, part):
                parts.append(part)
    return parts


def _grown(sheet: Sheet, rule: int, rules: tuple[int, ...]) -> tuple[int, ...]:
    """The rule and others that surely hold with it."""
    found, box = {rule}, sheet.boxes[rule]
    for each in rules:
        both = _shared(sheet, (each,), box)
        if not sheet.computed >> each & 1 and not sheet.doubtful(both):
            found, box = found | {each}, both
    return tuple(sorted(found))


def _certain(sheet: Sheet, rules: tuple[int, ...]) -> bool:
    """Whether rules that hold together somewhere surely do, and for Any say different things."""
    if any(sheet.computed >> at & 1 for at in rules) or sheet.doubtful(_shared(sheet, rules)):
        return False
    return sheet.policy == "U" or sheet.differ(rules)


def _shared(sheet: Sheet, rules: tuple[int, ...], box: Box | None = None) -> Box:
    """Where all of the rules hold, in the box."""
    box = box or sheet.space
    for at in rules:
        box = tuple(a & b for a, b in zip(box, sheet.boxes[at], strict=True))
    return box


def _overlap(sheet: Sheet, rules: tuple[int, ...]) -> Finding:
    box = _shared(sheet, rules)
    agree, doubt = sheet.agree(rules), sheet.doubtful(box)
    how = "and say the same" if agree else "and their results differ"
    if not agree and not sheet.differ(rules):
        how = "and compute their results"
    both = "both" if len(rules) == 2 else "all"
    said = tuple(at + 1 for at in rules)
    where = say(sheet.conditions(box))
    return sheet.finding(
        "table.overlap" if agree else "table.conflict",
        f"rules {numbers(said)} {both} hold, {how}, when {where}{perhaps(doubt)}",
        "error" if _certain(sheet, rules) else "warning",
        rules=said,
        box=box,
        results=tuple(sheet.results(at) for at in rules),
        doubt=doubt,
    )
