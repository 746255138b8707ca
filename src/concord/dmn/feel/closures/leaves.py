"""Literals, names and what stands after a dot."""

from __future__ import annotations

from collections.abc import Iterator

from concord.dmn.feel import ast
from concord.dmn.feel.builtins import BUILTINS, as_function
from concord.dmn.feel.closures.compiling import Compiling
from concord.dmn.feel.paths import property_of
from concord.dmn.feel.runtime import Code, Env
from concord.dmn.feel.values import Value


def literal(compiler: Compiling, node: ast.Literal) -> Code:
    value = node.value
    if value is None and is_misread(node, compiler.place.text):
        note, text = compiler.noter(node), compiler.place.text[node.start + 1 : node.end]
        return lambda env: note(env.run, "domain", f"{text.strip()[:100]} {NOTHING}")
    return lambda env: value


NOTHING = "is no date, time or duration that there is"


def is_misread(node: ast.Literal, text: str) -> bool:
    """Whether it is an at-literal of something that there is not."""
    return node.value is None and text[node.start : node.start + 1] == "@"


def name(compiler: Compiling, node: ast.Name) -> Code:
    name, note = node.name, compiler.noter(node)
    standard = as_function(name) if name in BUILTINS else None

    def code(env: Env) -> Value:
        found: Env | None = env
        while found is not None:
            names = found.vars
            if name in names:
                return names[name]
            found = found.parent
        if standard is not None:
            return standard
        if name in env.run.given:
            what = "was given, but the decision does not require it"
            note(env.run, "name.unknown", f"'{name}' is not known here: it {what}")
            return None
        known = (each for level in _levels(env) for each in level.vars)
        note(env.run, "name.unknown", f"'{name}' is not known{env.run.hint(name, known)}")
        return None

    return code


def _levels(env: Env) -> Iterator[Env]:
    level: Env | None = env
    while level is not None:
        yield level
        level = level.parent


def path(compiler: Compiling, node: ast.Path) -> Code:
    of, name, note = compiler.code(node.of), node.name, compiler.noter(node)

    def code(env: Env) -> Value:
        value = of(env)
        if value.__class__ is dict and name in value:
            return value[name]
        return property_of(value, name, env.run, note)

    return code
