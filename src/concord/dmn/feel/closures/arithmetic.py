"""Numbers, dates and durations reckoned with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from concord.dmn.feel import ast, operators
from concord.dmn.feel.closures.compiling import Compiling
from concord.dmn.feel.runtime import Code, Note, Run
from concord.dmn.feel.values import Value

_OPERATIONS: dict[str, Callable[[Value, Value, Run, Note], Any]] = {
    "+": operators.add,
    "-": operators.subtract,
    "*": operators.multiply,
    "/": operators.divide,
    "**": operators.power,
}


def arithmetic(compiler: Compiling, node: ast.Arithmetic) -> Code:
    left, right, note = compiler.code(node.left), compiler.code(node.right), compiler.noter(node)
    operation = _OPERATIONS[node.op]
    return lambda env: operation(left(env), right(env), env.run, note)


def negation(compiler: Compiling, node: ast.Negation) -> Code:
    of, note = compiler.code(node.of), compiler.noter(node)
    return lambda env: operators.negate(of(env), env.run, note)
