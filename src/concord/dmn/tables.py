"""Decision tables: which rules hold, and what the hit policy makes of them (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from concord.dmn import model as m
from concord.dmn.columns import Column
from concord.dmn.feel import ast
from concord.dmn.feel.builtins.lists import max_, min_, sum_
from concord.dmn.feel.builtins.registry import NullResultError
from concord.dmn.feel.expression import parse, parse_unary
from concord.dmn.feel.operators import equal
from concord.dmn.feel.runtime import Code, Env, Run
from concord.dmn.feel.types import ANY, MISFIT, Type, coerce
from concord.dmn.feel.unary import holds
from concord.dmn.feel.values import Value
from concord.dmn.itemtypes import allowed_test
from concord.dmn.problems import FeelSyntaxError, Place, Problem
from concord.dmn.result import MatchedRule
from concord.dmn.scope import Scope


@dataclass(slots=True)
class CompiledTable:
    """A table's closures. `columns` are in the order of the inputs."""

    table: m.DecisionTable
    place: Place
    inputs: list[Code]
    types: list[Type]
    allowed: list[Callable[[Value], bool] | None]
    columns: list[Column]
    trees: list[list[ast.UnaryTests | None]]
    outputs: list[list[Code]]
    names: list[str]
    defaults: list[Code] | None
    ranks: list[list[Value]]
    matches: list[MatchedRule]
    scope: Scope

    def evaluate(self, env: Env) -> Value:
        run = env.run
        values: list[Value] = []
        mask = (1 << len(self.outputs)) - 1
        for at, code in enumerate(self.inputs):
            value = code(env)
            if not self._admits(at, value, run):
                run.trace.append((self, [*values, value], [], None))
                return None
            values.append(value)
        for value, column in zip(values, self.columns, strict=True):
            mask &= column.lookup(value)
            if column.computed and mask:
                mask = _computed(column, value, env, mask)
            if not mask:
                break
        matched = _bits(mask)
        if matched and self.table.hit_policy == "F":
            matched = matched[:1]
        output = self._result(matched, env)
        run.trace.append((self, values, matched, output))
        return output

    def _admits(self, at: int, value: Value, run: Run) -> bool:
        allowed = self.allowed[at]
        if allowed is None or value is None or allowed(value):
            return True
        clause = self.table.inputs[at]
        place = Place(self.place.decision, self.table.name, "", clause.title)
        run.note("input.allowed", f"the value is none of {clause.allowed}", place)
        return False

    def _result(self, matched: list[int], env: Env) -> Value:
        policy = self.table.hit_policy
        if not matched:
            return self._default(env)
        if policy == "F" or (policy == "U" and len(matched) == 1):
            return self._output(matched[0], env)
        if policy == "U":
            rules = ", ".join(str(at + 1) for at in matched)
            message = f"only one rule may hold at a time, but rules {rules} do"
            return self._nothing(env.run, "table.unique", message)
        results = [self._output(at, env) for at in matched]
        match policy:
            case "A":
                return self._any(matched, results, env.run)
            case "P":
                return self._ordered(results)[0]
            case "O":
                return self._ordered(results)
            case "C" if self.table.aggregation:
                return self._aggregate(results, env.run)
        return results

    def _default(self, env: Env) -> Value:
        if self.defaults is None:
            if self.table.hit_policy == "C" and self.table.aggregation == "COUNT":
                return 0
            if self.table.hit_policy in "ROC" and not self.table.aggregation:
                return []
            return None
        values = [code(env) for code in self.defaults]
        return self._row(values)

    def _output(self, rule: int, env: Env) -> Value:
        return self._row([code(env) for code in self.outputs[rule]])

    def _row(self, values: list[Value]) -> Value:
        if len(self.names) == 1:
            return values[0]
        return dict(zip(self.names, values, strict=True))

    def _any(self, matched: list[int], results: list[Value], run: Run) -> Value:
        if all(equal(results[0], other) is True for other in results[1:]):
            return results[0]
        rules = ", ".join(str(at + 1) for at in matched)
        message = f"rules {rules} hold together, but their results differ"
        return self._nothing(run, "table.any", message)

    def _ordered(self, results: list[Value]) -> list[Value]:
        return sorted(results, key=self._rank)

    def _rank(self, result: Value) -> list[int]:
        values = list(result.values()) if len(self.names) > 1 else [result]
        return [
            next((at for at, each in enumerate(ranks) if holds(value, each) is True), len(ranks))
            for value, ranks in zip(values, self.ranks, strict=True)
            if ranks
        ]

    def _aggregate(self, results: list[Value], run: Run) -> Value:
        if len(self.names) > 1:
            return self._nothing(run, "table.aggregate", "several outputs cannot be aggregated")
        try:
            match self.table.aggregation:
                case "COUNT":
                    return len(results)
                case "SUM":
                    return sum_(run, results)
                case "MIN":
                    return min_(run, results)
            return max_(run, results)
        except NullResultError as reason:
            return self._nothing(run, reason.code, reason.message)

    def _nothing(self, run: Run, code: str, message: str) -> None:
        run.note(code, message, Place(self.place.decision, self.table.name))


def compile_table(table: m.DecisionTable, scope: Scope) -> Code:
    """The closure of a table."""
    compiled = build_table(table, scope)
    scope.tables.append(compiled)
    return compiled.evaluate


def build_table(table: m.DecisionTable, scope: Scope) -> CompiledTable:
    """Compile a table; cells that do not parse are problems of the scope and never hold."""
    inner = scope.at(table=table.name)
    for rule in table.rules:
        wrong = len(rule.inputs) != len(table.inputs) or len(rule.outputs) != len(table.outputs)
        if wrong:
            here = inner.at(rule=str(rule.index)).place
            message = "the rule has not as many cells as there are columns"
            inner.problems.append(Problem("table.cells", message, here))
    cells = [_column(table, at, inner) for at in range(len(table.inputs))]
    return CompiledTable(
        table=table,
        place=scope.place,
        inputs=[_input(each, inner) for each in table.inputs],
        types=[scope.types.of(each.type) for each in table.inputs],
        allowed=[
            allowed_test(each.allowed, inner.at(column=each.title).place, inner.problems)
            if each.allowed
            else None
            for each in table.inputs
        ],
        columns=[Column(trees, codes) for trees, codes in cells],
        trees=[trees for trees, _ in cells],
        outputs=[_outputs(table, rule, inner) for rule in table.rules],
        names=[each.name or each.title for each in table.outputs],
        defaults=_defaults(table, inner),
        ranks=[_ranks(each, inner) for each in table.outputs],
        matches=[_matched(table, rule, scope) for rule in table.rules],
        scope=inner,
    )


def _matched(table: m.DecisionTable, rule: m.Rule, scope: Scope) -> MatchedRule:
    names = [name or f"annotation {at}" for at, name in enumerate(table.annotations, 1)]
    texts = dict(zip(names, rule.annotations, strict=False))
    return MatchedRule(scope.place.decision, table.name, rule.id, rule.index, texts)


def _input(clause: m.InputClause, scope: Scope) -> Code:
    here = scope.at(column=clause.title)
    if not clause.expression:
        return here.missing("the column has no input expression")
    code, wanted = here.expression(clause.expression), scope.types.of(clause.type)
    if wanted is ANY:
        return code

    def converted(env: Env) -> Value:
        value = code(env)
        if value is None:
            return None
        fitting = coerce(value, wanted)
        return value if fitting is MISFIT else fitting

    return converted


def _column(
    table: m.DecisionTable, at: int, scope: Scope
) -> tuple[list[ast.UnaryTests | None], list[Code]]:
    trees: list[ast.UnaryTests | None] = []
    codes: list[Code] = []
    for rule in table.rules:
        here = scope.at(rule=str(rule.index), column=table.inputs[at].title)
        tree, code = _cell(rule.inputs[at] if at < len(rule.inputs) else "", here)
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
        )
    except FeelSyntaxError as error:
        return None, scope.broken(error)
    scope.know(parsed.tree, text)
    return parsed.tree, parsed._code  # type: ignore[return-value]


def _outputs(table: m.DecisionTable, rule: m.Rule, scope: Scope) -> list[Code]:
    codes = []
    for at, clause in enumerate(table.outputs):
        text = rule.outputs[at] if at < len(rule.outputs) else ""
        here = scope.at(rule=str(rule.index), column=clause.title)
        if text in ("", "-"):
            codes.append(lambda env: None)
            continue
        codes.append(_converted(here.expression(text), scope.types.of(clause.type)))
    return codes


def _converted(code: Code, wanted: Type) -> Code:
    if wanted is ANY:
        return code

    def converted(env: Env) -> Value:
        value = code(env)
        fitting = coerce(value, wanted)
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
    values = code.evaluate()
    return values if isinstance(values, list) else []


def _computed(column: Column, value: Value, env: Env, mask: int) -> int:
    inner = env.inner({"?": value})
    for at, code in column.computed:
        bit = 1 << at
        if mask & bit and code(inner) is not True:
            mask &= ~bit
    return mask


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
