"""The guide calls things what the pages call them."""

import re

import polib

from .sources import CHECKOUT, PACKAGE


def test_what_the_guide_sets_in_bold_stands_on_a_page() -> None:
    text = (CHECKOUT / "docs" / "guide.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\*\*(.+?)\*\*", text)) - {"so"}
    said = {
        entry.msgid
        for file in PACKAGE.rglob("ko/**/django.po")
        for entry in polib.pofile(str(file))
    }
    assert len(named) > 25
    assert sorted(named - said) == []
