"""What two versions of a model answer differently: the conditions, as merged boxes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from concord.dmn import model as m
from concord.dmn.analysis.costs import SpentError, budget
from concord.dmn.analysis.diagram import TooLargeError
from concord.dmn.analysis.domain import Domain
from concord.dmn.analysis.finding import Finding, Results
from concord.dmn.analysis.graph import Given, Graph, changed, frozen
from concord.dmn.analysis.sheet import say
from concord.dmn.analysis.told import perhaps
from concord.dmn.analysis.words import literal
from concord.dmn.problems import Place, unknown_name

SAME = ("same",)
MAX_TOLD = 1_000


def differences(old: m.Model, new: m.Model, decision: str = "") -> list[Finding]:
    """The conditions that get another answer, for one decision or for all that both models have. A
    decision that is no table is compared by its text; what cannot be judged is a hint. Raises
    `UnknownNameError` where no model has the decision."""
    names = [each.name for each in new.decisions]
    names += [each.name for each in old.decisions if each.name not in names]
    if decision and decision not in names:
        raise unknown_name("decision", decision, names)
    graph = Graph(old, new)
    with budget():
        return [each for name in ([decision] if decision else names) for each in _of(graph, name)]


def _of(graph: Graph, name: str) -> Iterator[Finding]:
    has = [any(each.name == name for each in model.decisions) for model in graph.models]
    if not all(has):
        what = "there is no such decision in the new version" if has[0] else "the decision is new"
        yield Finding("meaning.only", what, Place(name), "warning")
        return
    yield from _rests_on(graph, name)
    if None in [graph.table(name, of) for of in (0, 1)]:
        yield from _by_text(graph, name)
        return
    graph.diagrams.begin()
    try:
        yield from _boxes(graph, name)
    except (TooLargeError, SpentError):
        message = "not compared whole: the two versions together grew too large"
        yield Finding("check.bounded", message, Place(name), "hint")


def _by_text(graph: Graph, name: str) -> Iterator[Finding]:
    one, other = (model.decision(name).logic for model in graph.models)
    if one != other:
        message = "the decision is written differently; what that means cannot be compared"
        yield Finding("meaning.text", message, Place(name), "warning")


def _rests_on(graph: Graph, name: str) -> Iterator[Finding]:
    """What cannot be compared of that on which the decision rests."""
    old, new = graph.models
    for each in changed(old, new, name):
        compared = all(graph.table(each, of) is not None for of in (0, 1))
        if each != name and not compared:
            message = f"it rests on '{each}', which is written differently"
            yield Finding("meaning.text", message, Place(name), "hint")


def _boxes(graph: Graph, name: str) -> Iterator[Finding]:
    diagrams = graph.diagrams
    nodes = []
    for of in (0, 1):
        table = graph.table(name, of)
        assert table is not None
        nodes.append(graph.function(table, of, rules=True))
    both = _side_by_side(graph, *nodes)
    number = 0
    for leaf in sorted(diagrams.leaves(both)):
        pair = diagrams.payload(leaf)
        if pair == SAME:
            continue
        for box in diagrams.boxes(both, leaf):
            number += 1
            if number > MAX_TOLD:
                message = f"more than {MAX_TOLD:,} conditions differ; only the first are told"
                yield Finding("check.bounded", message, Place(name), "hint")
                return
            yield _changed(graph, name, box, pair)


def _side_by_side(graph: Graph, old: int, new: int) -> int:
    """Both answers where they differ, by which rules too; one leaf for where they are the same."""
    diagrams = graph.diagrams
    then = {}
    for leaf in diagrams.leaves(old):
        before: Given = diagrams.payload(leaf)

        def label(after: Given, before: Given = before) -> int:
            if (before.known, frozen(before.value)) == (after.known, frozen(after.value)):
                return diagrams.leaf(SAME, SAME)
            key = (*_key(before), *_key(after))
            return diagrams.leaf(("pair", key), (before, after))

        then[leaf] = diagrams.relabelled(new, label)
    return diagrams.select(old, then)


def _key(given: Given) -> tuple[object, ...]:
    return frozen(given.value), given.rules, given.known


def _changed(
    graph: Graph, name: str, box: tuple[tuple[int, int], ...], pair: tuple[Given, Given]
) -> Finding:
    conditions = graph.text(box)
    results = tuple(_results(graph, name, of, given) for of, given in enumerate(pair))
    was, now = (", ".join(f"{title} {literal(value)}" for title, value in each) for each in results)
    unsaid = [graph.variables[column].title for column, _ in box
              if not graph.variables[column].atoms]  # fmt: skip
    depending = f" (depending on '{unsaid[0]}')" if unsaid else ""
    doubt = _doubt(graph, [graph.variables[column] for column, _ in box])
    message = f"when {say(conditions)}: was {was}, is {now}{depending}{doubt}"
    numbers = tuple(given.rules for given in pair)
    rules = f"{_rules(numbers[0])} → {_rules(numbers[1])}"
    place = Place(name, name, rules)
    return Finding(
        "meaning.changed",
        message,
        place,
        "warning",
        (),
        conditions,
        results=results,
        doubt=bool(doubt),
    )


def _doubt(graph: Graph, restricted: list[Domain]) -> str:
    """Why the conditions may never be: nothing if they surely can."""
    names = [each.expression for each in restricted]
    computed = [each.title for each in restricted if _is_computed(graph, each.expression)]
    if computed:
        return f" (if that can be: '{computed[0]}' is computed)"
    pairs = list(combinations(names, 2))
    return perhaps(any(each.related([a], [b]) for each in graph.bases for a, b in pairs))


def _is_computed(graph: Graph, expression: str) -> bool:
    """Whether it is a decision of which it is not known what it gives."""
    return any(each.is_decision(expression.partition(".")[0]) for each in graph.bases)


def _rules(rules: tuple[int, ...]) -> str:
    return ", ".join(map(str, rules)) or "none"


def _results(graph: Graph, name: str, of: int, given: Given) -> Results:
    table = graph.table(name, of)
    assert table is not None
    titles = table.table.result_titles
    if len(titles) == 1 or not isinstance(given.value, dict):
        return ((" / ".join(titles), given.value),)
    return tuple(
        (title, given.value.get(own)) for title, own in zip(titles, table.names, strict=True)
    )
