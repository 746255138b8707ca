"""Who needs whom: the elements of a model in the order in which they are evaluated, each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from concord.dmn.cycles import cyclic
from concord.dmn.feel.misfits import misfit
from concord.dmn.feel.runtime import Code, Env, Run
from concord.dmn.feel.size import bounded
from concord.dmn.feel.types import ANY, MISFIT, Type, coerce
from concord.dmn.feel.values import Function, Value
from concord.dmn.lookup import as_they_stand
from concord.dmn.problems import Place


@dataclass(slots=True, eq=False)
class Node:
    """An element that others require. `path` is how it is called there: its name, or an import's
    name and its own. `needs` are keys."""

    key: str
    name: str
    type: Type
    code: Code | None = None
    needs: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    function: Function | None = None
    place: Place = field(default_factory=Place)
    order: list[Node] | None = None
    plain: list[tuple[str, str]] | None = None  # the needs that are values under their own names


class Requirements:
    """All nodes of a model and its imports, by key."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}

    def value(self, node: Node, run: Run, cache: dict[str, Value]) -> Value:
        """The node's value; all that it needs is evaluated first, in order, each once."""
        for each in self._open(node, cache):
            if each.key in cache or each.function is not None:
                continue
            if each.code is None:
                hint = run.hint(each.name, run.given)
                run.note("input.missing", f"'{each.name}' was not given{hint}", each.place)
                cache[each.key] = None
                continue
            plain = each.plain if each.plain is not None else self._plain(each)
            names = {name: cache.get(key) for name, key in plain}
            if len(plain) != len(each.needs):
                for path, key in each.needs:
                    bind(names, path, self.nodes[key].function or cache.get(key))
            value = bounded(each.code(Env(run, names)))
            if each.type is not ANY:
                value = fit(value, each.type, each.place, run)
            cache[each.key] = value
        return cache.get(node.key) if node.function is None else node.function

    def _open(self, node: Node, cache: dict[str, Value]) -> list[Node]:
        """What has to be evaluated, in order: nothing that only a given decision needs."""
        if any(self.nodes[key].code is not None for key in cache):
            return self._sorted(node, cache)
        return self.order(node)

    def _plain(self, node: Node) -> list[tuple[str, str]]:
        node.plain = [
            (path[0], key)
            for path, key in node.needs
            if len(path) == 1 and self.nodes[key].function is None
        ]
        return node.plain

    def order(self, node: Node) -> list[Node]:
        """The node after all that it needs; a cycle is a problem, and is cut."""
        if node.order is None:
            node.order = self._sorted(node, {})
        return node.order

    def _sorted(self, node: Node, given: Mapping[str, Value]) -> list[Node]:
        done: dict[str, Node] = {}
        open_: set[str] = set()
        stack: list[tuple[Node, bool]] = [(node, False)]
        while stack:
            each, finished = stack.pop()
            if finished:
                done[each.key] = each
                open_.discard(each.key)
                continue
            if each.key in done or each.key in open_:
                continue
            open_.add(each.key)
            stack.append((each, True))
            if each.key not in given:
                below = self.below(each)
                stack.extend((self.nodes[key], False) for key in reversed(below) if key not in done)
        return list(done.values())

    def below(self, node: Node) -> list[str]:
        """The keys of the values that it needs; functions are there before."""
        return [key for _, key in node.needs if self.nodes[key].function is None]

    def circles(self) -> set[str]:
        """The keys of the nodes that need themselves."""
        return cyclic({key: self.below(node) for key, node in self.nodes.items()})


def fit(value: Value, wanted: Type, place: Place, run: Run) -> Value:
    """The value as the type wants it; null with a problem where it does not fit."""
    if wanted is ANY or value.__class__ in as_they_stand(wanted):
        return value
    fitting = coerce(value, wanted, run)
    if fitting is MISFIT:
        run.note("type", misfit(value, wanted), place)
        return None
    return fitting


def bind(names: dict[str, Value], path: tuple[str, ...], value: Value) -> None:
    """The value under its name, or under its own in that of its import."""
    if len(path) == 1:
        names[path[0]] = value
        return
    inner = names.get(path[0])
    names[path[0]] = {**(inner if inner.__class__ is dict else {}), path[1]: value}
