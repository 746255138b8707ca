"""The values that a table's column can be asked about, as classes that no rule tells apart, and how
to say them in the words of a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from concord.dmn.columns import ORDERED, OTHER, Atom, Column, gap_samples, is_constant
from concord.dmn.feel import ast
from concord.dmn.feel.builtins.conversion import text_of
from concord.dmn.feel.expression import parse_unary
from concord.dmn.feel.operators import compare, equal
from concord.dmn.feel.runtime import Code, Run
from concord.dmn.feel.types import ANY, Type
from concord.dmn.feel.values import Value, kind
from concord.dmn.problems import FeelSyntaxError

KNOWN = ORDERED | {"string", "boolean"}


@dataclass(frozen=True, slots=True)
class Domain:
    """`classes[i]` is a set of atoms, by index; `masks[i]` the rules that hold for it. `exact` is
    false where a cell is computed or the values are of a kind that is not taken apart."""

    title: str
    atoms: tuple[Atom, ...]
    classes: tuple[tuple[int, ...], ...]
    masks: tuple[int, ...]
    exact: bool
    computed: int

    def is_null(self, at: int) -> bool:
        """Whether the class is null."""
        return self.atoms[self.classes[at][0]].kind == "null"

    def all(self) -> int:
        """All classes, as bits."""
        return (1 << len(self.classes)) - 1

    def rule(self, rule: int) -> int:
        """The classes for which the rule's cell holds, as bits."""
        bit = 1 << rule
        return sum(1 << at for at, mask in enumerate(self.masks) if mask & bit)

    def text(self, classes: int) -> str:
        """The classes as a FEEL test."""
        wanted: set[int] = set()
        for at, members in enumerate(self.classes):
            if classes >> at & 1:
                wanted.update(members)
        return say(self.atoms, wanted)


def domain_of(
    title: str,
    trees: list[ast.UnaryTests | None],
    codes: list[Code],
    wanted: Type,
    allowed: tuple[str, ...],
    only: list[Value] | None = None,
) -> Domain:
    """The column's values within its type, the allowed values (texts of unary tests) and, where
    they are known, those that can arrive."""
    rules = len(trees)
    more = [each for each in map(_parsed, allowed) if each is not None]
    all_trees = [*trees, *(tree for tree, _ in more)]
    column = Column(all_trees, [*codes, *(code for _, code in more)])
    own = (1 << rules) - 1
    needed = sum(1 << (rules + at) for at in range(len(more)))
    kinds = _kinds(wanted, column)
    atoms = [
        (atom, column.mask_of(atom.sample))
        for each in kinds
        for atom in _atoms(each, column.bounds.get(each, []))
    ]
    kept = [(atom, mask & own) for atom, mask in atoms if mask & needed == needed]
    kept.append((Atom("null", None), column.mask_of(None) & own))
    if only is not None:
        named = [atom.sample for atom, _ in kept if not atom.other]
        rest = [value for value in only if not any(equal(value, one) is True for one in named)]
        arriving = [each for each in kept if _arrives(each[0], rest if each[0].other else only)]
        kept = arriving or kept
    computed = sum(1 << at for at, _ in column.computed if at < rules)
    plain = all(each in KNOWN for each in kinds) and bool(kinds)
    trivial = all(tree is not None and tree.any for tree in trees)
    classes, masks = _classes(kept)
    return Domain(
        title=title,
        atoms=tuple(atom for atom, _ in kept),
        classes=classes,
        masks=masks,
        exact=(plain or trivial) and not computed,
        computed=computed,
    )


def _arrives(atom: Atom, values: list[Value]) -> bool:
    """Whether one of the values lies in the atom."""
    if atom.other:
        return any(kind(value) == atom.kind for value in values)
    if atom.kind in ORDERED and not atom.point:
        return any(kind(value) == atom.kind and _between(value, atom) for value in values)
    return any(equal(value, atom.sample) is True for value in values)


def _between(value: Value, atom: Atom) -> bool:
    above = atom.low is None or compare(value, atom.low) == 1
    return above and (atom.high is None or compare(value, atom.high) == -1)


def _parsed(text: str) -> tuple[ast.UnaryTests, Code] | None:
    try:
        parsed = parse_unary(text)
    except FeelSyntaxError:
        return None
    if not is_constant(parsed.tree) or parsed._code is None:
        return None
    return parsed.tree, parsed._code


def _kinds(wanted: Type, column: Column) -> list[str]:
    """The kinds of value that may arrive: the type's, or those that the cells speak of."""
    if wanted is not ANY and wanted.name != "Any":
        return [wanted.name]
    found = [each for each in column.bounds if each != "null"]
    return found or ["any"]


def _atoms(name: str, bounds: list[Value]) -> Iterable[Atom]:
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


def _ordered(name: str, bounds: list[Value]) -> Iterable[Atom]:
    samples = gap_samples(bounds)
    for at, sample in enumerate(samples):
        low = bounds[at - 1] if at else None
        high = bounds[at] if at < len(bounds) else None
        if sample is not None:
            yield Atom(name, sample, low, high, point=False)
        if high is not None:
            yield Atom(name, high, high, high)


def _classes(
    atoms: list[tuple[Atom, int]],
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """Atoms that the same rules hold for are one class; null is always one of its own."""
    found: dict[tuple[int, bool], list[int]] = {}
    for at, (atom, mask) in enumerate(atoms):
        found.setdefault((mask, atom.kind == "null"), []).append(at)
    return tuple(tuple(each) for each in found.values()), tuple(mask for mask, _ in found)


# Words ----------------------------------------------------------------------------------------


def say(atoms: tuple[Atom, ...], wanted: set[int]) -> str:
    """The atoms as a FEEL test, as short as it goes."""
    null = next((at for at, atom in enumerate(atoms) if atom.kind == "null"), -1)
    values = wanted - {null}
    every = set(range(len(atoms))) - {null}
    if values == every:
        return "-" if null in wanted or null < 0 else "not(null)"
    if any(atoms[at].other for at in values):
        return _others(atoms, wanted)
    texts: list[str] = []
    for name in dict.fromkeys(atoms[at].kind for at in sorted(values)):
        own = [at for at in range(len(atoms)) if atoms[at].kind == name]
        texts.append(_say_kind(atoms, own, values))
    if null in wanted:
        texts.append("null")
    return ", ".join(texts)


def _others(atoms: tuple[Atom, ...], wanted: set[int]) -> str:
    """Values that no cell names, by naming all that are not meant; null counts as a value."""
    rest = [at for at in range(len(atoms)) if at not in wanted]
    return f"not({_listed(atoms, rest)})"


def _say_kind(atoms: tuple[Atom, ...], own: list[int], values: set[int]) -> str:
    chosen = [at for at in own if at in values]
    if atoms[own[0]].kind not in ORDERED:
        return _listed(atoms, chosen)
    return ", ".join(_interval(atoms[run[0]], atoms[run[-1]]) for run in _runs(own, values))


def _listed(atoms: tuple[Atom, ...], which: list[int]) -> str:
    return ", ".join(literal(atoms[at].sample) for at in which)


def _runs(own: list[int], values: set[int]) -> list[list[int]]:
    """Stretches of neighbours."""
    runs: list[list[int]] = []
    for before, at in zip([None, *own], own, strict=False):
        if at not in values:
            continue
        if runs and before == runs[-1][-1]:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _interval(first: Atom, last: Atom) -> str:
    low, high = first.low, last.high
    if low is None and high is None:
        return "not(null)"
    if low is None:
        return f"{'<=' if last.point else '<'} {literal(high)}"
    if high is None:
        return f"{'>=' if first.point else '>'} {literal(low)}"
    if first is last and first.point:
        return literal(low)
    opening, closing = "[" if first.point else "(", "]" if last.point else ")"
    return f"{opening}{literal(low)}..{literal(high)}{closing}"


_PLAIN: tuple[str, ...] = ("number", "string", "boolean")


def literal(value: Value) -> str:
    """The value as FEEL writes it."""
    text = text_of(Run(), value)
    return text if kind(value) in (*_PLAIN, "null") else f'@"{text}"'
