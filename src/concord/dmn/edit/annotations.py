"""Columns of notes beside the rules, where a table was drawn without any."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from concord.dmn.model import Model
from concord.dmn.read import from_document
from concord.dmn.read.elements import NS, text_of
from concord.dmn.xml import Document


def annotated(model: Model, names: Sequence[str]) -> Model:
    """The same model, in which every table that is a decision's whole logic has a column of notes;
    one that had none gets these, and in the first of them what tools that know no notes write as a
    rule's description. A model that has them already is given back itself."""
    if not any(True for _table in _bare(model.document.root)):
        return model
    root = copy.deepcopy(model.document.root)
    for table in _bare(root):
        at = max(n for n, each in enumerate(table, 1) if each.tag == f"{NS}output")
        for name in reversed(names):
            table.insert(at, _made("annotation", name=name))
        for rule in table.findall(f"{NS}rule"):
            texts = [text_of(rule, "description"), *[""] * (len(names) - 1)]
            rule.extend([_entry(text) for text in texts])
    return from_document(Document(root, model.document.prefixes), model.imported, model.told)


def _bare(root: ET.Element) -> Iterator[ET.Element]:
    """Tables of decisions without a note, that have rules to be explained."""
    for decision in root.findall(f"{NS}decision"):
        table = decision.find(f"{NS}decisionTable")
        if table is not None and table.find(f"{NS}annotation") is None and _is_whole(table):
            yield table


def _is_whole(table: ET.Element) -> bool:
    """Whether it gives anything, and no rule has a note that belongs to no column."""
    return table.find(f"{NS}output") is not None and not any(
        rule.find(f"{NS}annotationEntry") is not None for rule in table.findall(f"{NS}rule")
    )


def _entry(text: str) -> ET.Element:
    entry = _made("annotationEntry")
    ET.SubElement(entry, f"{NS}text").text = text
    return entry


def _made(tag: str, **attributes: str) -> ET.Element:
    made = ET.Element(f"{NS}{tag}", attributes)
    made.tail = "\n      "
    return made
