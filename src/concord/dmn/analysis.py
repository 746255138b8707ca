"""What a table does without being run: conditions without a rule, rules that contradict each other,
rules that never apply (after Calvanese et al., 'Semantics, analysis and simplification of DMN
decision tables', 2018).

Rules are boxes over classes of values (`domains`). A sweep goes through the columns with the set of
rules that still hold; equal sets are swept once. All findings are exact for constant cells over
numbers, strings, booleans, dates, times, durations and null; cells that compute are named in a hint
and their rules count as never holding for gaps, as never covering others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from concord.dmn import hitpolicies
from concord.dmn.columns import constant_value, is_constant
from concord.dmn.domains import Domain, domain_of, literal
from concord.dmn.feel.expression import parse
from concord.dmn.feel.operators import equal
from concord.dmn.feel.types import ANY, MISFIT, coerce
from concord.dmn.feel.unary import holds
from concord.dmn.feel.values import Value
from concord.dmn.itemtypes import allowed_test
from concord.dmn.model import Model
from concord.dmn.problems import FeelSyntaxError, Place, Problem, Severity
from concord.dmn.tables import CompiledTable

MAX_FINDINGS = 100  # of one sort in one table
MAX_STATES = 100_000  # of one sweep; what is beyond is told as not judged
Box = tuple[int, ...]  # a set of classes for each column, as bits


def check(model: Model) -> list[Problem]:
    """All findings of a model, in the order of its tables."""
    compiled = model.compiled
    problems = list(dict.fromkeys(compiled.problems))
    reach = Reach(model, compiled.tables)
    for table in compiled.tables:
        problems += check_table(table, reach)
    return problems


def check_table(table: CompiledTable, reach: Reach | None = None) -> list[Problem]:
    """All findings of one table; with `reach`, only for what the tables before it can give."""
    sheet = Sheet(table, reach)
    policy = table.table.hit_policy
    problems = [*_computed(sheet), *_outputs(sheet), *_dead(sheet)]
    if policy in "UAPF" and table.defaults is None:
        problems += _gaps(sheet)
    if policy in "UA":
        problems += _conflicts(sheet)
    if policy in "FP":
        problems += _masked(sheet)
    return problems


@dataclass
class Sheet:
    """A table as boxes."""

    table: CompiledTable
    reach: Reach | None = None
    domains: list[Domain] = field(init=False)
    boxes: list[Box] = field(init=False)
    outputs: list[tuple[Value, ...] | None] = field(init=False)
    computed: int = field(init=False)  # rules with a cell that is no constant test

    def __post_init__(self) -> None:
        table = self.table
        self.domains = [_domain(table, at, self.reach) for at in range(len(table.columns))]
        count = len(table.table.rules)
        self.boxes = [tuple(domain.rule(at) for domain in self.domains) for at in range(count)]
        self.outputs = [_constant_outputs(table, at) for at in range(count)]
        self.computed = 0
        for domain in self.domains:
            self.computed |= domain.computed

    def problem(
        self,
        code: str,
        message: str,
        severity: Severity = "error",
        *,
        rules: tuple[int, ...] = (),
        box: Box | None = None,
        column: str = "",
    ) -> Problem:
        place = Place(
            self.table.place.decision,
            self.table.table.name,
            ", ".join(str(rule) for rule in rules),
            column,
        )
        conditions = self.conditions(box) if box is not None else ()
        return Problem(code, message, place, severity, rules, conditions)

    def conditions(self, box: Box) -> tuple[tuple[str, str], ...]:
        """The columns that the box restricts, with the test that says how."""
        return tuple(
            (domain.title, domain.text(classes))
            for domain, classes in zip(self.domains, box, strict=True)
            if classes != domain.all()
        )

    def say(self, box: Box) -> str:
        said = [f"{title} is {_words(test)}" for title, test in self.conditions(box)]
        return " and ".join(said) or "any condition"


def _words(test: str) -> str:
    """A test as a person says it."""
    if test == "null":
        return "not given"
    if test == "not(null)":
        return "any value"
    if test.startswith("not("):
        inner = test[4:-1]
        given = inner.removesuffix(", null")
        return f"other than {given}" + ("" if given != inner else ", or not given")
    return test.removesuffix(", null") + (", or not given" if test.endswith(", null") else "")


def _domain(table: CompiledTable, at: int, reach: Reach | None) -> Domain:
    clause = table.table.inputs[at]
    declared = table.types[at]
    known = table.scope.name_types.get(clause.expression, ANY)
    wanted = known if declared is ANY or declared.name == "Any" else declared
    allowed = [clause.allowed, wanted.allowed_text, known.allowed_text]
    texts = tuple(dict.fromkeys(text for text in allowed if text))
    only = reach.of(clause.expression) if reach is not None else None
    return domain_of(clause.title, table.trees[at], table.columns[at].codes, wanted, texts, only)


class Reach:
    """What the decisions before a table can give: the constants of their tables, and null where a
    condition has no answer. Nothing is said of a decision that computes."""

    def __init__(self, model: Model, tables: list[CompiledTable]) -> None:
        own = {name: logic.id for name, logic in model.tables.items()}
        self._tables = {
            each.place.decision: each
            for each in tables
            if own.get(each.place.decision) == each.table.id
        }
        self._types = {each.name: model.compiled.types.of(each.type) for each in model.decisions}
        self._known: dict[str, list[Value] | None] = {}

    def of(self, decision: str) -> list[Value] | None:
        """The values that the decision can have, or null where that is not known."""
        if decision not in self._known:
            self._known[decision] = None  # what depends on itself is not known
            table = self._tables.get(decision)
            if table is not None:
                self._known[decision] = self._values(table)
        return self._known[decision]

    def _values(self, table: CompiledTable) -> list[Value] | None:
        if table.table.hit_policy not in "UAFP" or len(table.names) != 1:
            return None
        sheet = Sheet(table, self)
        values = [row[0] if row is not None else None for row in sheet.outputs]
        if any(row is None for row in sheet.outputs) or table.defaults is not None:
            return None
        sweep = Sweep(sheet.domains)
        gaps = sweep.gaps((1 << len(sheet.boxes)) - 1 & ~sheet.computed)
        clash = table.table.hit_policy in "UA" and any(_conflicts(sheet))
        if gaps or sweep.bounded or clash or self._refused(table, values):
            values.append(None)
        return values

    def _refused(self, table: CompiledTable, values: list[Value]) -> bool:
        """Whether the decision's own type turns a value into null, or a column lets none pass."""
        wanted = self._types[table.place.decision]
        unfit = any(coerce(value, wanted) is MISFIT for value in values)
        return unfit or any(allowed is not None for allowed in table.allowed)


def _constant_outputs(table: CompiledTable, at: int) -> tuple[Value, ...] | None:
    """The rule's outputs where they are constants, else null."""
    values: list[Value] = []
    for text in table.table.rules[at].outputs:
        if text in ("", "-"):
            values.append(None)
            continue
        try:
            tree = parse(text, table.scope.names, fields=table.scope.fields).tree
        except FeelSyntaxError:
            return None
        if not is_constant(tree):
            return None
        values.append(constant_value(tree))
    return tuple(values)


# Findings -------------------------------------------------------------------------------------


def _computed(sheet: Sheet) -> Iterator[Problem]:
    for domain in sheet.domains:
        if domain.exact:
            continue
        rules = tuple(at + 1 for at in range(len(sheet.boxes)) if domain.computed >> at & 1)
        what = f"rules {_numbers(rules)} compute" if rules else "its values cannot be taken apart"
        message = f"the column '{domain.title}' cannot be judged exactly: {what}"
        yield sheet.problem("check.computed", message, "hint", rules=rules, column=domain.title)


def _outputs(sheet: Sheet) -> Iterator[Problem]:
    table = sheet.table
    for at, clause in enumerate(table.table.outputs):
        text = clause.allowed or table.scope.types.of(clause.type).allowed_text
        allowed = allowed_test(text, table.place, []) if text else None
        if allowed is None:
            continue
        given: list[Value] = []
        for rule, values in enumerate(sheet.outputs, 1):
            if values is None:
                continue
            given.append(values[at])
            if values[at] is not None and not allowed(values[at]):
                message = f"{literal(values[at])} is none of {text}"
                yield sheet.problem("output.allowed", message, rules=(rule,), column=clause.title)
        yield from _unused(sheet, at, given)


def _unused(sheet: Sheet, at: int, given: list[Value]) -> Iterator[Problem]:
    if len(given) < len(sheet.outputs) or sheet.table.defaults is not None:
        return
    title = sheet.table.table.outputs[at].title
    for value in sheet.table.ranks[at]:
        if not any(holds(each, value) is True for each in given):
            message = f"no rule gives {literal(value)}"
            yield sheet.problem("output.unused", message, "hint", column=title)


def _dead(sheet: Sheet) -> Iterator[Problem]:
    for rule, box in enumerate(sheet.boxes, 1):
        for domain, classes in zip(sheet.domains, box, strict=True):
            if not classes:
                message = f"the rule never applies: nothing in '{domain.title}' can meet its cell"
                yield sheet.problem("rule.dead", message, rules=(rule,), column=domain.title)
                break


def _gaps(sheet: Sheet) -> Iterator[Problem]:
    live = ((1 << len(sheet.boxes)) - 1) & ~sheet.computed
    sweep = Sweep(sheet.domains)
    boxes = list(sweep.gaps(live))
    doubt = bool(sheet.computed) or not all(domain.exact for domain in sheet.domains)
    for box in boxes[:MAX_FINDINGS]:
        null = _only_null(sheet.domains, box)
        severity: Severity = "warning" if null or doubt else "error"
        code = "table.gap-null" if null else "table.gap"
        yield sheet.problem(code, f"no rule for: {sheet.say(box)}", severity, box=box)
    if sweep.bounded or len(boxes) > MAX_FINDINGS:
        message = "there are more gaps than these; the search was bounded"
        yield sheet.problem("check.bounded", message, "hint")


def _only_null(domains: list[Domain], box: Box) -> bool:
    """Whether the gap is there only where something is not given."""
    return any(
        all(domain.is_null(at) for at in range(len(domain.classes)) if classes >> at & 1)
        for domain, classes in zip(domains, box, strict=True)
    )


def _conflicts(sheet: Sheet) -> Iterator[Problem]:
    found = 0
    for first, second, box in _overlaps(sheet.boxes):
        a, b = sheet.outputs[first], sheet.outputs[second]
        same = a is not None and b is not None and _same(a, b)
        if sheet.table.table.hit_policy == "A" and (same or a is None or b is None):
            continue
        found += 1
        if found > MAX_FINDINGS:
            message = f"more than {MAX_FINDINGS} conflicts; only the first are told"
            yield sheet.problem("check.bounded", message, "hint")
            return
        rules = (first + 1, second + 1)
        how = "and say the same" if same else "and their results differ"
        where = sheet.say(box)
        message = f"rules {_numbers(rules)} both hold, {how}, when {where}"
        computed = sheet.computed >> first & 1 or sheet.computed >> second & 1
        severity: Severity = "warning" if computed else "error"
        code = "table.overlap" if same else "table.conflict"
        yield sheet.problem(code, message, severity, rules=rules, box=box)


def _same(a: tuple[Value, ...], b: tuple[Value, ...]) -> bool:
    return all(equal(x, y) is True for x, y in zip(a, b, strict=True))


def _overlaps(boxes: list[Box]) -> Iterator[tuple[int, int, Box]]:
    for first, box in enumerate(boxes):
        for second in range(first + 1, len(boxes)):
            other = boxes[second]
            if all(x & y for x, y in zip(box, other, strict=True)):
                yield first, second, tuple(x & y for x, y in zip(box, other, strict=True))


def _masked(sheet: Sheet) -> Iterator[Problem]:
    sweep = Sweep(sheet.domains)
    for rule, box in enumerate(sheet.boxes):
        if not all(box):
            continue
        before = _before(sheet, rule)
        mask = sum(1 << at for at in before) & ~sheet.computed
        if not mask or not sweep.covered(box, mask):
            continue
        covers = _cover(sweep, box, [at for at in before if mask >> at & 1])
        numbers = tuple(at + 1 for at in covers)
        who = (
            f"rule {numbers[0]} covers" if len(numbers) == 1 else f"rules {_numbers(numbers)} cover"
        )
        same = all(_agree(sheet, rule, at) for at in covers)
        more = "" if same else " with another result"
        message = f"rule {rule + 1} never applies: {who} all of it{more}"
        yield sheet.problem("rule.masked", message, rules=(rule + 1, *numbers), box=box)
    if sweep.bounded:
        message = "the search for rules that never apply was bounded"
        yield sheet.problem("check.bounded", message, "hint")


def _agree(sheet: Sheet, a: int, b: int) -> bool:
    x, y = sheet.outputs[a], sheet.outputs[b]
    return x is not None and y is not None and _same(x, y)


def _before(sheet: Sheet, rule: int) -> list[int]:
    """The rules that win over this one: earlier ones, or those with a higher priority."""
    if sheet.table.table.hit_policy == "F":
        return list(range(rule))
    own = _rank(sheet, rule)
    if own is None:
        return []
    winners = []
    for at in range(len(sheet.boxes)):
        rank = _rank(sheet, at)
        if rank is not None and (rank < own or (rank == own and at < rule)):
            winners.append(at)
    return winners


def _rank(sheet: Sheet, rule: int) -> tuple[int, ...] | None:
    values = sheet.outputs[rule]
    if values is None:
        return None
    table = sheet.table
    result = values[0] if len(table.names) == 1 else dict(zip(table.names, values, strict=True))
    return tuple(hitpolicies.rank(table, result))


def _cover(sweep: Sweep, box: Box, candidates: list[int]) -> list[int]:
    """A set of the candidates that covers the box, with none to spare."""
    for at in candidates:
        if sweep.covered(box, 1 << at):
            return [at]
    kept = list(candidates)
    for at in candidates:
        fewer = [each for each in kept if each != at]
        if sweep.covered(box, sum(1 << each for each in fewer)):
            kept = fewer
    return kept


def _numbers(rules: Iterable[int]) -> str:
    names = [str(rule) for rule in rules]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# The sweep ------------------------------------------------------------------------------------


class Sweep:
    """Goes through the columns with the set of rules that still hold."""

    def __init__(self, domains: list[Domain]) -> None:
        self.domains = domains
        self.bounded = False
        self._states = MAX_STATES
        # wide[c]: rules that hold for all values of column c and all after it
        self.wide = [0] * (len(domains) + 1)
        self.wide[len(domains)] = -1
        for at in range(len(domains) - 1, -1, -1):
            mask = self.wide[at + 1]
            for own in domains[at].masks:
                mask &= own
            self.wide[at] = mask
        self._memo: dict[tuple[int, int], tuple[Box, ...]] = {}

    def gaps(self, live: int) -> list[Box]:
        """The boxes that none of the rules covers, neighbours merged."""
        return _merged(list(self._gaps(0, live)))

    def _gaps(self, column: int, live: int) -> tuple[Box, ...]:
        if not live:
            return (tuple(domain.all() for domain in self.domains[column:]),)
        if live & self.wide[column] or column == len(self.domains):
            return ()
        key = (column, live)
        if key not in self._memo:
            if not self._spend():
                return ()
            self._memo[key] = self._sweep(column, live)
        return self._memo[key]

    def _spend(self) -> bool:
        self._states -= 1
        self.bounded = self.bounded or self._states < 0
        return not self.bounded

    def _sweep(self, column: int, live: int) -> tuple[Box, ...]:
        below: dict[tuple[Box, ...], int] = {}
        for at, mask in enumerate(self.domains[column].masks):
            found = self._gaps(column + 1, live & mask)
            if found:
                below[found] = below.get(found, 0) | 1 << at
        boxes = [(classes, *rest) for found, classes in below.items() for rest in found]
        if len(boxes) > 5 * MAX_FINDINGS:
            self.bounded = True
            boxes = boxes[: 5 * MAX_FINDINGS]
        return tuple(boxes)

    def covered(self, box: Box, live: int) -> bool:
        """Whether the rules together cover all of the box."""
        return self._covered(0, box, live, {})

    def _covered(self, column: int, box: Box, live: int, memo: dict[tuple[int, int], bool]) -> bool:
        if not live:
            return False
        if live & self.wide[column] or column == len(self.domains):
            return True
        key = (column, live)
        if key not in memo:
            if not self._spend():
                return False
            memo[key] = all(
                self._covered(column + 1, box, live & mask, memo)
                for at, mask in enumerate(self.domains[column].masks)
                if box[column] >> at & 1
            )
        return memo[key]


def _merged(boxes: list[Box]) -> list[Box]:
    """Boxes that differ in one column only become one."""
    merged = True
    while merged and boxes:
        merged = False
        for column in range(len(boxes[0])):
            groups: dict[tuple[Box, Box], int] = {}
            for box in boxes:
                key = (box[:column], box[column + 1 :])
                groups[key] = groups.get(key, 0) | box[column]
            if len(groups) < len(boxes):
                merged = True
                boxes = [(*left, classes, *right) for (left, right), classes in groups.items()]
    return boxes
