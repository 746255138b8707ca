"""The findings of one table, sort by sort: all that is wrong in it for its hit policy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import cast

from concord.dmn.analysis.domain import Domain, asking, passes
from concord.dmn.analysis.finding import Finding
from concord.dmn.analysis.masking import masked_rules
from concord.dmn.analysis.merging import mergeable_rules
from concord.dmn.analysis.overlaps import overlaps
from concord.dmn.analysis.reach import Reach
from concord.dmn.analysis.sheet import Sheet, say
from concord.dmn.analysis.sweep import Box
from concord.dmn.analysis.told import first, given_up, perhaps
from concord.dmn.analysis.words import literal, numbers
from concord.dmn.feel import ast
from concord.dmn.feel.expression import parse_unary
from concord.dmn.feel.runtime import Code
from concord.dmn.feel.unary import holds
from concord.dmn.feel.values import Value, is_number, kind
from concord.dmn.itemtypes import allowed_test
from concord.dmn.problems import Severity

DEFAULT = -1  # in place of a rule


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
