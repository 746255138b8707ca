"""Text: scripts, folding, Latin letters, and text that was garbled on its way here."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import ftfy
from anyascii import anyascii

from concord.customers.normal.chinese import pinyin, simplified
from concord.customers.normal.korean import romanised

HANGUL: Final = "\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f"
HAN: Final = "\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff"
KANA: Final = "\u3040-\u30ff"
_CJK = re.compile(f"[{HANGUL}{HAN}{KANA}]")
_HANGUL_RUN = re.compile(f"[{HANGUL}]+")
_HAN_RUN = re.compile(f"[{HAN}]+")
_APART = re.compile(r"[^\w]+|_+")
_APOSTROPHE = re.compile(r"(?<=\w)['’`´ʼ](?=\w)")
_GARBLED = re.compile(r"[À-ÿ][\u0080-¿ŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")
_EIGHT_BIT_RUN = re.compile(r"[\u00a1-\u00fe]{4,}")


def is_cjk(text: str) -> bool:
    return _CJK.search(text) is not None


@lru_cache(65_536)
def is_native(text: str) -> bool:
    """Whether it is written in a script other than Latin."""
    if text.isascii():
        return False
    letters = [c for c in text if c.isalpha()]
    foreign = sum(not unicodedata.name(c, "").startswith(("LATIN", "FULLWIDTH")) for c in letters)
    return foreign * 2 > len(letters)


@lru_cache(65_536)
def plain(text: str) -> str:
    """Case, width, punctuation and spacing folded away; every script stays as it is."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = _APOSTROPHE.sub("", text.casefold())
    return _APART.sub(" ", text).strip()


@lru_cache(65_536)
def latin(text: str) -> str:
    """`plain`, in Latin letters: Korean romanised, Chinese by its sound, accents gone."""
    text = plain(text)
    if text.isascii():
        return text
    text = _HANGUL_RUN.sub(lambda run: f" {romanised(run[0])} ", text)
    text = _HAN_RUN.sub(lambda run: f" {pinyin(run[0])} ", text)
    return _APART.sub(" ", _APOSTROPHE.sub("", anyascii(text).casefold())).strip()


@lru_cache(65_536)
def native(text: str) -> str:
    """The letters of other scripts alone, without spaces, traditional Chinese as simplified."""
    text = plain(text)
    if text.isascii():
        return ""
    return simplified("".join(c for c in text if c.isalnum() and not _is_latin(c)))


def _is_latin(letter: str) -> bool:
    return letter < "\u0370" or "\u1e00" <= letter <= "\u1eff"


@lru_cache(65_536)
def repaired(text: str) -> str | None:
    """What a garbled text (mojibake) was before, or None if it is not garbled.

    `SÃ¡nchez` is UTF-8 read as Latin-1; `ÇÑºûÁ¤¹Ð` is Korean (cp949) read as Latin-1.
    """
    if text.isascii():
        return None
    korean = _as_korean(text)
    if korean is not None or not _GARBLED.search(text):
        return korean
    mended = str(ftfy.fix_encoding(text))
    return mended if mended != text and "\ufffd" not in mended else None


def _as_korean(text: str) -> str | None:
    if not _EIGHT_BIT_RUN.search(text):
        return None
    try:
        mended = text.encode("latin-1").decode("cp949")
    except UnicodeError:
        return None
    strange = [c for c in mended if not c.isascii()]
    is_korean = len(strange) >= 2 and all(_HANGUL_RUN.match(c) for c in strange)
    return mended if is_korean else None
