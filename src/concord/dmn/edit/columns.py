"""Columns of a table: put in and taken away, with a cell in every rule."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from concord.dmn.edit.rules import Done
from concord.dmn.edit.tree import Opened, from_snippet, opened
from concord.dmn.model import Model
from concord.dmn.problems import wrong_argument
from concord.dmn.read.elements import NS

ENTRIES = {"input": "inputEntry", "output": "outputEntry"}


def add(model: Model, table: str, said: Mapping[str, Any]) -> Done:
    """A new column after the one of the id `after`, or first of its kind. `said` is `{"column": id,
    "of": "input" or "output", "after", "reads", "label", "type", "values", "text"}`: what an input
    reads or an output is called, and the text of its cells (`-`, or nothing); or, to put one back,
    `clause` and `entries` (by rule) as `tree.Opened.snippet` writes them."""
    place = opened(model, table)
    kind, column = str(said["of"]), str(said["column"])
    if kind not in ENTRIES:
        raise wrong_argument("a column is an input or an output")
    if any(column in ids for ids in place.columns().values()):
        raise wrong_argument(f"there is a column '{column}' already")
    at = _at(place, kind, str(said.get("after", "")))
    clause = from_snippet(said["clause"]) if "clause" in said else _clause(kind, column, said)
    place.table.insert(_position(place.table, kind, at, _HEAD), clause)
    entries = said.get("entries", {})
    text = str(said.get("text", "-" if kind == "input" else ""))
    for rule in place.read.rules:
        own = place.copied(place.rule(rule.id))
        if len(own.findall(f"{NS}{ENTRIES[kind]}")) < at:
            continue  # a rule that lacks the cells before it lacks this one, too
        entry = from_snippet(entries[rule.id]) if rule.id in entries else _entry(kind, text)
        own.insert(_position(own, ENTRIES[kind], at, _ROW), entry)
    return place.closed(), [{"kind": "remove column", "table": table, "column": column}]


def remove(model: Model, table: str, column: str) -> Done:
    """A column goes, with its cells; taking it back puts all where it stood. An annotation cannot
    go, nor the last output."""
    place = opened(model, table)
    entry_kind, at = place.column(column)
    kind = entry_kind.removesuffix("Entry")
    if kind not in ENTRIES or (kind == "output" and len(place.read.outputs) == 1):
        raise wrong_argument("this column cannot be taken away")
    clause = place.table.findall(f"{NS}{kind}")[at]
    ids = place.columns()[entry_kind]
    back: dict[str, Any] = {
        "kind": "add column", "table": table, "column": column, "of": kind,
        "after": ids[at - 1] if at else "", "clause": place.snippet(clause), "entries": {},
    }  # fmt: skip
    place.table.remove(clause)
    for rule in place.read.rules:
        own = place.copied(place.rule(rule.id))
        for entry in own.findall(f"{NS}{entry_kind}")[at : at + 1]:
            back["entries"][rule.id] = place.snippet(entry)
            own.remove(entry)
    return place.closed(), [back]


# In which order the standard wants what stands in a table and in a rule.
_HEAD = ("description", "extensionElements", "input", "output")
_ROW = ("description", "extensionElements", "inputEntry", "outputEntry")


def _at(place: Opened, kind: str, after: str) -> int:
    """How many columns of its kind stand before it."""
    if not after:
        return 0
    of, at = place.column(after)
    if of != ENTRIES[kind]:
        raise wrong_argument(f"'{after}' is no {kind}")
    return at + 1


def _position(parent: ET.Element, tag: str, at: int, order: tuple[str, ...]) -> int:
    """The place among the children: after so many of its kind, or after all that stand before."""
    same = [n for n, child in enumerate(parent, 1) if child.tag == f"{NS}{tag}"]
    if at:
        return same[at - 1]
    before = {f"{NS}{each}" for each in order[: order.index(tag)]}
    return max((n for n, child in enumerate(parent, 1) if child.tag in before), default=0)


def _clause(kind: str, column: str, said: Mapping[str, Any]) -> ET.Element:
    clause = ET.Element(f"{NS}{kind}", {"id": column})
    if said.get("label"):
        clause.set("label", str(said["label"]))
    reads, of = str(said["reads"]), {"typeRef": str(said["type"])} if said.get("type") else {}
    if kind == "input":
        expression = ET.SubElement(clause, f"{NS}inputExpression", of)
        ET.SubElement(expression, f"{NS}text").text = reads
    else:
        clause.attrib.update({"name": reads, **of})
    if said.get("values"):
        values = ET.SubElement(clause, f"{NS}{kind}Values")
        ET.SubElement(values, f"{NS}text").text = str(said["values"])
    ET.indent(clause, level=3)
    clause.tail = "\n      "
    return clause


def _entry(kind: str, text: str) -> ET.Element:
    entry = ET.Element(f"{NS}{ENTRIES[kind]}")
    ET.SubElement(entry, f"{NS}text").text = text
    entry.tail = "\n        "
    return entry
