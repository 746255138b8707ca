"""Sets of values in the words of a table's cells, and those as a person says them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from concord.dmn.columns import ORDERED, Atom
from concord.dmn.feel.builtins.conversion import text_of
from concord.dmn.feel.runtime import Run
from concord.dmn.feel.values import Value, kind

_PLAIN = ("number", "string", "boolean", "null")


def test_of(atoms: Sequence[Atom], wanted: set[int]) -> str:
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
        texts.append(_of_kind(atoms, own, values))
    if null in wanted:
        texts.append("null")
    return ", ".join(texts)


def _others(atoms: Sequence[Atom], wanted: set[int]) -> str:
    """Values that no cell names, by naming all that are not meant; null counts as a value."""
    rest = {at for at in range(len(atoms)) if at not in wanted}
    texts = []
    for name in dict.fromkeys(atoms[at].kind for at in sorted(rest)):
        own = [at for at in range(len(atoms)) if atoms[at].kind == name]
        texts.append(_of_kind(atoms, own, rest))
    return f"not({', '.join(texts)})"


def _of_kind(atoms: Sequence[Atom], own: list[int], values: set[int]) -> str:
    from concord.dmn.analysis.lists import say_lists

    chosen = [at for at in own if at in values]
    if atoms[own[0]].kind == "list":
        return say_lists([atoms[at] for at in own], [atoms[at] for at in chosen])
    if atoms[own[0]].kind not in ORDERED:
        return _listed(atoms, chosen)
    return ", ".join(_interval(atoms[run[0]], atoms[run[-1]]) for run in _runs(own, values))


def _listed(atoms: Sequence[Atom], which: list[int]) -> str:
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
    if low is None and high is None:  # all of the kind, in a column that may have others
        return f"<= {literal(first.high)}, > {literal(first.high)}"
    if low is None:
        return f"{'<=' if last.point else '<'} {literal(high)}"
    if high is None:
        return f"{'>=' if first.point else '>'} {literal(low)}"
    if first is last and first.point:
        return literal(low)
    opening, closing = "[" if first.point else "(", "]" if last.point else ")"
    return f"{opening}{literal(low)}..{literal(high)}{closing}"


def literal(value: Value) -> str:
    """The value as FEEL writes it."""
    if isinstance(value, list):
        return f"[{', '.join(literal(each) for each in value)}]"
    text = text_of(Run(), value)
    return text if kind(value) in _PLAIN else f'@"{text}"'


def spoken(test: str) -> str:
    """A test as a person says it."""
    if test == "null":
        return "not given"
    if test == "not(null)":
        return "any value"
    if test.startswith("not(") and test.endswith(")") and " and " not in test:
        inner = test[4:-1]
        given = inner.removesuffix(", null")
        return f"other than {given}" + ("" if given != inner else ", or not given")
    return test.removesuffix(", null") + (", or not given" if test.endswith(", null") else "")


def numbers(rules: Iterable[int]) -> str:
    """`3`, `3 and 5`, `3, 5 and 8`."""
    names = [str(rule) for rule in rules]
    return "".join(names) if len(names) < 2 else f"{', '.join(names[:-1])} and {names[-1]}"
