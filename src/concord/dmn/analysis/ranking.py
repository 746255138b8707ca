"""What is better: the order of an input's or an output's values, as the caller or the file says it.

An order is written from worse to better, equals with commas between them: `"on hold" < "watch" <
"good", "excellent"`, `true < false`. For numbers, dates and durations it is `higher` or `lower`,
for lists `more` (all that the other has, and more), which may stand in such a row: `null < lower`.
Of a column with listed values, `first` and `last` say which end of the list is best. What an order
does not name is not compared.

In a file the order is the attribute `better` of the namespace below, on an input data, an item
definition (for all of the type), a decision, or a table's output. Of several ranked outputs of one
table the first counts most.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from concord.dmn.analysis.domain import Domain
from concord.dmn.analysis.lists import may_be_within
from concord.dmn.columns import ORDERED, Atom, constant_value, is_timeless
from concord.dmn.feel.expression import parse
from concord.dmn.feel.operators import compare, equal
from concord.dmn.feel.values import Value, kind
from concord.dmn.model import Model
from concord.dmn.problems import FeelSyntaxError, Place, Problem
from concord.dmn.xml import DMN

NAMESPACE = "https://concord.example/dmn"
BETTER = f"{{{NAMESPACE}}}better"
_WAYS = ("higher", "lower", "more")
_STEPS = re.compile(r'"(?:[^"\\]|\\.)*"|<|[^"<]+')
Level = str | tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """Levels from worse to better: values that are equally good, or a way in which the values of an
    ordered kind are better."""

    levels: tuple[Level, ...]

    def place(self, value: Value) -> int:
        """The value's level; -1 where it is not compared."""
        way = -1
        for at, level in enumerate(self.levels):
            if isinstance(level, str):
                way = at if _goes(level, kind(value)) else way
            elif any(equal(value, each) is True for each in level):
                return at
        return way

    def worse(self, one: Value, other: Value) -> bool | None:
        """Whether one is worse than the other; null where they are not compared. Of two lists one
        is worse that lacks something the other has."""
        here, there = self.place(one), self.place(other)
        if here < 0 or there < 0:
            return None
        level = self.levels[here]
        if here != there or not isinstance(level, str):
            return here < there
        if level == "more":
            return not all(any(equal(a, b) is True for b in one) for a in other)
        sign = compare(one, other)
        return None if sign is None else sign == (-1 if level == "higher" else 1)

    def steps(self, domain: Domain) -> list[tuple[int, int]]:
        """The pairs of the domain's classes of which the second is at least as good as the first,
        for some value of each."""
        stands = [self._stands(domain, at) for at in range(len(domain.atoms))]
        classes = range(len(domain.classes))
        return [
            (one, other)
            for one in classes
            for other in classes
            if one == other
            or any(
                self._at_most(domain, a, here, b, there)
                for a in domain.classes[one]
                for b in domain.classes[other]
                for here in stands[a]
                for there in stands[b]
            )
        ]

    def _stands(self, domain: Domain, at: int) -> list[tuple[int, int]]:
        """Where values of the atom stand: the level, and the place among atoms of that level, which
        are in order."""
        atom, found, way = domain.atoms[at], [], -1
        for place, level in enumerate(self.levels):
            if isinstance(level, str):
                way = place if _goes(level, atom.kind) else way
            elif any(_lies_in(value, atom, domain) for value in level):
                found.append((place, 0))
        if way >= 0 and not (found and atom.point and not atom.other):
            found.append((way, -at if self.levels[way] == "lower" else at))
        return found

    def _at_most(
        self, domain: Domain, a: int, here: tuple[int, int], b: int, there: tuple[int, int]
    ) -> bool:
        """Whether a value of the one atom is at most as good as one of the other."""
        if here[0] == there[0] and self.levels[here[0]] == "more":
            return may_be_within(domain.atoms[a], domain.atoms[b], domain.atoms)
        return here <= there


def _goes(way: Level, of: str) -> bool:
    """Whether values of the kind are better in that way."""
    return of == "list" if way == "more" else of in ORDERED


def _lies_in(value: Value, atom: Atom, domain: Domain) -> bool:
    """Whether the value is one of the atom's."""
    if kind(value) != atom.kind:
        return False
    if atom.other:
        return not any(equal(value, each.sample) is True for each in domain.atoms)
    if atom.point:
        return equal(value, atom.sample) is True
    above = atom.low is None or compare(value, atom.low) == 1
    return above and (atom.high is None or compare(value, atom.high) == -1)


Ranking = Mapping[str, Order]


def order_of(text: str, listed: list[Value] | None = None) -> Order:
    """The order that the text says; `listed` are the values for `first` and `last`. Raises
    `FeelSyntaxError`."""
    word = text.strip()
    if word in ("first", "last"):
        values = listed or []
        return Order(tuple((each,) for each in (values[::-1] if word == "first" else values)))
    levels: list[Level] = []
    for part in _parts(text):
        if part in _WAYS:
            levels.append(part)
            continue
        levels.append(_level(part, text))
    return Order(tuple(levels))


def _level(part: str, text: str) -> tuple[Value, ...]:
    """The values of one level of the order that the text says."""
    try:
        tree = parse(f"[{part}]").tree if part else None
    except FeelSyntaxError:
        tree = None
    if tree is None or not is_timeless(tree):
        ways = 'higher, lower, more, first, last, or "bad" < "good"'
        message = f"'{text}' says no order of values: {ways}"
        raise FeelSyntaxError([Problem("ranking", message, Place(text=text))])
    return tuple(constant_value(tree))


def _parts(text: str) -> Iterator[str]:
    part = ""
    for step in _STEPS.findall(text):
        if step == "<":
            yield part.strip()
            part = ""
        else:
            part += step
    yield part.strip()


def ranking_of(model: Model, given: Mapping[str, str | Order] | None = None) -> dict[str, Order]:
    """The orders that the file says, by the name of an input or decision, `decision.output` for an
    output; those that are given win, and may speak of what the model lacks. Raises
    `FeelSyntaxError`."""
    said = dict(_in_file(model))
    for name, order in (given or {}).items():
        said[name] = order_of(order, _listed(model, name)) if isinstance(order, str) else order
    return said


def rankable(model: Model) -> list[str]:
    """The names of inputs, decisions, their outputs, and what columns look at."""
    names = [each.name for each in model.inputs] + [each.name for each in model.decisions]
    for decision, table in model.tables.items():
        names += [f"{decision}.{output.name}" for output in table.outputs]
        names += [column.expression for column in table.inputs]
    return list(dict.fromkeys(names))


def _in_file(model: Model) -> Iterator[tuple[str, Order]]:
    root = model.document.root
    types = {
        name: each.get(BETTER, "")
        for each in root.iter(f"{{{DMN}}}itemDefinition")
        for name in [each.get("name", "")]
        if each.get(BETTER)
    }
    for data in model.inputs:
        if data.type in types:
            yield data.name, order_of(types[data.type], _listed(model, data.name))
    for name, text in _attributes(root):
        yield name, order_of(text, _listed(model, name))


def _attributes(root: ET.Element) -> Iterator[tuple[str, str]]:
    for data in root.iter(f"{{{DMN}}}inputData"):
        if data.get(BETTER):
            yield data.get("name", ""), data.get(BETTER, "")
    for decision in root.iter(f"{{{DMN}}}decision"):
        name = decision.get("name", "")
        if decision.get(BETTER):
            yield name, decision.get(BETTER, "")
        for output in decision.iter(f"{{{DMN}}}output"):
            if output.get(BETTER):
                yield f"{name}.{output.get('name', '')}", output.get(BETTER, "")


def _listed(model: Model, name: str) -> list[Value]:
    """The values that are listed for an input, a decision or a decision's output."""
    texts = [model.compiled.types.of(each.type).allowed_text for each in model.inputs
             if each.name == name]  # fmt: skip
    for decision, table in model.tables.items():
        for output in table.outputs:
            own = f"{decision}.{output.name}" == name or (
                decision == name and len(table.outputs) == 1
            )
            if own:
                texts.append(output.allowed or model.compiled.types.of(output.type).allowed_text)
        texts += [column.allowed for column in table.inputs if column.expression == name]
    for text in filter(None, texts):
        parsed = parse(f"[{text}]")
        if is_timeless(parsed.tree):
            values: Any = constant_value(parsed.tree)
            return list(values)
    return []
