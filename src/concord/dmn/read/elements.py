"""Small things that are read of any element."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator

from concord.dmn.xml import DMN

NS = f"{{{DMN}}}"


def children(element: ET.Element, tag: str) -> Iterable[ET.Element]:
    return element.findall(f"{NS}{tag}")


def local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def text_of(element: ET.Element, tag: str) -> str:
    """The text of the child; comments may stand in it."""
    child = element.find(f"{NS}{tag}")
    return "" if child is None else "".join(words(child)).strip()


def words(element: ET.Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from words(child)
        yield child.tail or ""


def name_of(element: ET.Element) -> str:
    return " ".join(element.get("name", "").split())


def id_of(element: ET.Element) -> str:
    return element.get("id") or name_of(element)


def variable_type(element: ET.Element) -> str:
    variable = element.find(f"{NS}variable")
    return "" if variable is None else type_ref(variable)


def type_ref(element: ET.Element) -> str:
    return (element.get("typeRef") or text_of(element, "typeRef")).strip()
