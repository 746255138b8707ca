"""Ids that stay: edits go by them, and ids by place would change with the first rule that moves."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from concord.dmn.model import Model
from concord.dmn.read import from_document
from concord.dmn.read.elements import NS
from concord.dmn.xml import Document

_OF_TABLE = ("input", "output", "rule")


def identified(model: Model) -> Model:
    """The same model, in which every table, column and rule has an id of its own, written down.
    A model that has them already is given back itself."""
    missing = list(_without(model.document.root))
    if not missing:
        return model
    root = copy.deepcopy(model.document.root)
    taken = {each.get("id") for each in root.iter()}
    for element in _without(root):
        local = str(element.tag).removeprefix(NS)
        number = 1
        while f"{local}_{number}" in taken:
            number += 1
        element.set("id", f"{local}_{number}")
        taken.add(f"{local}_{number}")
    return from_document(Document(root, model.document.prefixes), model.imported, model.told)


def _without(root: ET.Element) -> Iterator[ET.Element]:
    """Elements without an id, or with one that another had before them."""
    seen: set[str] = set()
    for table in root.iter(f"{NS}decisionTable"):
        parts = [each for tag in _OF_TABLE for each in table.findall(f"{NS}{tag}")]
        for each in (table, *parts):
            own = each.get("id", "")
            if not own or own in seen:
                yield each
            seen.add(own)
