"""Templates keep to the security policy: no style, script or handler stands in the page itself."""

from __future__ import annotations

import re

import pytest

from .sources import PACKAGE, name, ours, text_of

FORBIDDEN = {
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I | re.S),
    "a style element": re.compile(r"<style\b", re.I),
    "a script without an address": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.I | re.S),
    "a handler": re.compile(r"<[a-z][^>]*\s(?:hx-)?on[a-z:-]+\s*=", re.I | re.S),
    "code in htmx": re.compile(r"hx-vals\s*=\s*[\"']\s*js:|hx-vars\s*=", re.I),
    "a javascript address": re.compile(r"=\s*[\"']?\s*javascript:", re.I),
    "an address elsewhere": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*=\s*[\"']?(?:https?:)?//", re.I | re.S
    ),
    "an answer marked safe": re.compile(r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off"),
}
JSON = re.compile(r"<script\b[^>]*type\s*=\s*[\"']application/json[\"']", re.I)


def problems(text: str) -> list[str]:
    """What the page's security policy would refuse, or the escaping would not stop."""
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(JSON.sub("", text))]
    return sorted(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<p style="color: red">', ["a style attribute"]),
        ("<style>p {}</style>", ["a style element"]),
        ("<script>alert(1)</script>", ["a script without an address"]),
        ('<script src="{% static "ui/ui.js" %}" defer></script>', []),
        ('<script type="application/json" id="x">{}</script>', []),
        ('<a onclick="x()">', ["a handler"]),
        ('<a hx-on:click="x()">', ["a handler"]),
        ('<a href="javascript:x()">', ["a javascript address"]),
        ('<script src="https://elsewhere.example/x.js"></script>', ["an address elsewhere"]),
        ('<a href="https://elsewhere.example/" data-on="1" class="style">on = off</a>', []),
        ("{{ name|safe }}", ["an answer marked safe"]),
    ],
)
def test_the_patterns_find_what_they_should(text: str, found: list[str]) -> None:
    assert problems(text) == found


def test_no_template_breaks_the_policy() -> None:
    templates = ours(".html", ".svg", under=PACKAGE)
    assert len(templates) > 10
    found = {name(file): problems(text_of(file) or "") for file in templates}
    assert {file: what for file, what in found.items() if what} == {}
