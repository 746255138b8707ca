"""From syntax tree to Python closures, once; then a call an evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from concord.dmn.feel import ast
from concord.dmn.feel.closures import arithmetic, collections, functions, leaves, logic, loops
from concord.dmn.feel.closures.compiling import Compiling
from concord.dmn.feel.runtime import Code, Note, Run
from concord.dmn.problems import Place

_MAKERS: dict[type[ast.Node], Callable[[Compiling, Any], Code]] = {
    ast.Literal: leaves.literal,
    ast.Name: leaves.name,
    ast.Path: leaves.path,
    ast.Arithmetic: arithmetic.arithmetic,
    ast.Negation: arithmetic.negation,
    ast.Comparison: logic.comparison,
    ast.And: logic.conjunction,
    ast.Or: logic.disjunction,
    ast.Between: logic.between,
    ast.In: logic.membership,
    ast.InstanceOf: logic.instance,
    ast.If: logic.conditional,
    ast.ListLiteral: collections.list_literal,
    ast.ContextLiteral: collections.context_literal,
    ast.RangeLiteral: collections.range_literal,
    ast.Operator: collections.operator,
    ast.Filter: collections.filter_,
    ast.For: loops.iteration,
    ast.Quantified: loops.quantified,
    ast.FunctionDefinition: functions.definition,
    ast.Call: functions.invocation,
}


class Compiler:
    """Compiles the nodes of one text, whose place goes into the problems."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def noter(self, node: ast.Node) -> Note:
        """How this node's closure notes a problem."""
        at = self.place
        here = Place(at.decision, at.table, at.rule, at.column, at.text, node.start, node.end)

        def note(run: Run, code: str, message: str) -> None:
            run.note(code, message, here)

        return note

    def code(self, node: ast.Node) -> Code:
        return _MAKERS[node.__class__](self, node)
