"""The findings of one table, sort by sort: all that is wrong in it for its hit policy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from itertools import combinations
from operator import and_
from typing import Any, cast

from concord.dmn.analysis.domain import Domain, asking, passes
from concord.dmn.analysis.finding import Finding
from concord.dmn.analysis.overlaps import overlaps
from concord.dmn.analysis.reach import Reach
from concord.dmn.analysis.sheet import Sheet, say
from concord.dmn.analysis.sweep import Box, Sweep
from concord.dmn.analysis.told import first, given_up, perhaps
from concord.dmn.analysis.words import literal, numbers
from concord.dmn.feel import ast
from concord.dmn.feel.expression import parse_unary
from concord.dmn.feel.operators import compare
from concord.dmn.feel.runtime import Code
from concord.dmn.feel.unary import holds
from concord.dmn.feel.values import Value, is_number, kind
from concord.dmn.hitpolicies import rank
from concord.dmn.itemtypes import allowed_test
from concord.dmn.problems import Severity

EXTREMES = ("MIN", "MAX")
DEFAULT = -1  # in place of a rule
MASKED: dict[str, tuple[str, str, Severity]] = {
    "F": ("rule.masked", "never applies", "error"),
    "A": ("rule.spare", "is not needed", "warning"),
    "C": ("rule.outdone", "never counts", "warning"),
}


def table_findings(sheet: Sheet, reach: Reach) -> Iterator[Finding]:
    """All findings of a table, without inversions."""
    yield from computed_cells(sheet)
    yield from refused_values(sheet, reach)
    yield from hit_policy(sheet)
    yield from allowed_outputs(sheet)
    dead = list(dead_rules(sheet))
    yield from dead
    yield from dead_cells(sheet)
    yield from gaps(sheet)
    yield from overlaps(sheet)
    masked = list(masked_rules(sheet))
    yield from masked
    never = {each.rules[0] for each in (*dead, *masked) if each.rules}
    yield from unused_outputs(sheet, never)
    yield from mergeable_rules(sheet, never)


# Cells ----------------------------------------------------------------------------------------


def computed_cells(sheet: Sheet) -> Iterator[Finding]:
    if sheet.loose:
        message = "what the decisions before it can give grew too large: all is taken to arrive"
        yield sheet.finding("check.bounded", message, "hint")
    for column, domain in enumerate(sheet.domains):
        if domain.exact:
            continue
        rules = tuple(at + 1 for at in range(len(sheet.boxes)) if domain.computed >> at & 1)
        what = _unjudged(sheet, column, rules) if rules else "its values cannot be taken apart"
        message = f"the column '{domain.title}' cannot be judged exactly: {what}"
        yield sheet.finding("check.computed", message, "hint", rules=rules, column=domain.title)


def _unjudged(sheet: Sheet, column: int, rules: tuple[int, ...]) -> str:
    """`rules 2, 3 compute and rule 5 has a broken cell`."""
    trees = sheet.table.trees[column]
    broken = [rule for rule in rules if trees[rule - 1] is None]
    computing = [rule for rule in rules if trees[rule - 1] is not None]
    said = [
        f"rule{'s' if len(some) > 1 else ''} {numbers(some)} {many if len(some) > 1 else one}"
        for some, one, many in (
            (computing, "computes", "compute"),
            (broken, "has a broken cell", "have broken cells"),
        )
        if some
    ]
    return " and ".join(said)


def refused_values(sheet: Sheet, reach: Reach) -> Iterator[Finding]:
    """Values that a decision before gives and the column does not allow."""
    table = sheet.table
    for clause, allowed in zip(table.table.inputs, table.allowed, strict=True):
        for value in reach.values(clause.expression) or ():
            if allowed is not None and value is not None and not allowed(value):
                message = f"{literal(value)} can arrive, but is none of {clause.allowed}"
                results = (((clause.title, value),),)
                yield sheet.finding("input.allowed", message, column=clause.title, results=results)


def dead_rules(sheet: Sheet) -> Iterator[Finding]:
    sweep = sheet.sweep()
    for rule, box in enumerate(sheet.boxes, 1):
        empty = next((at for at, classes in enumerate(box) if not classes), -1)
        if empty >= 0:
            title = sheet.domains[empty].title
            cell = sheet.table.table.rules[rule - 1].inputs[empty]
            message = f"the rule never applies: nothing in '{title}' can meet its cell"
            conditions = ((title, cell),)
            yield sheet.finding(
                "rule.dead", message, rules=(rule,), column=title, conditions=conditions
            )
        elif not sweep.arrives(box):
            message = f"the rule never applies: {say(sheet.conditions(box))} cannot be"
            yield sheet.finding("rule.dead", message, rules=(rule,), box=box)


def dead_cells(sheet: Sheet) -> Iterator[Finding]:
    """Parts of cells that nothing can meet, in rules that do apply."""
    known: dict[tuple[int, str], list[str]] = {}
    for rule, row in enumerate(sheet.table.table.rules):
        for at, domain in enumerate(sheet.domains):
            tree = sheet.table.trees[at][rule]
            if tree is None or len(tree.tests) < 2 or tree.negated:
                continue
            if not sheet.boxes[rule][at] or domain.computed >> rule & 1:
                continue
            cell = row.inputs[at]
            if (at, cell) not in known:
                known[at, cell] = list(_idle(domain, tree, cell))
            for test in known[at, cell]:
                message = f"nothing in '{domain.title}' can meet {test}"
                yield sheet.finding(
                    "cell.dead",
                    message,
                    "warning",
                    rules=(rule + 1,),
                    column=domain.title,
                    conditions=((domain.title, test),),
                )


def _idle(domain: Domain, tree: ast.UnaryTests, cell: str) -> Iterator[str]:
    """The tests of the cell that hold for nothing that can arrive."""
    for test in tree.tests:
        text = cell[test.start : test.end]
        code = cast(Code, parse_unary(text)._code)
        if not any(passes(code, asking(atom.sample)) for atom in domain.atoms):
            yield text


# Gaps -----------------------------------------------------------------------------------------


def gaps(sheet: Sheet) -> Iterator[Finding]:
    """Conditions without a rule. Where none gives an empty list or 0, it is a hint."""
    if sheet.table.defaults is not None:
        return
    sweep = sheet.sweep()
    found = sweep.gaps(sheet.firm())
    found.sort(key=lambda box: only_null(sheet, box))
    yield from first(sheet, found, _gap)
    yield from given_up(sheet, sweep, "conditions without a rule")


def _gap(sheet: Sheet, box: Box) -> Finding:
    null = only_null(sheet, box)
    doubt = sheet.doubtful(box)
    severity: Severity = "warning" if null or doubt or not sheet.exact else "error"
    if sheet.none_is_empty:
        severity = "hint"
    message = f"no rule for: {say(sheet.conditions(box))}{perhaps(doubt)}"
    code = "table.gap-null" if null else "table.gap"
    return sheet.finding(code, message, severity, box=box, doubt=doubt)


def only_null(sheet: Sheet, box: Box) -> bool:
    """Whether the box is there only where something is not given."""
    return any(not classes & ~null for null, classes in zip(sheet.nulls, box, strict=True))


# Rules that come too late -------------------------------------------------------------------


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
        return [_rank(sheet, at) for at in range(len(sheet.boxes))]
    return _by_value(sheet) if sheet.aggregation in EXTREMES else []


def _rank(sheet: Sheet, rule: int) -> list[int] | None:
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


# Outputs --------------------------------------------------------------------------------------


def allowed_outputs(sheet: Sheet) -> Iterator[Finding]:
    """Results, of rules or by default, that are none of the allowed values."""
    table = sheet.table
    for at, clause in enumerate(table.table.outputs):
        text = clause.allowed or table.scope.types.of(clause.type).allowed_text
        allowed = allowed_test(text, table.place, []) if text else None
        if allowed is None:
            continue
        for rule, values in enumerate([sheet.defaults, *sheet.outputs]):
            if values is not None and values[at] is not None and not allowed(values[at]):
                message = f"{literal(values[at])} is none of {text}"
                results = (((table.table.result_titles[at], values[at]),),)
                rules = (rule,) if rule else ()
                yield sheet.finding(
                    "output.allowed", message, rules=rules, column=clause.title, results=results
                )


def unused_outputs(sheet: Sheet, never: set[int]) -> Iterator[Finding]:
    """Values that a table lists as its own and that nobody gets: no rule that decides gives them,
    nor the default where it counts."""
    table = sheet.table
    rows = {at: row for at, row in enumerate(sheet.outputs) if at + 1 not in never}
    if table.defaults is not None:
        rows[DEFAULT] = sheet.defaults
    if None in rows.values() or sheet.aggregation in ("SUM", "COUNT"):
        return
    decides = cache(partial(_decides, sheet))
    for at, clause in enumerate(table.table.outputs):
        for value in table.ranks[at] if clause.allowed else ():
            given = (
                row is not None and holds(row[at], value) is True and decides(rule)
                for rule, row in rows.items()
            )
            if not any(given):
                message = f"no rule gives {literal(value)}"
                results = (((table.table.result_titles[at], value),),)
                yield sheet.finding(
                    "output.unused", message, "warning", column=clause.title, results=results
                )


def _decides(sheet: Sheet, rule: int) -> bool:
    """Whether the rule's result, or the default, is ever the answer: under Unique and Any a rule's
    is not where another one holds that says something else."""
    if rule == DEFAULT:
        return bool(sheet.sweep().gaps(sheet.firm()))
    if sheet.policy not in "UA":
        return True
    others = [
        at
        for at in sheet.firm()
        if at != rule
        and sheet.near[rule] >> at & 1
        and (sheet.policy == "U" or sheet.differ([rule, at]))
    ]
    return not sheet.sweep().covered(sheet.boxes[rule], others)


def hit_policy(sheet: Sheet) -> Iterator[Finding]:
    """What the hit policy itself asks of the table."""
    table = sheet.table.table
    if sheet.policy in "PO" and not any(sheet.table.ranks):
        name = "Priority" if sheet.policy == "P" else "Output order"
        message = f"hit policy {name} ranks by the listed output values, and none are listed"
        yield sheet.finding("table.no-priorities", message)
    if not table.aggregation:
        return
    if sheet.policy != "C":
        message = f"{table.aggregation} adds results up, which only hit policy Collect does"
        yield sheet.finding("table.aggregate", message)
    elif len(table.outputs) > 1:
        message = f"{table.aggregation} of several outputs is not defined"
        yield sheet.finding("table.aggregate", message)
    elif table.aggregation != "COUNT":
        yield from _unsummed(sheet, table.aggregation)


def _unsummed(sheet: Sheet, aggregation: str) -> Iterator[Finding]:
    """Results that cannot be added up, or put in order."""
    for rule, values in enumerate(sheet.outputs, 1):
        if values is not None and not _adds_up(values[0], aggregation):
            message = f"{aggregation} cannot be made of {literal(values[0])}"
            yield sheet.finding("table.aggregate", message, rules=(rule,))


def _adds_up(value: Value, aggregation: str) -> bool:
    if aggregation == "SUM":
        return is_number(value) or kind(value).endswith("duration")
    return kind(value) not in ("null", "boolean", "list", "context", "range", "function")


# Rules that could be one ----------------------------------------------------------------------


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
    ranks = [_rank(sheet, at) for at in (rule, other)] if sheet.policy in "PO" else []
    return None not in ranks and len(ranks) == 2 and ranks[0] != ranks[1]
