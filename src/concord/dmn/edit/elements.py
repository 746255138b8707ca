"""What a model is drawn of: input data and decisions, put in and taken away, and who needs whom."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from concord.dmn.edit.rules import Done
from concord.dmn.edit.tree import copied, from_snippet, snippet
from concord.dmn.model import Model
from concord.dmn.problems import unknown_name, wrong_argument
from concord.dmn.read import from_document
from concord.dmn.read.elements import NS, id_of
from concord.dmn.xml import Document

_DRAWN = ("inputData", "decision", "businessKnowledgeModel", "knowledgeSource", "decisionService")


def add_input(model: Model, said: Mapping[str, Any]) -> Done:
    """New input data, `{"id", "name", "type"}`, after those that are there."""
    key, name = str(said["id"]), str(said["name"])
    element = ET.Element(f"{NS}inputData", {"id": key, "name": name})
    _variable(element, name, str(said.get("type", "")))
    return _added(model, _indented(element), _after_last(model.document.root, f"{NS}inputData"))


def add_table(model: Model, said: Mapping[str, Any]) -> Done:
    """A new decision with an empty table, `{"id", "table", "name", "policy", "output": {"column",
    "name", "type", "values"}, "annotations"}`, after all others. Columns and rules come by changes
    of their own."""
    key, name = str(said["id"]), str(said["name"])
    decision = ET.Element(f"{NS}decision", {"id": key, "name": name})
    _variable(decision, name, "")
    policy = str(said.get("policy", "UNIQUE"))
    table = ET.SubElement(
        decision, f"{NS}decisionTable", {"id": str(said["table"]), "hitPolicy": policy}
    )
    out = said["output"]
    attributes = {"id": str(out["column"]), "name": str(out["name"])}
    if out.get("type"):
        attributes["typeRef"] = str(out["type"])
    output = ET.SubElement(table, f"{NS}output", attributes)
    if out.get("values"):
        values = ET.SubElement(output, f"{NS}outputValues")
        ET.SubElement(values, f"{NS}text").text = str(out["values"])
    for each in said.get("annotations", ()):
        ET.SubElement(table, f"{NS}annotation", {"name": str(each)})
    return _added(model, _indented(decision), _after_last(model.document.root, f"{NS}decision"))


def put(model: Model, said: Mapping[str, Any]) -> Done:
    """An element as `tree.snippet` wrote it, back at its place."""
    return _added(model, from_snippet(dict(said)), int(said["at"]))


def remove(model: Model, key: str) -> Done:
    """An element goes. What needs it keeps needing it: that is a problem of the model."""
    root = copied(model.document.root)
    element = _found(root, key)
    at = list(root).index(element)
    back = {"kind": "put element", "at": at, **snippet(element, model.document.prefixes)}
    root.remove(element)
    return _closed(model, root), [back]


def require(model: Model, decision: str, needs: str, said: Mapping[str, Any]) -> Done:
    """A decision needs another element from now on; where it does, nothing is changed. `said` may
    be a requirement as `tree.snippet` wrote it, back at its place."""
    root = copied(model.document.root)
    own = _found(root, decision)
    kind = "requiredInput" if _found(root, needs).tag == f"{NS}inputData" else "requiredDecision"
    if any(_href(each) == f"#{needs}" for each in own.findall(f"{NS}informationRequirement")):
        return model, []
    own = _copy(root, own)
    if "xml" in said:
        own.insert(int(said["at"]), from_snippet(dict(said)))
    else:
        requirement = ET.Element(f"{NS}informationRequirement")
        ET.SubElement(requirement, f"{NS}{kind}", {"href": f"#{needs}"})
        requirement.tail = "\n    "
        own.insert(_after_last(own, f"{NS}informationRequirement", f"{NS}variable"), requirement)
    return _closed(model, root), [{"kind": "unrequire", "decision": decision, "needs": needs}]


def unrequire(model: Model, decision: str, needs: str) -> Done:
    """A decision needs an element no more."""
    root = copied(model.document.root)
    own = _copy(root, _found(root, decision))
    for each in own.findall(f"{NS}informationRequirement"):
        if _href(each) == f"#{needs}":
            stood = {"at": list(own).index(each), **snippet(each, model.document.prefixes)}
            own.remove(each)
            back = {"kind": "require", "decision": decision, "needs": needs, **stood}
            return _closed(model, root), [back]
    return model, []


def _added(model: Model, element: ET.Element, at: int) -> Done:
    key = id_of(element)
    if not key or any(each.get("id") == key for each in model.document.root.iter()):
        raise wrong_argument(f"there is an element '{key}' already")
    root = copied(model.document.root)
    root.insert(at, element)
    return _closed(model, root), [{"kind": "remove element", "id": key}]


def _indented(element: ET.Element) -> ET.Element:
    ET.indent(element, level=1)
    element.tail = "\n  "
    return element


def _variable(element: ET.Element, name: str, type_ref: str) -> None:
    of = {"typeRef": type_ref} if type_ref else {}
    ET.SubElement(element, f"{NS}variable", {"name": name, **of})


def _after_last(parent: ET.Element, *tags: str) -> int:
    """After the last child of the first of these tags that is there; else in front of all that is
    drawn after it."""
    for tag in tags:
        found = [at for at, child in enumerate(parent, 1) if child.tag == tag]
        if found:
            return found[-1]
    types = [at for at, child in enumerate(parent, 1) if child.tag == f"{NS}itemDefinition"]
    return max(types, default=0)


def _found(root: ET.Element, key: str) -> ET.Element:
    drawn = [each for tag in _DRAWN for each in root.findall(f"{NS}{tag}")]
    for each in drawn:
        if id_of(each) == key:
            return each
    raise unknown_name("element", key, [id_of(each) for each in drawn])


def _copy(root: ET.Element, child: ET.Element) -> ET.Element:
    made = copied(child)
    root[list(root).index(child)] = made
    return made


def _href(requirement: ET.Element) -> str:
    return next((each.get("href", "") for each in requirement), "")


def _closed(model: Model, root: ET.Element) -> Model:
    return from_document(Document(root, model.document.prefixes), model.imported, model.told)
