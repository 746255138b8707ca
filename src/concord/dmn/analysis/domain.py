"""The values that a table's column can be asked about, as classes that no rule tells apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from concord.dmn.analysis.costs import spend
from concord.dmn.analysis.lists import is_bounded, list_atoms, list_tests
from concord.dmn.analysis.words import test_of
from concord.dmn.columns import (
    ORDERED,
    OTHER,
    Atom,
    Column,
    asks_value_only,
    bounds_of,
    constant_value,
    distinct,
    gap_samples,
    is_constant,
    is_timeless,
)
from concord.dmn.feel import ast
from concord.dmn.feel.expression import parse_unary
from concord.dmn.feel.runtime import BudgetError, Code, Env, Run
from concord.dmn.feel.types import ANY, Type
from concord.dmn.feel.values import Value, kind
from concord.dmn.problems import FeelSyntaxError

KNOWN = ORDERED | {"string", "boolean", "list"}
_STEPS = 20_000  # what asking one cell of one value may take


@dataclass(frozen=True, slots=True)
class Domain:
    """`classes[i]` is a set of atoms, by index; `masks[i]` the rules that hold for it. `exact` is
    false where a cell is computed or the values are of a kind that is not taken apart; `computed`
    are the rules with such a cell, as bits."""

    title: str
    atoms: tuple[Atom, ...]
    classes: tuple[tuple[int, ...], ...]
    masks: tuple[int, ...]
    exact: bool
    computed: int
    expression: str = ""

    def is_null(self, at: int) -> bool:
        """Whether the class is null."""
        return self.atoms[self.classes[at][0]].kind == "null"

    def sample(self, at: int) -> Value:
        """A value of the class."""
        return self.atoms[self.classes[at][0]].sample

    def all(self) -> int:
        """All classes, as bits."""
        return (1 << len(self.classes)) - 1

    def nulls(self) -> int:
        """The class of null, as bits."""
        return sum(1 << at for at in range(len(self.classes)) if self.is_null(at))

    def cells(self, rules: int) -> list[int]:
        """For each of so many rules the classes for which its cell holds, as bits."""
        found, before, all_from = [0] * rules, 0, self.all()
        for mask in self.masks:
            changed = mask ^ before
            while changed:
                low = changed & -changed
                found[low.bit_length() - 1] ^= all_from
                changed ^= low
            before, all_from = mask, all_from & (all_from - 1)
        return found

    def text(self, classes: int) -> str:
        """The classes as a FEEL test."""
        wanted: set[int] = set()
        for at, members in enumerate(self.classes):
            if classes >> at & 1:
                wanted.update(members)
        return test_of(self.atoms, wanted)


@dataclass(frozen=True, slots=True)
class Cells:
    """The tests of a column: of all rules that look at it, in whatever tables."""

    trees: Sequence[ast.UnaryTests | None]
    codes: Sequence[Code]
    column: Column | None = None  # where it is compiled already


def domain_of(
    title: str,
    cells: Cells,
    wanted: Type,
    allowed: Sequence[str] = (),
    only: Sequence[Value] | None = None,
    *,
    nullable: bool = True,
) -> Domain:
    """The column's values within its type, the allowed values (texts of unary tests) and, where
    they are known, those that can arrive."""
    more = [each for each in map(parsed, allowed) if each is not None]
    arriving = _allowed(only, more) if only is not None else []
    if arriving:
        atoms, computed, exact = _of_constants(cells, arriving)
    elif wanted.name == "list":
        atoms, computed, exact = _of_lists(cells, wanted)
    else:
        atoms, computed, exact = _of_values(cells, wanted, more)
        exact = exact and len(more) == len(allowed)
    if nullable and not arriving:
        null = asking(None)
        mask = sum(
            1 << at
            for at, code in enumerate(cells.codes)
            if computed >> at & 1 or passes(code, null)
        )
        atoms.append((Atom("null", None), mask))
    classes, masks = _classes(atoms)
    return Domain(
        title=title,
        atoms=tuple(atom for atom, _ in atoms),
        classes=classes,
        masks=masks,
        exact=exact and not computed,
        computed=computed,
    )


Found = list[tuple[Atom, int]]


def _of_values(
    cells: Cells, wanted: Type, allowed: list[tuple[ast.UnaryTests, Code]]
) -> tuple[Found, int, bool]:
    column = cells.column or Column(list(cells.trees), list(cells.codes))
    limits = Column([tree for tree, _ in allowed], [code for _, code in allowed])
    needed = (1 << len(allowed)) - 1
    kinds = _kinds(wanted, column)
    atoms = [
        (atom, column.lookup(atom.sample))
        for each in kinds
        for atom in _atoms(each, bounds_of([column, limits], each))
        if limits.lookup(atom.sample) == needed
    ]
    computed = sum(1 << at for at, _ in column.computed)
    plain = all(each in KNOWN for each in kinds)
    trivial = all(tree is not None and tree.any for tree in cells.trees)
    return atoms, computed, plain or trivial


def _of_lists(cells: Cells, wanted: Type) -> tuple[Found, int, bool]:
    known = [tree is not None and list_tests(tree) for tree in cells.trees]
    trees = [tree for tree, ok in zip(cells.trees, known, strict=True) if ok and tree is not None]
    computed = sum(1 << at for at, ok in enumerate(known) if not ok)
    items = _listed(wanted.of.allowed_text) if wanted.of is not None else None
    atoms: Found = []
    for atom in list_atoms(trees, items):
        env = asking(atom.sample)
        mask = 0
        for at, code in enumerate(cells.codes):
            if known[at] and passes(code, env):
                mask |= 1 << at
        atoms.append((atom, mask | computed))
    return atoms, computed, not is_bounded(trees)


def _listed(text: str) -> list[Value] | None:
    """The values that a constraint lists, if that is all it does."""
    test = parsed(text) if text else None
    if test is None or test[0].negated:
        return None
    tests = test[0].tests
    if not all(is_timeless(test) and not isinstance(test, ast.RangeLiteral) for test in tests):
        return None
    return [constant_value(test) for test in tests]


def _of_constants(cells: Cells, values: Sequence[Value]) -> tuple[Found, int, bool]:
    """The values themselves, each asked of every cell that asks of nothing else."""
    asks = [tree is not None and asks_value_only(tree) for tree in cells.trees]
    computed = sum(1 << at for at, ok in enumerate(asks) if not ok)
    found: Found = []
    for value in values:
        env = asking(value)
        mask = 0
        for at, code in enumerate(cells.codes):
            answer = passes(code, env) if asks[at] else False
            mask |= bool(answer) << at
            computed |= (answer is None) << at
        found.append((Atom(kind(value), value, value, value, named=True), mask))
    return [(atom, mask | computed) for atom, mask in found], computed, True


def asking(value: Value) -> Env:
    """Where cells are asked of the value."""
    return Env(Run(), {"?": value})


def passes(code: Code, env: Env) -> bool | None:
    """Whether the cell holds there; null where nobody can tell soon. Raises `SpentError` where all
    that was asked before took too long."""
    env.run.steps = _STEPS
    try:
        answer = code(env) is True
    except BudgetError:
        answer = None
    spend(_STEPS - max(env.run.steps, 0) + 1)
    return answer


def _allowed(
    values: Sequence[Value], allowed: Sequence[tuple[ast.UnaryTests, Code]]
) -> list[Value]:
    """Those of the values that are allowed: ordered ones in order, null last."""
    kept = [
        value
        for value in values
        if value is None or all(passes(code, asking(value)) for _, code in allowed)
    ]
    kinds: dict[str, list[Value]] = {}
    for value in kept:
        kinds.setdefault(kind(value), []).append(value)
    null = kinds.pop("null", [])
    return [each for name, own in kinds.items() for each in distinct(name, own)] + null[:1]


def parsed(text: str) -> tuple[ast.UnaryTests, Code] | None:
    """A constraint as a test, if it compares with constants alone."""
    try:
        test = parse_unary(text)
    except FeelSyntaxError:
        return None
    if not is_constant(test.tree) or test._code is None:
        return None
    return test.tree, test._code


def _kinds(wanted: Type, column: Column) -> list[str]:
    """The kinds of value that may arrive: the type's, or those that the cells speak of."""
    if wanted is not ANY and wanted.name != "Any":
        return [wanted.name]
    found = [each for each in column.bounds if each != "null"]
    return found or ["any"]


def _atoms(name: str, bounds: list[Value]) -> Iterator[Atom]:
    if name == "boolean":
        yield Atom(name, True)
        yield Atom(name, False)
    elif name == "string":
        for each in bounds:
            yield Atom(name, each)
        yield Atom(name, OTHER, other=True)
    elif name in ORDERED and bounds:
        yield from _ordered(name, bounds)
    else:
        yield Atom(name, OTHER, other=True)


def _ordered(name: str, bounds: list[Value]) -> Iterator[Atom]:
    for at, sample in enumerate(gap_samples(bounds)):
        low = bounds[at - 1] if at else None
        high = bounds[at] if at < len(bounds) else None
        if sample is not None:
            yield Atom(name, sample, low, high, point=False)
        if high is not None:
            yield Atom(name, high, high, high)


def _classes(
    atoms: Iterable[tuple[Atom, int]],
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """Atoms that the same rules hold for are one class; null is always one of its own."""
    found: dict[tuple[int, bool], list[int]] = {}
    for at, (atom, mask) in enumerate(atoms):
        found.setdefault((mask, atom.kind == "null"), []).append(at)
    return tuple(tuple(each) for each in found.values()), tuple(mask for mask, _ in found)
