"""A model's decisions as functions of its inputs: tables composed through what they require.

A column's expression is one input of the function, unless it names a decision that is a table of
constant cells and outputs (or one output of it): then that table stands in its place. So what can
never arrive is known, and two tables are judged as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from concord.dmn import model as m
from concord.dmn.analysis.bases import Bases
from concord.dmn.analysis.diagram import LEAF, Diagrams, TooLargeError
from concord.dmn.analysis.domain import Cells, Domain, asking, domain_of, parsed, passes
from concord.dmn.analysis.sheet import column_type, constant_outputs, fitted
from concord.dmn.columns import Atom, constant_value, is_timeless
from concord.dmn.feel import ast
from concord.dmn.feel.expression import parse
from concord.dmn.feel.runtime import Code, Env, Run
from concord.dmn.feel.types import ANY, Type
from concord.dmn.feel.values import Range, Value, kind
from concord.dmn.hitpolicies import outcome
from concord.dmn.problems import FeelSyntaxError
from concord.dmn.tables import CompiledTable

REFUSED = "refused"  # the value is none that the column allows: the table gives null


@dataclass(frozen=True, slots=True)
class Given:
    """What a table gives: a value and, where wanted, by which rules (from 1). `known` is false for
    a rule that computes its outputs: then `value` is their text."""

    value: Value
    rules: tuple[int, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """What a column sees: which rules hold, as bits; `null` and `refused` say more of the value."""

    mask: int
    null: bool = False
    refused: bool = False


class Graph:
    """The functions of one or more models (two versions of one) over the same inputs."""

    def __init__(self, *models: m.Model) -> None:
        self.models = models
        self.bases = [Bases(model) for model in models]
        self.diagrams = Diagrams()
        self.variables: list[Domain] = []
        self.too_large: set[str] = set()  # expressions whose values are not known for that
        self._numbers: dict[str, int] = {}
        self._tables = [_whole_tables(model) for model in models]
        self._known: dict[tuple[int, str], int | None] = {}
        self._seen: dict[tuple[int, int, int], int] = {}
        self._plain: dict[int, list[Any]] = {}

    def table(self, decision: str, of: int = 0) -> CompiledTable | None:
        """The table that is the decision's whole logic, if it is judged here."""
        return self._tables[of].get(decision)

    # Functions --------------------------------------------------------------------------------

    def decision(self, expression: str, of: int = 0) -> int | None:
        """The values of a decision, or of one output of it; null where it is no such table. Leaves
        are `Given` without rules."""
        key = (of, expression)
        if key not in self._known:
            self._known[key] = None  # what depends on itself is not known
            try:
                self._known[key] = self._decision(expression, of)
            except TooLargeError:
                self.too_large.add(expression)
        return self._known[key]

    def _decision(self, expression: str, of: int) -> int | None:
        name, _, output = expression.partition(".")
        table = self.table(expression, of) or self.table(name.strip(), of)
        if table is None:
            return self._chosen(expression, of)
        if any(values is None for values in self._outputs(table)):
            return None
        node = self.function(table, of)
        wanted = _type_of(self.models[of], table.place.decision)
        own = output.strip() if expression != table.place.decision else ""

        def label(given: Given) -> int:
            value = fitted(given.value, wanted)
            if own:
                value = value.get(own) if isinstance(value, dict) else None
            return self.given(Given(value))

        return self.diagrams.relabelled(node, label)

    def _chosen(self, expression: str, of: int) -> int | None:
        """A decision that is an expression and chooses between constants and other decisions,
        whatever it asks."""
        tree = _tree(self.models[of], expression)
        node = self._choice(tree, expression, of) if tree is not None else None
        if node is None:
            return None
        wanted = _type_of(self.models[of], expression)
        return self.diagrams.relabelled(
            node, lambda given: self.given(Given(fitted(given.value, wanted)))
        )

    def _choice(self, tree: ast.Node, expression: str, of: int) -> int | None:
        if isinstance(tree, ast.If):
            then = self._choice(tree.then, expression, of)
            otherwise = self._choice(tree.otherwise, expression, of)
            if then is None or otherwise is None or then == otherwise:
                return then if then == otherwise else None
            return self._either(f"{expression}\x00{tree.start}", then, otherwise, of)
        if isinstance(tree, ast.Name | ast.Path) and not is_timeless(tree):
            name = dotted(tree)
            return None if name is None or name == expression else self.decision(name, of)
        return self.given(Given(constant_value(tree))) if is_timeless(tree) else None

    def _either(self, choice: str, then: int, otherwise: int, of: int) -> int:
        """One of two functions, by an input of which nothing is known. Versions in which it is made
        in the same way share it."""
        name = choice.partition("\x00")[0]
        if any(changed(self.models[0], other, name) for other in self.models[1:]):
            choice = f"{choice}\x00{of}"
        if choice not in self._numbers:
            atoms = tuple(self._constant(side) for side in (then, otherwise))
            known = () if None in atoms else tuple(each for each in atoms if each is not None)
            self._variable(choice, Domain(name, known, ((0,), (1,)), (), True, 0))
        column = self._numbers[choice]
        sides = [self.diagrams.leaf(("choice", column, side), side) for side in (0, 1)]
        by = self.diagrams.node(column, tuple(sides))
        return self.diagrams.select(by, dict(zip(sides, (then, otherwise), strict=True)))

    def _constant(self, node: int) -> Atom | None:
        """The one value that comes out, if it is always the same."""
        if self.diagrams.column(node) != LEAF:
            return None
        value = self.diagrams.payload(node).value
        return Atom(kind(value), value, value, value, named=True)

    def function(self, table: CompiledTable, of: int = 0, *, rules: bool = False) -> int:
        """The table over the inputs of its model; leaves are `Given`, with `rules` by rules too.
        Raises `TooLargeError`."""
        selectors = [self.seen(table, at, of) for at in range(len(table.columns))]
        return Composition(self, table, selectors, rules).node(0, (1 << len(table.outputs)) - 1)

    def given(self, given: Given) -> int:
        key = (frozen(given.value), given.rules, given.known)
        return self.diagrams.leaf(key, given)

    def _outputs(self, table: CompiledTable) -> list[Any]:
        if id(table) not in self._plain:
            count = len(table.table.rules)
            self._plain[id(table)] = [constant_outputs(table, at) for at in range(count)]
        return self._plain[id(table)]

    def is_plain(self, table: CompiledTable, rule: int) -> bool:
        """Whether the rule's outputs are constants."""
        return self._outputs(table)[rule] is not None

    # Columns ----------------------------------------------------------------------------------

    def seen(self, table: CompiledTable, at: int, of: int = 0) -> int:
        """What a column sees, over the inputs; leaves are `Seen`."""
        key = (id(table), at, of)
        if key not in self._seen:
            clause = table.table.inputs[at]
            above = self.decision(clause.expression, of)
            if above is None:
                above = self._input(clause.expression)
            wanted = table.types[at]
            self._seen[key] = self.diagrams.relabelled(
                above, lambda given: self._sees(table, at, fitted(given.value, wanted, keep=True))
            )
        return self._seen[key]

    def _sees(self, table: CompiledTable, at: int, value: Value) -> int:
        seen = seen_by(table, at, value)
        return self.diagrams.leaf(("seen", seen), seen)

    def _input(self, expression: str) -> int:
        """The node that tells the classes of an input apart."""
        if expression not in self._numbers:
            self._variable(expression, self._domain(expression))
        column = self._numbers[expression]
        domain = self.variables[column]
        leaves = [
            self.diagrams.leaf(("class", column, at), Given(domain.sample(at)))
            for at in range(len(domain.classes))
        ]
        return self.diagrams.node(column, tuple(leaves))

    def _variable(self, expression: str, domain: Domain) -> None:
        self._numbers[expression] = len(self.variables)
        self.variables.append(replace(domain, expression=expression))
        self.diagrams.widths.append(len(domain.classes))

    def _domain(self, expression: str) -> Domain:
        """The input's classes: what no table of any of the models tells apart, whether it is judged
        as a whole or not."""
        trees: list[ast.UnaryTests | None] = []
        codes: list[Code] = []
        title, wanted, nullable = expression, ANY, True
        for of, model in enumerate(self.models):
            nullable = nullable and can_be_null(model, expression)
            judged = self._tables[of].values()
            others = [each for each in model.compiled.tables if each not in judged]
            for table in (*judged, *others):
                for at, clause in enumerate(table.table.inputs):
                    if clause.expression != expression:
                        continue
                    title = clause.title
                    trees += table.trees[at]
                    codes += table.columns[at].codes
                    own, allowed = column_type(table, at)
                    wanted = own if wanted is ANY else wanted
                    for test in filter(None, map(parsed, allowed)):
                        trees.append(test[0])
                        codes.append(test[1])
        texts = (wanted.allowed_text,) if wanted.allowed_text else ()
        return domain_of(title, Cells(trees, codes), wanted, texts, nullable=nullable)

    def text(self, box: Sequence[tuple[int, int]]) -> tuple[tuple[str, str], ...]:
        """A box over the inputs as titles and tests."""
        return tuple(
            (self.variables[column].title, self.variables[column].text(bits))
            for column, bits in box
            if self.variables[column].atoms
        )


class Composition:
    """A table over whatever its columns see: its cells asked one column after the other, with the
    rules that still hold."""

    def __init__(
        self, graph: Graph, table: CompiledTable, selectors: Sequence[int], rules: bool
    ) -> None:
        self.graph, self.table, self.selectors, self.rules = graph, table, selectors, rules
        self.first = table.table.hit_policy == "F"
        self.sure = self._sure()
        self._known: dict[tuple[int, int], int] = {}

    def _sure(self) -> list[int]:
        """By column: the rules that hold whatever it and those behind it see; none where a value
        may still be refused."""
        sure = [-1]
        for selector in reversed(self.selectors):
            mask = sure[-1]
            for seen in self.graph.diagrams.payloads(selector):
                mask = 0 if seen.refused else mask & seen.mask
            sure.append(mask)
        return sure[::-1]

    def node(self, at: int, live: int) -> int:
        if self.first:
            certain = live & self.sure[at]
            if certain:
                live &= ((certain & -certain) << 1) - 1
        key = (at, live)
        if key not in self._known:
            self._known[key] = self._node(at, live)
        return self._known[key]

    def _node(self, at: int, live: int) -> int:
        diagrams = self.graph.diagrams
        if at == len(self.selectors) or (live & ~self.sure[at] == 0 and self.sure[at]):
            return self._given(live)
        selector = self.selectors[at]
        then = {}
        for leaf in diagrams.leaves(selector):
            seen = diagrams.payload(leaf)
            if seen.refused:
                then[leaf] = self.graph.given(Given(None))
            else:
                then[leaf] = self.node(at + 1, live & seen.mask)
        return diagrams.select(selector, then)

    def _given(self, live: int) -> int:
        matched = [at for at in range(len(self.table.outputs)) if live >> at & 1]
        if self.first:
            matched = matched[:1]
        rules = tuple(at + 1 for at in matched) if self.rules else ()
        if not all(self.graph.is_plain(self.table, at) for at in matched):
            texts = [list(self.table.table.rules[at].outputs) for at in matched]
            return self.graph.given(Given(texts, rules, known=False))
        value = outcome(self.table, matched, Env(Run(), {}))
        return self.graph.given(Given(value, rules))


def seen_by(table: CompiledTable, at: int, value: Value) -> Seen:
    """What the column makes of a value."""
    allowed = table.allowed[at]
    if allowed is not None and value is not None and not allowed(value):
        return Seen(0, refused=True)
    env = asking(value)
    mask = table.columns[at].lookup(value)
    for rule, code in table.columns[at].computed:
        if not passes(code, env):
            mask &= ~(1 << rule)
    return Seen(mask, null=value is None)


def _whole_tables(model: m.Model) -> dict[str, CompiledTable]:
    """The tables that are a decision's whole logic and are judged by their cells alone, by name."""
    own = {name: logic.id for name, logic in model.tables.items()}
    return {
        table.place.decision: table
        for table in model.compiled.tables
        if own.get(table.place.decision) == table.table.id and _is_judged(table)
    }


def _is_judged(table: CompiledTable) -> bool:
    from concord.dmn.analysis.lists import is_bounded, list_tests

    for at, trees in enumerate(table.trees):
        wanted, _ = column_type(table, at)
        if wanted.name == "list":
            known = [tree for tree in trees if tree is not None and list_tests(tree)]
            if len(known) < len(trees) or is_bounded(known):
                return False
        elif table.columns[at].computed:
            return False
    return all(len(rule.inputs) == len(table.columns) for rule in table.table.rules)


def can_be_null(model: m.Model, expression: str) -> bool:
    """Whether null can arrive: not where an input's own type says that there is always a value."""
    for each in model.inputs:
        if each.name == expression:
            wanted = model.compiled.types.of(each.type)
            return wanted.allowed is None or wanted.allowed(None)
    return True


def _type_of(model: m.Model, decision: str) -> Type:
    return model.compiled.types.of(model.decision(decision).type)


def _tree(model: m.Model, name: str) -> ast.Node | None:
    """The expression that the decision is, if it is one that can be read."""
    decision = next((each for each in model.decisions if each.name == name), None)
    if decision is None or not isinstance(decision.logic, m.Literal):
        return None
    names = [each.name for each in model.inputs]
    names += [each.name for each in model.decisions if each is not decision]
    try:
        return parse(decision.logic.text, names, fields=model.compiled.fields).tree
    except FeelSyntaxError:
        return None


def dotted(tree: ast.Node) -> str | None:
    """The name, or path of names, as columns write it."""
    if isinstance(tree, ast.Path):
        of = dotted(tree.of)
        return None if of is None else f"{of}.{tree.name}"
    return tree.name if isinstance(tree, ast.Name) else None


def changed(old: m.Model, new: m.Model, name: str) -> list[str]:
    """What of all that a decision rests on, itself among it, the versions have differently. An
    input that only one of them looks at is no such thing: what is made of it stands in the tables.
    """
    sides = [_rests_on(model, name) for model in (old, new)]
    inputs = {each.name for model in (old, new) for each in model.inputs}
    once = inputs & (sides[0].keys() ^ sides[1].keys())
    names = dict.fromkeys([*sides[0], *sides[1]])
    return [each for each in names if each not in once and sides[0].get(each) != sides[1].get(each)]


def _rests_on(model: m.Model, name: str) -> dict[str, object]:
    """What the decision is made of, by name: logic and types."""
    all_: list[m.Decision | m.InputData | m.BusinessKnowledgeModel] = [
        *model.decisions, *model.inputs, *model.knowledge
    ]  # fmt: skip
    parts = {f"#{each.id}": each for each in all_}
    stack = [key for key, each in parts.items() if each.name == name]
    found: dict[str, object] = {}
    while stack:
        each = parts.get(stack.pop())
        if each is None or each.name in found:
            continue
        logic = None if isinstance(each, m.InputData) else each.logic
        found[each.name] = (logic, _shape(model.compiled.types.of(each.type)))
        if isinstance(each, m.Decision):
            stack += each.requires
        if not isinstance(each, m.InputData):
            stack += each.knowledge
    return found


def _shape(of: Type | None) -> object:
    """A type without its name."""
    if of is None:
        return None
    fields = tuple((name, _shape(each)) for name, each in of.fields)
    return (of.name, of.allowed_text, fields, _shape(of.of))


def frozen(value: Value) -> Any:
    """The value as a key: equal for equal values of one kind."""
    match value:
        case list():
            return ("list", *(frozen(each) for each in value))
        case dict():
            return ("context", *((key, frozen(each)) for key, each in sorted(value.items())))
        case Range():
            ends = frozen(value.low), frozen(value.high)
            return ("range", *ends, value.low_closed, value.high_closed, value.op)
    return (kind(value), value)
