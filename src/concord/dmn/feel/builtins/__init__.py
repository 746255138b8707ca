"""The built-in functions of DMN 1.5 (chapter 10.3.4), a file a type."""

from concord.dmn.feel.builtins import (
    booleans,
    contexts,
    conversion,
    lists,
    numbers,
    ranges,
    strings,
    temporals,
)
from concord.dmn.feel.builtins.registry import BUILTINS, Builtin, as_function, invoke

__all__ = [
    "BUILTINS",
    "Builtin",
    "as_function",
    "booleans",
    "contexts",
    "conversion",
    "invoke",
    "lists",
    "numbers",
    "ranges",
    "strings",
    "temporals",
]
