"""The names of months in the languages of Europe, which a date may be written in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_AP

_LANGUAGES: Final = ("en", "fr", "es", "pt-br", "de", "it", "nl")
_ENGLISH: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
# "12 de março", "1er mars", "12. März": what stands beside the name says nothing more.
_WORD: Final = re.compile(r"(?:\bde\s+)?([^\W\d_]{3,})\.?(?:\s+de\b)?")
_ORDINAL: Final = re.compile(r"(?<=\d)(?:er|º|\.(?=\s))")


def in_english(text: str) -> str:
    """A date with the name of its month as `%b` reads it: “12 mars 2025” is 12 Mar 2025."""
    return _WORD.sub(_abbreviated, _ORDINAL.sub("", text))


def _abbreviated(found: re.Match[str]) -> str:
    number = _number(_folded(found[1]))
    return _ENGLISH[number - 1] if number else found[0]


@lru_cache(1024)
def _number(word: str) -> int | None:
    """By its name, or by how this begins: févr., janv."""
    names = _names()
    could = {number for name, number in names.items() if name.startswith(word)}
    return names.get(word) or (could.pop() if len(could) == 1 else None)


@cache
def _names() -> Mapping[str, int]:
    names: dict[str, int] = {}
    for language in _LANGUAGES:
        with translation.override(language):
            for words in (MONTHS, MONTHS_3, MONTHS_AP):
                names |= {_folded(str(word).rstrip(".")): number for number, word in words.items()}
    return names


def _folded(name: str) -> str:
    """In lower case and without accents, which exports drop: decembre, Marz."""
    return "".join(unicodedata.normalize("NFKD", one)[0] for one in name.casefold())
