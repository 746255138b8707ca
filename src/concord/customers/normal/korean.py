"""Korean in Latin letters: the revised romanisation, syllable by syllable."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

FIRST_LETTERS: Final = "g kk n d tt r m b pp s ss - j jj ch k t p h"
VOWELS: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
LAST_LETTERS: Final = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"
CARRIED_LETTERS: Final = "- g kk ks n nj n d r lg lm lb ls lt lp r m b ps s ss ng j ch k t p -"
# The letters of Unicode's syllables in their order; "-" is silent. A final consonant is written as
# it is spoken, and differently before a vowel.
_FIRST: Final = tuple("" if c == "-" else c for c in FIRST_LETTERS.split())
_VOWEL: Final = tuple(VOWELS.split())
_LAST: Final = tuple("" if c == "-" else c for c in LAST_LETTERS.split())
_BEFORE_VOWEL: Final = tuple("" if c == "-" else c for c in CARRIED_LETTERS.split())
_SILENT: Final = 11  # the first consonant ㅇ
# Families are written in Latin letters as tradition has it, not as the rules say.
FAMILIES: Final = {
    "김": ("kim", "gim"),
    "이": ("lee", "yi", "rhee", "i", "li"),
    "박": ("park", "pak", "bak"),
    "최": ("choi", "choe"),
    "정": ("jung", "jeong", "chung", "cheong"),
    "강": ("kang", "gang"),
    "조": ("cho", "jo"),
    "윤": ("yoon", "yun"),
    "장": ("jang", "chang"),
    "임": ("lim", "im", "rim"),
    "한": ("han",),
    "오": ("oh", "o"),
    "서": ("seo", "suh"),
    "신": ("shin", "sin"),
    "권": ("kwon", "gwon"),
    "황": ("hwang",),
    "안": ("ahn", "an"),
    "송": ("song",),
    "류": ("ryu", "yoo", "yu"),
    "유": ("yoo", "yu", "ryu"),
    "전": ("jeon", "chun", "jun"),
    "홍": ("hong",),
    "고": ("ko", "go"),
    "문": ("moon", "mun"),
    "양": ("yang",),
    "손": ("son", "sohn"),
    "배": ("bae", "pae"),
    "백": ("baek", "paik"),
    "허": ("heo", "hur", "huh"),
    "남": ("nam",),
    "심": ("shim", "sim"),
    "노": ("noh", "roh", "no"),
    "하": ("ha",),
    "곽": ("kwak", "gwak"),
    "성": ("sung", "seong"),
    "차": ("cha",),
    "주": ("joo", "ju"),
    "우": ("woo", "u"),
    "구": ("koo", "gu", "ku"),
    "민": ("min",),
    "나": ("na",),
    "진": ("jin",),
    "지": ("ji",),
    "엄": ("um", "eom"),
    "채": ("chae",),
    "원": ("won",),
    "천": ("cheon", "chun"),
    "방": ("bang",),
    "공": ("kong", "gong"),
    "현": ("hyun", "hyeon"),
}


@lru_cache(65_536)
def romanised(text: str) -> str:
    """Hangul syllables in Latin letters, a final consonant carried over to a following vowel."""
    letters = []
    for place, syllable in enumerate(text):
        code = ord(syllable) - 0xAC00
        if not 0 <= code < 11_172:
            letters.append(syllable)
            continue
        first, vowel, last = code // 588, code % 588 // 28, code % 28
        following = ord(text[place + 1]) - 0xAC00 if place + 1 < len(text) else -1
        carried = 0 <= following < 11_172 and following // 588 == _SILENT
        letters.append(_FIRST[first] + _VOWEL[vowel] + (_BEFORE_VOWEL if carried else _LAST)[last])
    return "".join(letters)


# Spellings of one sound, folded to one: Hanbit and Hanbich, Jeong and Jung, Kim and Gim.
_ONE_SOUND: Final = (
    ("ph", "f"),
    ("ck", "k"),
    ("kk", "g"),
    ("tt", "d"),
    ("pp", "b"),
    ("ss", "s"),
    ("jj", "j"),
    ("ch", "j"),
    ("ts", "j"),
    ("sh", "s"),
    ("eo", "u"),
    ("eu", "u"),
    ("oo", "u"),
    ("ou", "u"),
    ("ae", "e"),
    ("ee", "i"),
    ("ie", "i"),
    ("ey", "i"),
    ("ah", "a"),
    ("oh", "o"),
    ("k", "g"),
    ("c", "g"),
    ("z", "s"),
    ("t", "d"),
    ("p", "b"),
    ("l", "r"),
    ("w", "u"),
    ("y", "i"),
)


_REPEATED: Final = re.compile(r"(.)\1+", re.DOTALL)


@lru_cache(65_536)
def sound(romanised_text: str) -> str:
    """Two romanisations of one Korean name sound the same here."""
    text = romanised_text.replace(" ", "").replace("-", "")
    for spelling, one in _ONE_SOUND:
        text = text.replace(spelling, one)
    return _REPEATED.sub(r"\1", text)
