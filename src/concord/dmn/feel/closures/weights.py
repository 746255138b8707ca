"""What an evaluation counts that is no loop and no call: the size of what is written."""

from __future__ import annotations

from concord.dmn.feel import ast
from concord.dmn.feel.runtime import Code, Env
from concord.dmn.feel.values import Value

NODES = 10  # of a tree that are evaluated in one step


def weight(node: ast.Node) -> int:
    """The steps that one evaluation of the node counts, loops and calls in it apart."""
    return 1 + sum(1 for _ in ast.walk(node)) // NODES


def charging(code: Code, node: ast.Node) -> Code:
    """The code, with its weight spent where that is more than a step."""
    cost = weight(node) - 1
    if not cost:
        return code

    def charged(env: Env) -> Value:
        env.run.spend(cost)
        return code(env)

    return charged
