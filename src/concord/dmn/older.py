"""A model as DMN 1.3, for tools that know no newer one (dmn-js and what is built on it).

What 1.3 has no word for is written with the nearest that it has: a constraint of a type's whole
value as its allowed values, where it is no list. Of a list 1.3 has no such constraint, and it is
left out; everything else is the same in both.
"""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET

from concord.dmn.model import Model
from concord.dmn.xml import DMN, DMNDI, FEEL, Document

_OLD = {
    DMN: "https://www.omg.org/spec/DMN/20191111/MODEL/",
    FEEL: "https://www.omg.org/spec/DMN/20191111/FEEL/",
    DMNDI: "https://www.omg.org/spec/DMN/20191111/DMNDI/",
}
_NS = f"{{{DMN}}}"


def as_1_3(model: Model) -> bytes:
    """The file in DMN 1.3."""
    root = copy.deepcopy(model.document.root)
    for definition in [*root.iter(f"{_NS}itemDefinition"), *root.iter(f"{_NS}itemComponent")]:
        _without_constraint(definition)
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = _older(element.tag)
            named = {_older(name): _OLD.get(value, value) for name, value in element.items()}
            element.attrib.clear()
            element.attrib.update(named)
    prefixes = {prefix: _OLD.get(uri, uri) for prefix, uri in model.document.prefixes.items()}
    return Document(root, prefixes).to_bytes()


def _without_constraint(definition: ET.Element) -> None:
    constraint = definition.find(f"{_NS}typeConstraint")
    if constraint is None:
        return
    is_list = definition.get("isCollection") in ("true", "1")
    if is_list or definition.find(f"{_NS}allowedValues") is not None:
        definition.remove(constraint)
    else:
        constraint.tag = f"{_NS}allowedValues"


def _older(name: str) -> str:
    uri, found, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    return f"{{{_OLD.get(uri, uri)}}}{local}" if found else name
