"""What a table is called, which of its rules count, and what its columns may hold."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from concord.dmn.edit.rules import Done
from concord.dmn.edit.tree import Change, Opened, from_snippet, opened
from concord.dmn.model import Model
from concord.dmn.read.elements import NS


def rename(model: Model, table: str, column: str, text: str | None) -> Done:
    """Another title for a column, or for the table where no column is named; null takes it away.
    What expressions call it stays."""
    place = opened(model, table)
    element = _column(place, column) if column else place.table
    was = element.get("label")
    _put(element, "label", text)
    return place.closed(), [{"kind": "rename", "table": table, "column": column, "text": was}]


def set_hit_policy(model: Model, table: str, policy: str | None, aggregation: str | None) -> Done:
    """Which of the rules that hold count, as the standard writes it (`FIRST`); null is the
    standard's own choice. Raises `ModelError` for what is none."""
    place = opened(model, table)
    was = {"policy": place.table.get("hitPolicy"), "aggregation": place.table.get("aggregation")}
    _put(place.table, "hitPolicy", policy)
    _put(place.table, "aggregation", aggregation)
    return place.closed(), [{"kind": "hit policy", "table": table, **was}]


def set_values(model: Model, table: str, column: str, said: Change | str | None) -> Done:
    """The values that a column lists as its own, as FEEL; null for none, a mapping is the element
    as `tree.Opened.snippet` writes it."""
    place = opened(model, table)
    clause = _column(place, column)
    is_input = clause.tag == f"{NS}input"
    tag = f"{NS}inputValues" if is_input else f"{NS}outputValues"
    was = clause.find(tag)
    at = (len(clause) if is_input else 0) if was is None else list(clause).index(was)
    back = None if was is None else place.snippet(was)
    if was is not None:
        clause.remove(was)
    if said is not None:
        clause.insert(at, from_snippet(said) if isinstance(said, dict) else _listed(tag, said))
    return place.closed(), [{"kind": "values", "table": table, "column": column, "values": back}]


def _listed(tag: str, text: str) -> ET.Element:
    element = ET.Element(tag)
    ET.SubElement(element, f"{NS}text").text = str(text)
    return element


def _column(place: Opened, column: str) -> ET.Element:
    """A copy of an input or output, in its table."""
    kind, at = place.column(column)
    element = place.table.findall(f"{NS}{kind.removesuffix('Entry')}")[at]
    return place.copied(element)


def _put(element: ET.Element, name: str, value: str | None) -> None:
    if value is None:
        element.attrib.pop(name, None)
    else:
        element.set(name, str(value))
