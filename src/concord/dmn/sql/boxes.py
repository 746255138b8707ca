"""Boxed expressions as SQL: contexts, conditionals, and knowledge models put in the place of their
calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from concord.dmn import model as m
from concord.dmn.feel.types import ANY, Type
from concord.dmn.requirements import Node as Element
from concord.dmn.sql.rules import refused, would_change
from concord.dmn.sql.sight import Outputs, Sight, named
from concord.dmn.sql.terms import Node, Term, all_of, case, is_true, not_

if TYPE_CHECKING:
    from concord.dmn.sql.graph import Graph


def box(graph: Graph, logic: object, sight: Sight) -> Outputs:
    """The value of any boxed expression that compiles."""
    match logic:
        case m.DecisionTable():
            return _table(graph, logic, sight)
        case m.Literal():
            term = graph.term(logic.text, sight, sight.place)
            return {"": graph.fitting(term, sight.home.compiled.types.of(logic.type), sight.place)}
        case m.Context():
            return _context(graph, logic, sight)
        case m.Conditional():
            return _conditional(graph, logic, sight)
        case m.Invocation(called=m.Literal(text=name)):
            return _invocation(graph, name.strip(), logic, sight)
    what = "only tables, expressions, contexts, conditionals and invocations compile to SQL"
    raise refused(sight.place, what)


def _table(graph: Graph, logic: m.DecisionTable, sight: Sight) -> Outputs:
    from concord.dmn.sql.tables import TableSql

    compiled = next((each for each in sight.home.compiled.tables if each.table is logic), None)
    if compiled is None:
        raise refused(sight.place, "the table cannot be run")
    table = TableSql(graph, sight, compiled)
    outputs = table.outputs()
    graph.told(compiled.place.decision, table.matched(), sight)
    return outputs


def fits(graph: Graph, outputs: Outputs, wanted: Type, sight: Sight) -> Outputs:
    """The value as the type wants it: a context's entries are checked, a single one may be null
    where it does not fit."""
    if "" in outputs:
        return {"": graph.layers.add(graph.fitting(outputs[""], wanted, sight.place))}
    if wanted is ANY or wanted.name == "Any":
        return outputs
    if wanted.name != "context" or wanted.allowed is not None:
        raise refused(sight.place, f"several outputs are no {wanted}")
    for name, of in wanted.fields:
        known = name in outputs and of.name in (outputs[name].type, "Any")
        if not known or of.allowed is not None:
            raise refused(sight.place, f"the outputs are not known to be a {wanted}")
    return outputs


def _context(graph: Graph, logic: m.Context, sight: Sight) -> Outputs:
    """A context's last, nameless entry is its value; else each entry is an output."""
    found: Outputs = {}
    for entry in logic.entries:
        of = sight.home.compiled.types.of(entry.type)
        inner = replace(sight, type=of)
        outputs = fits(graph, box(graph, entry.value, inner), of, sight)
        if not entry.name:
            return outputs
        found |= named(entry.name, outputs)
        sight = sight.with_values(entry.name, outputs)
    return found


def _conditional(graph: Graph, logic: m.Conditional, sight: Sight) -> Outputs:
    asked = box(graph, logic.condition, replace(sight, type=ANY))
    if "" not in asked or asked[""].type != "boolean":
        raise refused(sight.place, "a condition is true or false")
    condition = graph.layers.add(asked[""]).sql
    then = box(graph, logic.then, _only(sight, is_true(condition)))
    otherwise = box(graph, logic.otherwise, _only(sight, not_(is_true(condition))))
    if then.keys() != otherwise.keys():
        raise refused(sight.place, "both sides must have the same entries")
    return {
        name: graph.layers.add(_either(graph, condition, then[name], otherwise[name], sight))
        for name in then
    }


def _only(sight: Sight, condition: Node) -> Sight:
    """Where the condition holds, besides what must hold already."""
    both = [condition] if sight.when is None else [sight.when, condition]
    return replace(sight, when=all_of(both), type=ANY)


def _either(graph: Graph, condition: Node, then: Term, otherwise: Term, sight: Sight) -> Term:
    types = {then.type, otherwise.type} - {"null"}
    if len(types) > 1 or not all(graph.dialect.knows(each) for each in types):
        raise refused(sight.place, f"{' and '.join(sorted(types))} do not go together in SQL")
    of = types.pop() if types else "null"
    sides = [each.sql if of == "null" else graph.dialect.typed(each.sql, of)
             for each in (then, otherwise)]  # fmt: skip
    sql = case([(condition, sides[0])], sides[1])
    scale, long = max(then.scale, otherwise.scale), then.long or otherwise.long
    return Term(sql, of, scale=scale, long=long)


# Knowledge models -----------------------------------------------------------------------------


def _invocation(graph: Graph, name: str, logic: m.Invocation, sight: Sight) -> Outputs:
    args = [box(graph, binding.value, replace(sight, type=ANY)) for binding in logic.bindings]
    return inlined(graph, name, args, [each.name for each in logic.bindings], sight)


def inlined(
    graph: Graph, name: str, args: Sequence[Outputs], names: Sequence[str], sight: Sight
) -> Outputs:
    """The body of a knowledge model in place of its call. `names` are the arguments', or none for
    arguments by position."""
    if name not in sight.functions:
        raise refused(sight.place, f"'{name}' is no knowledge model that compiles to SQL")
    element = sight.functions[name]
    home, logic = _body(graph, element, sight)
    if element.key in sight.calls:
        raise refused(sight.place, f"'{name}' calls itself")
    params = [param for param, _ in logic.params]
    if len(args) != len(params) or (names and sorted(names) != sorted(params)):
        raise refused(sight.place, f"'{name}' wants {', '.join(params) or 'nothing'}")
    given = dict(zip(names or params, args, strict=True))
    inner = Sight(element.place, home, when=sight.when, calls=(*sight.calls, element.key))
    inner = graph.seeing(element, inner)
    for param, of in logic.params:
        _accepts(given[param], home.compiled.types.of(of), param, sight)
        stored = {own: graph.layers.add(term) for own, term in given[param].items()}
        inner = inner.with_values(param, stored)
    wanted = home.compiled.types.of(logic.type)
    outputs = fits(graph, box(graph, logic.body, replace(inner, type=wanted)), wanted, inner)
    return fits(graph, outputs, element.type, inner)


def _body(graph: Graph, element: Element, sight: Sight) -> tuple[m.Model, m.FunctionBox]:
    namespace, _, id_ = element.key.rpartition("#")
    for home in graph.models():
        for each in home.knowledge:
            is_it = (home.namespace, each.id) == (namespace, id_)
            if is_it and isinstance(each.logic, m.FunctionBox) and each.logic.kind == "FEEL":
                return home, each.logic
    raise refused(sight.place, f"'{element.name}' is no knowledge model that compiles to SQL")


def _accepts(outputs: Outputs, wanted: Type, param: str, sight: Sight) -> None:
    """Refuse what a parameter might convert, or not take."""
    if wanted is ANY or wanted.name == "Any":
        return
    term = outputs.get("")
    if term is None or wanted.allowed is not None or would_change(term, wanted):
        raise refused(sight.place, f"'{param}' is not known to be a {wanted}")
    if term.type not in (wanted.name, "null"):
        raise refused(sight.place, f"'{param}' must be a {wanted}, not a {term.type}")


def called(graph: Graph, sight: Sight, name: str, args: list[Term], names: Sequence[str]) -> Term:
    """A knowledge model that an expression calls: it may not come to that, so it cannot tell which
    rules of a table held."""
    told = dict(graph.matched)
    outputs = inlined(graph, name, [{"": each} for each in args], names, sight)
    if "" not in outputs:
        raise refused(sight.place, f"'{name}' gives a context")
    if any(told.get(each) is not node for each, node in graph.matched.items()):
        raise refused(sight.place, f"'{name}' asks a table: call it in an invocation")
    return outputs[""]
