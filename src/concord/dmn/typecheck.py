"""What the types of a model say before any evaluation: each expression and each cell against what
is wanted where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from concord.dmn import model as m
from concord.dmn.feel.expression import parse
from concord.dmn.feel.fitting import fits, is_known
from concord.dmn.feel.infer import infer, infer_tests
from concord.dmn.feel.types import ANY, Type
from concord.dmn.problems import FeelSyntaxError, Place, Problem
from concord.dmn.scope import Written

if TYPE_CHECKING:
    from concord.dmn.compile import CompiledModel
    from concord.dmn.tables import CompiledTable

_Key = tuple[str, str, str]


def type_problems(compiled: CompiledModel) -> list[Problem]:
    """Operations, calls, conditions and cells that have no meaning for the types of their values,
    in the order of the model."""
    wanted = _outputs(compiled) | _decisions(compiled)
    found: list[Problem] = []
    for written in compiled.written:
        place = written.expression.place
        key = (place.decision, place.table, place.column)
        of_place = wanted.get(key, ANY) if place.rule or not place.column else ANY
        found += _written(written, of_place)
    for table in compiled.tables:
        found += _cells(table)
    return list(dict.fromkeys(found))


def _outputs(compiled: CompiledModel) -> dict[_Key, Type]:
    return {
        (table.place.decision, table.table.name, clause.title): compiled.types.of(clause.type)
        for table in compiled.tables
        for clause in table.table.outputs
    }


def _decisions(compiled: CompiledModel) -> dict[_Key, Type]:
    """What a decision that is one expression is declared to be."""
    return {
        (decision.name, "", ""): compiled.types.of(decision.type)
        for decision in compiled.model.decisions
        if isinstance(decision.logic, m.Literal)
    }


def _written(written: Written, of_place: Type) -> Iterator[Problem]:
    expression = written.expression
    of, problems = infer(expression.tree, written.name_types, expression.place)
    yield from problems
    for wanted in dict.fromkeys((written.wanted, of_place)):
        if not fits(of, wanted):
            whole = replace(expression.place, start=0, end=len(expression.text))
            yield Problem("type", f"a {wanted} is wanted here, not a {of}", whole)
            return


def _cells(table: CompiledTable) -> Iterator[Problem]:
    columns = zip(table.table.inputs, table.types, table.trees, strict=True)
    for at, (clause, wanted, trees) in enumerate(columns):
        here = replace(table.scope.place, column=clause.title)
        of = _input(clause, table, here)
        if is_known(of) and not fits(of, wanted):
            whole = replace(here, text=clause.expression, end=len(clause.expression))
            yield Problem("type", f"the column is a {wanted}, what it asks for a {of}", whole)
        column = wanted if is_known(wanted) else of
        for rule, tree in zip(table.table.rules, trees, strict=True):
            if tree is not None and not tree.any:
                place = replace(here, rule=str(rule.index), text=rule.inputs[at])
                yield from infer_tests(tree, column, table.scope.name_types, place)


def _input(clause: m.InputClause, table: CompiledTable, place: Place) -> Type:
    scope = table.scope
    try:
        parsed = parse(clause.expression, scope.names, fields=scope.fields, place=place)
    except FeelSyntaxError:
        return ANY
    return infer(parsed.tree, scope.name_types, parsed.place)[0]
