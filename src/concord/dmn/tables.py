"""Decision tables: which rules hold (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from concord.dmn import model as m
from concord.dmn.columns import Column, is_constant
from concord.dmn.feel import ast
from concord.dmn.feel.closures.weights import weight
from concord.dmn.feel.expression import UnaryTests, parse, parse_unary
from concord.dmn.feel.runtime import BudgetError, Code, Env, Run
from concord.dmn.feel.types import ANY, MISFIT, Allowed, Type, coerce
from concord.dmn.feel.values import KINDS, Value, kind
from concord.dmn.hitpolicies import outcome
from concord.dmn.itemtypes import allowed_test
from concord.dmn.lookup import PLAIN, Lookup, as_they_stand, lookup_of
from concord.dmn.problems import FeelSyntaxError, Place, Problem
from concord.dmn.result import MatchedRule
from concord.dmn.scope import Scope

_STEPS = 10_000  # what the list of allowed outputs may take, or finding out that a cell fails
_OF_ANY = frozenset(
    {"null", "list", "context", "range", "function"}
)  # kinds that any cell is asked


@dataclass
class CompiledTable:
    """A table's closures. `columns` are in the order of the inputs; `broken` is what is wrong with
    its cells in every evaluation."""

    table: m.DecisionTable
    place: Place
    inputs: list[Code]
    types: list[Type]
    allowed: list[Allowed | None]
    columns: list[Column]
    trees: list[list[ast.UnaryTests | None]]
    outputs: list[list[Code]]
    names: list[str]
    defaults: list[Code] | None
    ranks: list[list[Value]]
    matches: list[MatchedRule]
    scope: Scope
    broken: Sequence[Problem] = ()
    asked: list[frozenset[type]] = field(init=False)
    lookups: list[Lookup] = field(init=False)
    computed: list[list[tuple[int, Code]]] = field(init=False)
    computes: int = field(init=False)
    costs: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """`computed` has of each rule the cells that compute, `computes` the rules with any;
        `asked` are the classes of values that a column's cells can be about, `costs` what it takes
        to ask each cell of a column."""
        self.asked = [_asked(each) for each in self.columns]
        self.lookups = [lookup_of(each, PLAIN, each.lookup) for each in self.columns]
        self.costs = [sum(weight(tree) for tree in column if tree) for column in self.trees]
        self.computed = [[] for _ in self.outputs]
        for at, column in enumerate(self.columns):
            for rule, code in column.computed:
                self.computed[rule].append((at, code))
        self.computes = sum(1 << rule for rule, cells in enumerate(self.computed) if cells)

    @property
    def decision(self) -> str:
        return self.place.decision

    @property
    def titles(self) -> list[str]:
        """What the columns of conditions are called."""
        return [clause.title for clause in self.table.inputs]

    def evaluate(self, env: Env) -> Value:
        run = env.run
        run.spend(1 + len(self.inputs) // 4)
        for problem in self.broken:
            run.note(problem.code, problem.message, problem.place)
        values: list[Value] = []
        for at, code in enumerate(self.inputs):
            value = code(env)
            values.append(value)
            if not self._admits(at, value, run):
                run.trace.append((self, values, [], None))
                return None
            if value.__class__ not in PLAIN:
                run.spend(self.costs[at])
            if value.__class__ not in self.asked[at]:
                self._misfit(at, value, run)
        matched = self.matching(values, env)
        output = outcome(self, matched, env)
        run.trace.append((self, values, matched, output))
        return output

    def matching(self, values: Sequence[Value], env: Env) -> list[int]:
        """The rules that hold, from 0; for First only the first. Cells that compute are asked only
        where all others of the rule hold."""
        mask = (1 << len(self.outputs)) - 1
        for value, lookup in zip(values, self.lookups, strict=True):
            mask &= lookup(value)
            if not mask:
                break
        if not mask:
            return []
        first = self.table.hit_policy == "F"
        if not mask & self.computes:
            return [(mask & -mask).bit_length() - 1] if first else bits(mask)
        matched = []
        for rule in bits(mask):
            env.run.spend()
            if all(code(env.inner({"?": values[at]})) is True for at, code in self.computed[rule]):
                matched.append(rule)
                if first:
                    break
        return matched

    def _misfit(self, at: int, value: Value, run: Run) -> None:
        """No cell of the column holds for such a value, but one that lets all pass."""
        kinds = " or a ".join(each for each in self.columns[at].bounds if each not in _OF_ANY)
        place = Place(self.place.decision, self.table.name, "", self.table.inputs[at].title)
        run.note("type", f"the column's cells ask for a {kinds}, not for this {kind(value)}", place)

    def _admits(self, at: int, value: Value, run: Run) -> bool:
        allowed = self.allowed[at]
        if allowed is None or value is None or allowed(value, run):
            return True
        clause = self.table.inputs[at]
        place = Place(self.place.decision, self.table.name, "", clause.title)
        run.note("input.allowed", f"the value is none of {clause.allowed}", place)
        return False


def _asked(column: Column) -> frozenset[type]:
    kinds = set(column.bounds) - _OF_ANY
    any_ = not kinds or bool(column.computed)
    return frozenset(cls for cls, name in KINDS.items() if any_ or name in kinds | _OF_ANY)


def compile_table(table: m.DecisionTable, scope: Scope) -> Code:
    """The closure of a table."""
    compiled = build_table(table, scope)
    scope.tables.append(compiled)
    return compiled.evaluate


def build_table(table: m.DecisionTable, scope: Scope) -> CompiledTable:
    """Compile a table; cells that do not parse are problems of the scope and never hold."""
    inner = scope.at(table=table.name)
    before = len(inner.problems)
    for rule in table.rules:
        if not _is_whole(table, rule):
            inner.problems.append(_not_whole(rule, inner))
    types = [inner.at(column=each.title).type(each.type) for each in table.inputs]
    for clause in table.outputs:
        inner.at(column=clause.title).type(clause.type)
    cells = [_column(table, at, inner) for at in range(len(table.inputs))]
    outputs = [_outputs(table, rule, inner) for rule in table.rules]
    broken = [each for each in inner.problems[before:] if each.place.rule]
    return CompiledTable(
        table=table,
        place=scope.place,
        inputs=[_input(each, inner) for each in table.inputs],
        types=types,
        allowed=[
            allowed_test(each.allowed, inner.at(column=each.title).place, inner.problems)
            if each.allowed
            else None
            for each in table.inputs
        ],
        columns=[Column(trees, codes) for trees, codes in cells],
        trees=[trees for trees, _ in cells],
        outputs=outputs,
        names=[each.name or each.title for each in table.outputs],
        defaults=_defaults(table, inner),
        ranks=[_ranks(each, inner) for each in table.outputs],
        matches=[_matched(table, rule, scope) for rule in table.rules],
        scope=inner,
        broken=broken,
    )


def _is_whole(table: m.DecisionTable, rule: m.Rule) -> bool:
    return len(rule.inputs) == len(table.inputs) and len(rule.outputs) == len(table.outputs)


def _not_whole(rule: m.Rule, scope: Scope) -> Problem:
    message = "the rule has not as many cells as there are columns"
    return Problem("table.cells", message, scope.at(rule=str(rule.index)).place)


def _matched(table: m.DecisionTable, rule: m.Rule, scope: Scope) -> MatchedRule:
    names = [name or f"annotation {at}" for at, name in enumerate(table.annotations, 1)]
    texts = dict(zip(names, rule.annotations, strict=False))
    if rule.description:
        texts.setdefault("description", rule.description)
    return MatchedRule(scope.place.decision, table.name, rule.id, rule.index, texts)


def _input(clause: m.InputClause, scope: Scope) -> Code:
    here = scope.at(column=clause.title)
    if not clause.expression:
        return here.missing("the column has no input expression")
    code, wanted = here.expression(clause.expression), scope.types.of(clause.type)
    return _converted(code, wanted)


def _column(
    table: m.DecisionTable, at: int, scope: Scope
) -> tuple[list[ast.UnaryTests | None], list[Code]]:
    trees: list[ast.UnaryTests | None] = []
    codes: list[Code] = []
    for rule in table.rules:
        here = scope.at(rule=str(rule.index), column=table.inputs[at].title)
        tree, code = _cell(rule.inputs[at], here) if _is_whole(table, rule) else (None, _never)
        trees.append(tree)
        codes.append(code)
    return trees, codes


def _cell(text: str, scope: Scope) -> tuple[ast.UnaryTests | None, Code]:
    try:
        parsed = parse_unary(
            text or "-",
            scope.names,
            fields=scope.fields,
            types=scope.types.named,
            place=scope.place,
            hints=scope.hints,
        )
    except FeelSyntaxError as error:
        return None, scope.broken(error)
    scope.know(parsed.tree, text)
    if is_constant(parsed.tree):
        scope.problems.extend(_failing(parsed))
    return parsed.tree, parsed._code  # type: ignore[return-value]


def _never(env: Env) -> bool:
    return False


def _failing(cell: UnaryTests) -> list[Problem]:
    """Why a constant cell that fails, fails: it never holds."""
    if all(isinstance(test, ast.Literal) for test in cell.tree.tests):
        return []
    run = Run(steps=_STEPS)
    try:
        cell._code(Env(run, {"?": None}))  # type: ignore[misc]
    except BudgetError as stop:
        run.note("budget", stop.message, cell.place)
    return [replace(each, severity="error") for each in run.problems]


def _outputs(table: m.DecisionTable, rule: m.Rule, scope: Scope) -> list[Code]:
    codes = []
    for at, clause in enumerate(table.outputs):
        text = rule.outputs[at] if _is_whole(table, rule) else ""
        here = scope.at(rule=str(rule.index), column=clause.title)
        if text in ("", "-"):
            codes.append(lambda env: None)
            continue
        codes.append(_converted(here.expression(text), scope.types.of(clause.type)))
    return codes


def _converted(code: Code, wanted: Type) -> Code:
    """The value as the type wants it, or as it is where it does not fit."""
    if wanted is ANY:
        return code
    fit = as_they_stand(wanted)

    def converted(env: Env) -> Value:
        value = code(env)
        if value is None or value.__class__ in fit:
            return value
        fitting = coerce(value, wanted, env.run)
        return value if fitting is MISFIT else fitting

    return converted


def _defaults(table: m.DecisionTable, scope: Scope) -> list[Code] | None:
    if not any(each.default for each in table.outputs):
        return None
    return [
        scope.at(column=each.title).expression(each.default) if each.default else (lambda env: None)
        for each in table.outputs
    ]


def _ranks(clause: m.OutputClause, scope: Scope) -> list[Value]:
    """The allowed values in order, as values."""
    text = clause.allowed or scope.types.of(clause.type).allowed_text
    if not text:
        return []
    try:
        code = parse(f"[{text}]", scope.names, place=scope.at(column=clause.title).place)
    except FeelSyntaxError:
        return []
    values = code.evaluate_full(steps=_STEPS).value
    return values if isinstance(values, list) else []


def bits(mask: int) -> list[int]:
    """The places of the bits that are set, from the lowest."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
