"""The way to a table in a file's tree: copied, while all that hangs on it is shared.

So a change costs what it touches, the model before it stays as it is, and no change needs the whole
file to be copied.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

from concord.dmn.model import DecisionTable, Model
from concord.dmn.problems import unknown_name
from concord.dmn.read import from_document
from concord.dmn.read.elements import NS, id_of, name_of
from concord.dmn.read.tables import table_of
from concord.dmn.xml import Document, read

Change = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """A table that may be changed: `table` and `root` are copies, `read` is what it says."""

    model: Model
    root: ET.Element
    table: ET.Element
    read: DecisionTable

    def closed(self) -> Model:
        """The model with the changed table."""
        document = Document(self.root, self.model.document.prefixes)
        return from_document(document, self.model.imported, self.model.told)

    def rules(self) -> list[ET.Element]:
        return self.table.findall(f"{NS}rule")

    def rule(self, rule_id: str) -> ET.Element:
        """Raises `UnknownNameError`."""
        ids = [rule.id for rule in self.read.rules]
        if rule_id not in ids:
            raise unknown_name("rule", rule_id, ids)
        return self.rules()[ids.index(rule_id)]

    def copied(self, child: ET.Element) -> ET.Element:
        """A child of the table, to be changed."""
        return _copy_in(self.table, child)

    def columns(self) -> dict[str, list[str]]:
        """The ids of all columns by the kind of their entries; annotations go by name."""
        table = self.read
        return {
            "inputEntry": [each.id for each in table.inputs],
            "outputEntry": [each.id for each in table.outputs],
            "annotationEntry": list(table.annotations),
        }

    def column(self, column_id: str) -> tuple[str, int]:
        """The kind of a column's entries and its place among them. Raises `UnknownNameError`."""
        columns = self.columns()
        for kind, ids in columns.items():
            if column_id in ids:
                return kind, ids.index(column_id)
        raise unknown_name("column", column_id, [each for ids in columns.values() for each in ids])

    def snippet(self, element: ET.Element) -> Change:
        """An element as text, with what stands after it."""
        return snippet(element, self.model.document.prefixes)


def opened(model: Model, table_id: str) -> Opened:
    """The table by its id, ready to be changed. Raises `UnknownNameError`."""
    way = _of_decision(model, table_id) or _way(model.document.root, table_id)
    if not way:
        tables = model.document.root.iter(f"{NS}decisionTable")
        raise unknown_name("table", table_id, [each.get("id", "") for each in tables])
    root = place = copied(model.document.root)
    for element in way:
        place = _copy_in(place, element)
    return Opened(model, root, place, table_of(place, name_of(way[0])))


def copied(element: ET.Element) -> ET.Element:
    """A copy of the element itself; its children are shared."""
    made = ET.Element(element.tag, dict(element.attrib))
    made.text, made.tail = element.text, element.tail
    made.extend(list(element))
    return made


def snippet(element: ET.Element, prefixes: dict[str, str]) -> Change:
    """An element as text, with what stands after it."""
    alone = copied(element)
    alone.tail = None
    return {"xml": Document(alone, prefixes).to_bytes().decode(), "tail": element.tail or ""}


def from_snippet(said: Change) -> ET.Element:
    """The element of a snippet. Raises `ModelError` for what is no XML."""
    element = read(str(said["xml"]).encode()).root
    element.tail = str(said.get("tail", ""))
    return element


def _copy_in(parent: ET.Element, child: ET.Element) -> ET.Element:
    made = copied(child)
    parent[list(parent).index(child)] = made
    return made


def _of_decision(model: Model, table_id: str) -> list[ET.Element]:
    """A table that is a decision's whole logic: one without an id is called as its decision."""
    logics = {each.id: each.logic for each in model.decisions}
    ids = {key for key, logic in logics.items() if isinstance(logic, DecisionTable)
           and logic.id == table_id}  # fmt: skip
    for element in model.document.root.findall(f"{NS}decision"):
        table = element.find(f"{NS}decisionTable")
        if table is not None and id_of(element) in ids:
            return [element, table]
    return []


def _way(element: ET.Element, table_id: str) -> list[ET.Element]:
    """From a child of the element down to the table; rules have no tables in them."""
    for child in element:
        if child.tag == f"{NS}decisionTable" and child.get("id") == table_id:
            return [child]
        if child.tag != f"{NS}rule" and (way := _way(child, table_id)):
            return [child, *way]
    return []
