"""What the closures of a node need: those of the nodes below it, and a way to complain."""

from __future__ import annotations

from typing import Protocol

from concord.dmn.feel import ast
from concord.dmn.feel.runtime import Code, Note
from concord.dmn.problems import Place


class Compiling(Protocol):
    """Compiles the nodes of one text, whose place goes into the problems."""

    place: Place

    def code(self, node: ast.Node) -> Code:
        """The node's closure."""

    def noter(self, node: ast.Node) -> Note:
        """How this node's closure notes a problem."""
