"""Boxed expressions of a file."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable

from concord.dmn import model as m
from concord.dmn.read.elements import NS, children, local, name_of, text_of, type_ref
from concord.dmn.read.tables import table_of


def box_in(element: ET.Element | None, name: str) -> m.Box:
    """The first boxed expression inside the element."""
    for child in element if element is not None else ():
        if isinstance(child.tag, str) and child.tag.startswith(NS):
            reader = _BOXES.get(child.tag[len(NS) :])
            if reader:
                return reader(child, name)
    return m.Missing()


def _literal(element: ET.Element, name: str) -> m.Box:
    return m.Literal(text_of(element, "text"), type_ref(element))


def _context(element: ET.Element, name: str) -> m.Box:
    return m.Context(tuple(_entry(each, name) for each in children(element, "contextEntry")))


def _entry(element: ET.Element, name: str) -> m.Entry:
    variable = element.find(f"{NS}variable")
    own = "" if variable is None else name_of(variable)
    of = "" if variable is None else type_ref(variable)
    return m.Entry(own, box_in(element, own or name), of)


def _invocation(element: ET.Element, name: str) -> m.Box:
    bindings = []
    for each in children(element, "binding"):
        parameter = each.find(f"{NS}parameter")
        own = "" if parameter is None else name_of(parameter)
        bindings.append(m.Entry(own, box_in(each, own)))
    return m.Invocation(box_in(element, name), tuple(bindings))


def function_of(element: ET.Element, name: str) -> m.FunctionBox:
    params = tuple((name_of(each), type_ref(each)) for each in children(element, "formalParameter"))
    kind = element.get("kind", "FEEL")
    return m.FunctionBox(params, box_in(element, name), kind, type_ref(element))


def _relation(element: ET.Element, name: str) -> m.Box:
    columns = tuple(name_of(each) for each in children(element, "column"))
    rows = tuple(_boxes(row, name) for row in children(element, "row"))
    return m.Relation(columns, rows)


def _boxes(element: ET.Element, name: str) -> tuple[m.Box, ...]:
    found = []
    for child in element:
        if isinstance(child.tag, str) and child.tag.startswith(NS):
            reader = _BOXES.get(child.tag[len(NS) :])
            if reader:
                found.append(reader(child, name))
    return tuple(found)


def _list(element: ET.Element, name: str) -> m.Box:
    return m.ListBox(_boxes(element, name))


def _conditional(element: ET.Element, name: str) -> m.Box:
    return m.Conditional(
        box_in(element.find(f"{NS}if"), name),
        box_in(element.find(f"{NS}then"), name),
        box_in(element.find(f"{NS}else"), name),
    )


def _filter(element: ET.Element, name: str) -> m.Box:
    return m.FilterBox(
        box_in(element.find(f"{NS}in"), name), box_in(element.find(f"{NS}match"), name)
    )


def _iteration(element: ET.Element, name: str) -> m.Box:
    kind = local(element)
    body = element.find(f"{NS}{'return' if kind == 'for' else 'satisfies'}")
    variable = " ".join(element.get("iteratorVariable", "").split())
    return m.Iteration(kind, variable, box_in(element.find(f"{NS}in"), name), box_in(body, name))


_BOXES: dict[str, Callable[[ET.Element, str], m.Box]] = {
    "literalExpression": _literal,
    "decisionTable": table_of,
    "context": _context,
    "invocation": _invocation,
    "functionDefinition": function_of,
    "relation": _relation,
    "list": _list,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
}
