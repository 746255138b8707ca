"""Files: what is read, what is refused, what is kept."""

from __future__ import annotations

import pytest
from tests.dmn.drawn import MODEL, decision, drawing, literal

from concord import dmn
from concord.dmn.tck import _number
from concord.dmn.xml import LINE, MAX_BYTES, read

OLDER = {
    "1.2": "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "1.3": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "1.4": "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "1.5": MODEL,
}


@pytest.mark.parametrize("version", OLDER)
def test_each_version_is_read_and_written_as_1_5(version: str) -> None:
    text = drawing({"x": "number"}, decision("a", literal("x + 1"), ["input x"]))
    model = dmn.load(text.replace(MODEL.encode(), OLDER[version].encode()))
    assert model.evaluate("a", {"x": 1}).value == 2
    saved = model.save()
    assert MODEL.encode() in saved
    assert saved.count(b"omg.org") == 1
    assert dmn.load(saved).save() == saved


@pytest.mark.parametrize("version", ["20151101/dmn.xsd", "20990101/MODEL/"])
def test_other_versions_are_refused(version: str) -> None:
    text = drawing({}).replace(MODEL.encode(), f"http://www.omg.org/spec/DMN/{version}".encode())
    with pytest.raises(dmn.ModelError, match=r"no DMN 1\.2 to 1\.5 model"):
        dmn.load(text)


def kept(text: str) -> str:
    written = read(text.encode()).to_bytes().decode().partition("?>\n")[2]
    assert read(written.encode()).to_bytes().decode().partition("?>\n")[2] == written
    return written.rstrip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "<a/>",
        '<a b="&lt;&amp;&quot;&#10;&#9;">x &lt; y &amp; z &gt;</a>',
        "<a>x<b/>y<!-- note --><?tool data?>z</a>",
        '<a xml:space="preserve"> </a>',
        '<a xmlns="u" xmlns:v="w"><v:b v:c="1"/></a>',
        '<x:a xmlns:x="u" x:b="1"/>',
        "<a>&#13;</a>",
        "<가 이름='값'/>".replace("'", '"'),
    ],
)
def test_all_that_stands_there_is_kept(text: str) -> None:
    assert kept(text) == text


def test_what_stands_before_the_first_element_is_not_kept() -> None:
    assert kept("<?tool data?><!-- note --><a/>") == "<a/>"


def test_a_prefix_that_means_two_things_is_told_apart() -> None:
    written = kept('<a xmlns:x="u"><x:b/><x:b xmlns:x="w" x:c="1"/></a>')
    assert written == '<a xmlns:x="u" xmlns:ns1="w"><x:b/><ns1:b ns1:c="1"/></a>'
    taken = kept('<a xmlns:x="u" xmlns:ns1="v"><x:b xmlns:x="w"/></a>')
    assert taken == '<a xmlns:x="u" xmlns:ns1="v" xmlns:ns2="w"><ns2:b/></a>'


def test_attributes_take_a_prefix_where_elements_need_none() -> None:
    written = kept('<a xmlns="u" xmlns:x="u" x:b="1"/>')
    assert written == '<a xmlns="u" xmlns:x="u" x:b="1"/>'
    lost = kept('<a xmlns="u" xmlns:x="v"><b xmlns:x="u" x:c="1"/></a>')
    assert lost == '<a xmlns="u" xmlns:x="v" xmlns:ns1="u"><b ns1:c="1"/></a>'


def test_the_line_of_an_element_is_known_and_not_written() -> None:
    document = read(b"<a>\n<b/>\n</a>")
    assert document.root[0].get(LINE) == "2"
    assert LINE.encode() not in document.to_bytes()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b" " * (MAX_BYTES + 1), "xml.size"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "xml.broken"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "xml.encoding"),
        (b'<?xml version="1.0" encoding="idna"?><a/>', "xml.encoding"),
        (b"\xff\xfe<\x00a\x00", "xml.broken"),
        (b"<a>\x00</a>", "xml.broken"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "xml.doctype"),
        (b'<a xmlns:x="u">&x;</a>', "xml.broken"),
    ],
)
def test_unusable_bytes(data: bytes, code: str) -> None:
    with pytest.raises(dmn.ModelError) as caught:
        read(data)
    assert caught.value.problems[0].code in (code, "xml.encoding", "xml.broken")


def test_numbers_of_the_kit() -> None:
    assert [_number(text) for text in ("1", "1.50", "1E+40", "x", "NaN")][3:] == [None, None]


def test_what_is_no_box_in_a_list_is_passed_over() -> None:
    logic = f"<list><description>why</description>{literal('1')}</list>"
    assert dmn.load(drawing({}, decision("a", logic))).evaluate("a", {}).value == [1]
