"""The names that may follow a dot in a model: the parser has to know those with spaces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from concord.dmn import model as m
from concord.dmn.feel.lexer import IDENTIFIER
from concord.dmn.itemtypes import component_names


def property_names(model: m.Model, seen: set[int] | None = None) -> Iterator[str]:
    """Names of types' components, contexts' entries, relations' columns, tables' outputs and
    elements, in the model and in all that it imports."""
    yield from component_names(model.types)
    for elements in (model.inputs, model.decisions, model.knowledge, model.services):
        for element in elements:
            yield element.name
            yield from _names(getattr(element, "logic", None))
    seen = set() if seen is None else seen
    for imported in model.imported:
        if id(imported) not in seen:
            seen.add(id(imported))
            yield from property_names(imported, seen)


def _names(part: object) -> Iterator[str]:
    match part:
        case tuple():
            for each in part:
                yield from _names(each)
        case m.Literal():
            yield from _literal_keys(part.text)
        case m.DecisionTable():
            yield from (output.name for output in part.outputs)
        case m.Relation():
            yield from part.columns
            yield from _names(part.rows)
        case m.Entry():
            yield part.name
            yield from _names(part.value)
        case _ if is_dataclass(part):
            for field in fields(part):
                yield from _names(getattr(part, field.name))


def _literal_keys(text: str) -> Iterator[str]:
    """Keys of contexts that a literal expression writes, as far as they look like names."""
    for part in text.replace("{", ",").split(","):
        key, colon, _ = part.partition(":")
        name = " ".join(key.split())
        if colon and IDENTIFIER.match(name) and '"' not in name and "(" not in name:
            yield name
