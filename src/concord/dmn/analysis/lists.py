"""Columns of lists: what their cells ask (does it contain this, how many are there, is it just
that), taken apart into the combinations that can be told apart.

Exact for `list contains(?, constant)`, `count(?)` compared with a constant, whole lists, and these
joined by `and`, `or` and `not`; any other cell counts as one that computes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise, permutations
from typing import cast

from concord.dmn.columns import Atom, constant_value, is_timeless
from concord.dmn.feel import ast
from concord.dmn.feel.values import Value, is_number

MOST_MEMBERS = 6  # named in one column: every set of them is tried
MOST_COUNT = 50
_FILLER = "\x00another"


def list_tests(tree: ast.UnaryTests) -> bool:
    """Whether the cell asks of a list only what is taken apart here."""
    return tree.any or all(_is_known(test) for test in tree.tests)


def _is_known(test: ast.Node) -> bool:
    match test:
        case ast.And() | ast.Or():
            return _is_known(test.left) and _is_known(test.right)
        case ast.Call(function=ast.Name(name="not", builtin=True), args=(of,)):
            return _is_known(of)
        case ast.Call() if _member(test) is not None:
            return True
        case ast.Comparison():
            return _bound(test) is not None or _same(test) is not None
    return is_timeless(test)


def _member(test: ast.Node) -> ast.Node | None:
    """The constant of `list contains(?, constant)`."""
    match test:
        case ast.Call(function=ast.Name(name="list contains"), args=(ast.Name(name="?"), of)):
            return of if is_timeless(of) else None
    return None


def _bound(test: ast.Comparison) -> ast.Node | None:
    """The constant that `count(?)` is compared with."""
    match test.left, test.right:
        case (ast.Call(function=ast.Name(name="count"), args=(ast.Name(name="?"),)), of) | (
            of,
            ast.Call(function=ast.Name(name="count"), args=(ast.Name(name="?"),)),
        ):
            return of if is_timeless(of) else None
    return None


def _same(test: ast.Comparison) -> ast.Node | None:
    """The constant of `? = constant`."""
    match test.left, test.right:
        case (ast.Name(name="?"), of) | (of, ast.Name(name="?")):
            return of if is_timeless(of) else None
    return None


def list_atoms(trees: Iterable[ast.UnaryTests], allowed: Sequence[Value] | None) -> list[Atom]:
    """The combinations: which of the named members are in it, and how many items it has; whole
    lists that a cell names stand for themselves. `allowed` are all items that there can be."""
    members: list[Value] = []
    cuts = {0, 1}
    named: list[list[Value]] = []
    for tree in trees:
        for test in tree.tests:
            for sort, value in _asked(test):
                if sort == "member" and value not in members:
                    members.append(value)
                elif sort == "count" and is_number(value) and 0 <= value < MOST_COUNT:
                    cuts |= {int(value), int(value) + 1}
                elif sort == "list" and value not in named:
                    named.append(value)
    found = [Atom("list", each, members=_inside(members, each), named=True) for each in named]
    if len(members) > MOST_MEMBERS:
        return found
    starts = sorted(cuts)
    counts = [(low, high - 1) for low, high in pairwise(starts)] + [(starts[-1], None)]
    for size in range(len(members) + 1):
        for chosen in combinations(members, size):
            for low, high in counts:
                sample = _sample(list(chosen), low, high, members, allowed, named)
                if sample is not None:
                    inside = _inside(members, list(chosen))
                    found.append(Atom("list", sample, low, high, members=inside))
    return found


def is_bounded(trees: Iterable[ast.UnaryTests]) -> bool:
    """Whether there are more members, or higher counts, than are tried."""
    members: list[Value] = []
    for tree in trees:
        for test in tree.tests:
            for sort, value in _asked(test):
                if sort == "member" and value not in members:
                    members.append(value)
                if sort == "count" and not (is_number(value) and value < MOST_COUNT):
                    return True
    return len(members) > MOST_MEMBERS


def _asked(test: ast.Node) -> Iterator[tuple[str, Value]]:
    member = _member(test)
    if member is not None:
        yield "member", constant_value(member)
        return
    match test:
        case ast.And() | ast.Or():
            yield from _asked(test.left)
            yield from _asked(test.right)
        case ast.Comparison():
            bound, same = _bound(test), _same(test)
            if bound is not None:
                yield "count", constant_value(bound)
            else:  # a whole list, since these are tests of lists
                yield from _constant(constant_value(cast(ast.Node, same)))
        case ast.Call(args=(of,)):
            yield from _asked(of)
        case _:
            yield from _constant(constant_value(test))


def _constant(value: Value) -> Iterator[tuple[str, Value]]:
    """A cell that is a list meets the list, and each list that stands in it."""
    if isinstance(value, list):
        yield "list", value
        for each in value:
            if isinstance(each, list):
                yield "list", each
    elif value is not None:
        yield "list", [value]


def _inside(members: list[Value], chosen: list[Value]) -> tuple[tuple[Value, bool], ...]:
    return tuple((each, each in chosen) for each in members)


def _sample(
    chosen: list[Value],
    low: int,
    high: int | None,
    members: list[Value],
    allowed: Sequence[Value] | None,
    named: list[list[Value]],
) -> list[Value] | None:
    """A list of just these members and of that length, which no cell names, if there is one."""
    others = [_FILLER] if allowed is None else [e for e in allowed if e not in members]
    fillers = others + chosen
    for size in (max(low, len(chosen)), max(low, len(chosen)) + 1):
        if high is not None and size > high:
            continue
        for filler in fillers or [None]:
            missing = size - len(chosen)
            if missing and not fillers:
                continue
            sample = chosen + [filler] * missing
            for turned in (sample, sample[::-1]):
                if turned not in named:
                    return turned
    return None


def may_be_within(one: Atom, other: Atom, atoms: Sequence[Atom]) -> bool:
    """Whether all items of some list of the one stand in some list of the other. `atoms` are all of
    the column."""
    more = [item for atom in (*atoms, other) if atom.kind == "list" for item in atom.sample]
    named = [atom.sample for atom in atoms if atom.named]
    return any(_fits_in(items, other, named) for items in _items(one, more, named))


def _items(
    atom: Atom, more: Sequence[Value], named: Sequence[list[Value]]
) -> Iterator[list[Value]]:
    """What the atom's lists may be made of: just the members, or one more item that no cell asks
    for."""
    if atom.named:
        yield list(atom.sample)
        return
    inside = [member for member, there in atom.members if there]
    if inside or not atom.low:
        yield inside
    else:
        members = [member for member, _ in atom.members]
        lists = ([item] for item in more if item not in members)
        yield from (each for each in lists if atom.high != 1 or each not in named)


def _fits_in(items: Sequence[Value], atom: Atom, named: Sequence[list[Value]]) -> bool:
    """Whether a list of the atom has all of the items."""
    if atom.named:
        return all(item in atom.sample for item in items)
    members = [member for member, _ in atom.members]
    inside = [member for member, there in atom.members if there]
    beside = [item for at, item in enumerate(items)
              if item not in members and item not in items[:at]]  # fmt: skip
    fits = all(item in inside for item in items if item in members)
    least = [*inside, *beside]
    if atom.high is None or len(least) < atom.high:
        return fits
    turned = map(list, permutations(least))
    return fits and len(least) == atom.high and any(each not in named for each in turned)


# Words ----------------------------------------------------------------------------------------


def say_lists(own: Sequence[Atom], chosen: Sequence[Atom]) -> str:
    """The combinations as FEEL tests: those that differ in one thing only are said as one."""
    from concord.dmn.analysis.sweep import merged
    from concord.dmn.analysis.words import literal

    counts = sorted(
        {(atom.low, atom.high) for atom in own if not atom.named}, key=lambda each: each[0]
    )
    boxes = [_box(atom, counts, own) for atom in chosen if not atom.named]
    whole = [atom for atom in own if atom.named]
    texts = [literal([atom.sample])[1:-1] for atom in chosen if atom.named]
    for *inside, bits in merged(boxes):
        parts = [
            _says(member, there)
            for (member, _), there in zip(own[-1].members, inside, strict=True)
            if there != 3
        ]
        if bits != (1 << len(counts)) - 1:
            parts.append(_counts([each for at, each in enumerate(counts) if bits >> at & 1]))
        parts += [
            f"? != {literal(atom.sample)}"
            for atom in whole
            if atom not in chosen and _lies_in(atom, inside, bits, counts)
        ]
        if all(part.startswith("? !=") for part in parts) or (
            len(parts) == 1 and parts[0].startswith("not(")
        ):
            parts.insert(0, "? != null")  # `? != […]`, and not(…) as a whole cell, hold for null
        texts.append(" and ".join(parts))
    return ", ".join(texts)


def _lies_in(
    atom: Atom, inside: Sequence[int], bits: int, counts: Sequence[tuple[Value, Value]]
) -> bool:
    """Whether a whole list is one of those that the box speaks of."""
    size = len(atom.sample)
    at = next(at for at, (_, high) in enumerate(counts) if high is None or size <= high)
    fits = (there >> has & 1 for there, (_, has) in zip(inside, atom.members, strict=True))
    return bool(bits >> at & 1) and all(fits)


def _box(atom: Atom, counts: list[tuple[Value, Value]], own: Sequence[Atom]) -> tuple[int, ...]:
    """The atom as bits: 1 without and 2 with each member, then the count. Counts that cannot be
    with so many members go with the lowest one that can."""
    inside = tuple(2 if there else 1 for _, there in atom.members)
    possible = [(o.low, o.high) for o in own if not o.named and o.members == atom.members]
    bits = 1 << counts.index((atom.low, atom.high))
    if (atom.low, atom.high) == min(possible, key=lambda each: each[0]):
        bits |= bits - 1
    return (*inside, bits)


def _says(member: Value, bits: int) -> str:
    from concord.dmn.analysis.words import literal

    text = f"list contains(?, {literal(member)})"
    return text if bits == 2 else f"not({text})"


def _counts(chosen: list[tuple[Value, Value]]) -> str:
    parts: list[list[Value]] = []
    for low, high in chosen:
        if parts and parts[-1][1] is not None and parts[-1][1] + 1 == low:
            parts[-1][1] = high
        else:
            parts.append([low, high])
    texts = []
    for low, high in parts:
        if high is None:
            texts.append(f"count(?) >= {low}")
        elif low == high:
            texts.append(f"count(?) = {low}")
        elif low == 0:
            texts.append(f"count(?) <= {high}")
        else:
            texts.append(f"count(?) >= {low} and count(?) <= {high}")
    return texts[0] if len(texts) == 1 else "(" + " or ".join(f"({t})" for t in texts) + ")"
