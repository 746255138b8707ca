"""Where each element of the graph is drawn, for tools that show nothing without a diagram."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from concord.dmn.model import Model
from concord.dmn.read import from_document
from concord.dmn.xml import DMN, DMNDI, Document

DC = "http://www.omg.org/spec/DMN/20180521/DC/"
DI = "http://www.omg.org/spec/DMN/20180521/DI/"
_NS, _DIAGRAMS, _CORNERS, _WAYS = f"{{{DMN}}}", f"{{{DMNDI}}}", f"{{{DC}}}", f"{{{DI}}}"
_PREFIXES = {"dmndi": DMNDI, "dc": DC, "di": DI}
_SIZES = {"inputData": (140.0, 50.0)}
_SIZE = (180.0, 80.0)
_GAP, _LAYER = 30.0, 160.0
_DRAWN = ("inputData", "decision", "businessKnowledgeModel", "knowledgeSource")
_REQUIREMENTS = ("informationRequirement", "knowledgeRequirement", "authorityRequirement")


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def with_layout(model: Model) -> Model:
    """The model with every element and requirement drawn: what has a place keeps it, the others
    stand beside it, above what they need."""
    root = copy.deepcopy(model.document.root)
    diagram = _diagram(root)
    drawn = dict(_shapes(diagram))
    for key, box in _places(root, drawn).items():
        _shape(diagram, key, box)
        drawn[key] = box
    _edges(root, diagram, drawn)
    prefixes = dict(model.document.prefixes)
    for prefix, uri in _PREFIXES.items():
        if uri not in prefixes.values():
            prefixes.setdefault(prefix, uri)
    return from_document(Document(root, prefixes), model.imported, model.told)


def _diagram(root: ET.Element) -> ET.Element:
    """The first diagram of the file; a new one where there is none."""
    found = root.find(f"{_DIAGRAMS}DMNDI")
    if found is None:
        found = ET.SubElement(root, f"{_DIAGRAMS}DMNDI")
    first = found.find(f"{_DIAGRAMS}DMNDiagram")
    return ET.SubElement(found, f"{_DIAGRAMS}DMNDiagram") if first is None else first


def _shapes(diagram: ET.Element) -> Iterator[tuple[str, Box]]:
    for shape in diagram.iter(f"{_DIAGRAMS}DMNShape"):
        bounds = shape.find(f"{_CORNERS}Bounds")
        if bounds is not None:
            said = (float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))
            yield shape.get("dmnElementRef", ""), Box(*said)


# Places ---------------------------------------------------------------------------------------


def _places(root: ET.Element, drawn: Mapping[str, Box]) -> dict[str, Box]:
    """Boxes of what is not drawn yet, in layers: each above all that it needs."""
    elements = {
        key: each
        for tag in _DRAWN
        for each in root.findall(f"{_NS}{tag}")
        if (key := each.get("id", ""))
    }
    needs = {key: [n for n in _needs(each) if n in elements] for key, each in elements.items()}
    layers: dict[int, list[str]] = {}
    for key, level in _levels(needs).items():
        if key not in drawn:
            layers.setdefault(level, []).append(key)
    left = max((box.x + box.width for box in drawn.values()), default=0.0) + _GAP
    sizes = {key: _SIZES.get(_local(each), _SIZE) for key, each in elements.items()}
    widest = max((_width(layer, sizes) for layer in layers.values()), default=0.0)
    top = max(layers, default=0)
    placed: dict[str, Box] = {}
    for level in sorted(layers):
        layer = sorted(layers[level], key=lambda key: _leaning(needs[key], placed))
        at = left + (widest - _width(layer, sizes)) / 2
        for key in layer:
            placed[key] = Box(at, _GAP + (top - level) * _LAYER, *sizes[key])
            at += sizes[key][0] + _GAP
    return placed


def _needs(element: ET.Element) -> list[str]:
    return [_required(each) for tag in _REQUIREMENTS for each in element.findall(f"{_NS}{tag}")]


def _required(requirement: ET.Element) -> str:
    return next((each.get("href", "").removeprefix("#") for each in requirement), "")


def _levels(needs: Mapping[str, list[str]]) -> dict[str, int]:
    """How high each stands above what needs nothing. What needs itself stops rising."""
    levels = dict.fromkeys(needs, 0)
    for _ in needs:
        raised = {
            key: max((levels[each] + 1 for each in below), default=0)
            for key, below in needs.items()
        }
        if raised == levels:
            break
        levels = raised
    return levels


def _leaning(needs: list[str], placed: Mapping[str, Box]) -> float:
    """Above the middle of what it needs, so that few lines cross."""
    middles = [placed[each].middle for each in needs if each in placed]
    return sum(middles) / len(middles) if middles else 0.0


def _width(layer: list[str], sizes: Mapping[str, tuple[float, float]]) -> float:
    return sum(sizes[key][0] + _GAP for key in layer)


# Drawing --------------------------------------------------------------------------------------


def _shape(diagram: ET.Element, key: str, box: Box) -> None:
    shape = ET.SubElement(diagram, f"{_DIAGRAMS}DMNShape", {"dmnElementRef": key})
    said = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    sizes = {name: f"{value:g}" for name, value in said.items()}
    ET.SubElement(shape, f"{_CORNERS}Bounds", sizes)


def _edges(root: ET.Element, diagram: ET.Element, drawn: Mapping[str, Box]) -> None:
    """A line for each requirement without one; it needs an id to be named by."""
    known = {each.get("dmnElementRef") for each in diagram.iter(f"{_DIAGRAMS}DMNEdge")}
    taken = {each.get("id") for each in root.iter()}
    names = (name for at in count(1) if (name := f"requirement_{at}") not in taken)
    for element in root:
        box = drawn.get(element.get("id", ""))
        for tag in _REQUIREMENTS if box else ():
            for requirement in element.findall(f"{_NS}{tag}"):
                of = drawn.get(_required(requirement))
                if of is None or box is None or requirement.get("id") in known - {None}:
                    continue
                if requirement.get("id") is None:
                    requirement.set("id", next(names))
                _edge(diagram, requirement.get("id", ""), of, box)


def _edge(diagram: ET.Element, key: str, of: Box, to: Box) -> None:
    edge = ET.SubElement(diagram, f"{_DIAGRAMS}DMNEdge", {"dmnElementRef": key})
    for x, y in ((of.middle, of.y), (to.middle, to.y + to.height)):
        ET.SubElement(edge, f"{_WAYS}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
