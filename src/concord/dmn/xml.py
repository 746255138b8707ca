"""XML in and out without DTDs, entities or anything fetched, keeping all that stood there."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from itertools import count
from typing import NoReturn
from xml.parsers import expat

from concord.dmn.problems import ModelError, Place, Problem, quoted

MAX_BYTES = 20_000_000
MAX_DEPTH = 200

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
FEEL = "https://www.omg.org/spec/DMN/20230324/FEEL/"
DMNDI = "https://www.omg.org/spec/DMN/20230324/DMNDI/"

# The namespaces of 1.2, 1.3 and 1.4, as they read in 1.5.
NAMESPACES = {
    "http://www.omg.org/spec/DMN/20180521/MODEL/": DMN,
    "https://www.omg.org/spec/DMN/20191111/MODEL/": DMN,
    "https://www.omg.org/spec/DMN/20211108/MODEL/": DMN,
    "http://www.omg.org/spec/DMN/20180521/FEEL/": FEEL,
    "https://www.omg.org/spec/DMN/20191111/FEEL/": FEEL,
    "https://www.omg.org/spec/DMN/20211108/FEEL/": FEEL,
    "http://www.omg.org/spec/DMN/20180521/DMNDI/": DMNDI,
    "https://www.omg.org/spec/DMN/20191111/DMNDI/": DMNDI,
    "https://www.omg.org/spec/DMN/20211108/DMNDI/": DMNDI,
}
_OF_ATTRIBUTE = "@"  # an attribute's namespace needs a prefix, the default is none of its
_XML = "http://www.w3.org/XML/1998/namespace"
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""")


@dataclass(frozen=True)
class Document:
    """A parsed file: its tree, with the namespaces of DMN 1.5, and the prefixes it used."""

    root: ET.Element
    prefixes: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        prefixes = _prefixes(self)
        by_uri: dict[str, str] = {}
        for prefix, uri in prefixes.items():
            by_uri.setdefault(uri, prefix)
            if prefix:
                by_uri.setdefault(_OF_ATTRIBUTE + uri, prefix)
        out = ['<?xml version="1.0" encoding="UTF-8"?>\n']
        _write(self.root, by_uri, out, prefixes)
        return ("".join(out) + "\n").encode()


def read(data: bytes) -> Document:
    """Parse the bytes. Raises `ModelError` with line and column."""
    if len(data) > MAX_BYTES:
        _refuse("size", f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    return _Reader().read(data)


class _Reader:
    def __init__(self) -> None:
        self.builder = ET.TreeBuilder(insert_comments=True, insert_pis=True)
        self.prefixes: dict[str, str] = {}
        self.depth = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartNamespaceDeclHandler = self._namespace
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.CommentHandler = self._comment
        self.parser.ProcessingInstructionHandler = self._instruction

    def read(self, data: bytes) -> Document:
        try:
            self.parser.Parse(data, True)
            return Document(self.builder.close(), self.prefixes)
        except expat.ExpatError as error:
            line, column = error.lineno, error.offset + 1
            reason = expat.ErrorString(error.code)
            message = f"line {line}, column {column}: the XML is broken ({reason})"
            self._fail("broken", message)
        except (LookupError, ValueError):
            named = _DECLARED.match(data)
            what = quoted(named[1].decode()) if named else "another encoding"
            self._fail("encoding", f"the file says that it is in {what}: save it as UTF-8")

    def _fail(self, code: str, message: str) -> NoReturn:
        _refuse(code, message)

    def _doctype(self, *_: object) -> None:
        self._fail("doctype", "a document type or an entity stands in the file; neither is read")

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        self.prefixes.setdefault(prefix or "", current(uri or ""))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._fail("depth", f"elements are nested deeper than {MAX_DEPTH} levels")
        element = self.builder.start(
            _name(tag), {_name(name): value for name, value in attributes.items()}
        )
        element.set(LINE, str(self.parser.CurrentLineNumber))

    def _end(self, tag: str) -> None:
        self.depth -= 1
        self.builder.end(_name(tag))

    def _comment(self, text: str) -> None:
        if self.depth:
            self.builder.comment(text)

    def _instruction(self, target: str, text: str) -> None:
        if self.depth:
            self.builder.pi(target, text)


LINE = "{concord}line"  # where the element began; never written


def current(uri: str) -> str:
    """The namespace as 1.5 writes it."""
    return NAMESPACES.get(uri, uri)


def _name(name: str) -> str:
    uri, found, local = name.rpartition("}")
    return f"{{{current(uri)}}}{local}" if found else name


def _refuse(code: str, message: str) -> NoReturn:
    raise ModelError([Problem(f"xml.{code}", message, Place())])


# Writing --------------------------------------------------------------------------------------


def _prefixes(document: Document) -> dict[str, str]:
    """Every namespace in use gets a prefix; the document's own come first."""
    prefixes = {prefix: uri for prefix, uri in document.prefixes.items() if prefix != "xml"}
    known = {_XML, "concord", *prefixes.values()}
    named = {_XML, "concord", *(uri for prefix, uri in prefixes.items() if prefix)}
    for element in document.root.iter():
        names = [(element.tag, known), *((name, named) for name, _ in element.items())]
        for name, have in names:
            uri = name[1:].partition("}")[0] if isinstance(name, str) and name[0] == "{" else _XML
            if uri not in have:
                prefixes[_free(prefixes)] = uri
                known.add(uri)
                named.add(uri)
    return prefixes


def _free(prefixes: dict[str, str]) -> str:
    return next(name for name in map("ns{}".format, count(1)) if name not in prefixes)


def _write(
    element: ET.Element, by_uri: dict[str, str], out: list[str], declare: dict[str, str]
) -> None:
    tag: object = element.tag
    if tag is ET.Comment:
        out.append(f"<!--{element.text}-->")
    elif tag is ET.PI:
        out.append(f"<?{element.text}?>")
    else:
        _write_element(element, by_uri, out, declare)
    out.append(_escape(element.tail or ""))


def _write_element(
    element: ET.Element, by_uri: dict[str, str], out: list[str], declare: dict[str, str]
) -> None:
    tag = _short(element.tag, by_uri, attribute=False)
    out.append(f"<{tag}")
    for prefix, uri in declare.items():
        out.append(f' xmlns{":" if prefix else ""}{prefix}="{_quote(uri)}"')
    for name, value in element.items():
        if name != LINE:
            out.append(f' {_short(name, by_uri, attribute=True)}="{_quote(value)}"')
    if not len(element) and not element.text:
        out.append("/>")
        return
    out.append(f">{_escape(element.text or '')}")
    for child in element:
        _write(child, by_uri, out, {})
    out.append(f"</{tag}>")


def _short(name: str, by_uri: dict[str, str], *, attribute: bool) -> str:
    if not name.startswith("{"):
        return name
    uri, _, local = name[1:].partition("}")
    if uri == _XML:
        return f"xml:{local}"
    prefix = by_uri[_OF_ATTRIBUTE + uri if attribute else uri]
    return f"{prefix}:{local}" if prefix else local


def _escape(text: str) -> str:
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("\r", "&#13;")


def _quote(text: str) -> str:
    plain = _escape(text).replace('"', "&quot;")
    return plain.replace("\n", "&#10;").replace("\t", "&#9;")
