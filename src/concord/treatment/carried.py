"""What a policy's file carries beside the standard: our own elements in its extension elements, so
that they are versioned, compared and sent with the rules, and pass through other tools."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Final

from concord.dmn.model import Model
from concord.dmn.xml import DMN, Document
from concord.treatment import policies

OURS: Final = "https://concord.example/dmn"
NS: Final = f"{{{OURS}}}"
_DMN: Final = f"{{{DMN}}}"


def home(root: ET.Element, tag: str) -> ET.Element:
    """Where elements of ours stand: in the extension elements of the whole file, after its
    description; made where it is not there."""
    extension = root.find(f"{_DMN}extensionElements")
    if extension is None:
        extension = ET.Element(f"{_DMN}extensionElements")
        first = root.find(f"{_DMN}description")
        root.insert(0 if first is None else list(root).index(first) + 1, extension)
    found = extension.find(f"{NS}{tag}")
    return ET.SubElement(extension, f"{NS}{tag}") if found is None else found


def leave(root: ET.Element, tag: str) -> None:
    """Take a home away that nothing stands in any more."""
    for extension in root.findall(f"{_DMN}extensionElements"):
        for each in extension.findall(f"{NS}{tag}"):
            if not len(each):
                extension.remove(each)
        if not len(extension):
            root.remove(extension)


def again(model: Model, root: ET.Element) -> Model:
    """The model of a changed file."""
    prefixes = model.document.prefixes
    if OURS not in prefixes.values():
        prefixes = {"concord": OURS, **prefixes}
    return policies.load(Document(root, prefixes).to_bytes())
