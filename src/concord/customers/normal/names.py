"""Names of organisations and of persons, taken apart for comparison."""

from __future__ import annotations

import re
from dataclasses import field
from functools import lru_cache
from itertools import pairwise
from typing import Final

from concord.customers.normal import legal, listed, spoken
from concord.customers.normal.korean import FAMILIES
from concord.customers.normal.text import is_cjk, latin, native, plain, repaired
from concord.kernel.values import value

_TITLES: Final = listed(
    """
    mr mrs ms miss mx dr prof professor ing dipl mag sir dame herr frau phd md
    mba esq med rer jur habil oec drs dott dra ddr priv doz pd
    """
)
_GENERATIONS: Final = {
    "sr": "1", "senior": "1", "i": "1", "jr": "2", "junior": "2", "ii": "2", "iii": "3", "iv": "4",
    "snr": "1", "jnr": "2", "1st": "1", "2nd": "2", "3rd": "3", "4th": "4", "v": "5",
    "sen": "1", "jun": "2", "senr": "1", "junr": "2", "dae": "1", "dj": "2",
    "pai": "1", "padre": "1", "pere": "1", "filho": "2", "hijo": "2", "fils": "2", "figlio": "2",
    "neto": "3", "nieto": "3", "bisneto": "4", "den": "", "aldre": "1", "yngre": "2",
}  # fmt: skip
_TWO: Final = re.compile(r"\s(?:&|\+|/|and|und|et|och|y|e)\s|/", re.IGNORECASE)
# What is written where nobody knows the name.
_NOBODY: Final = listed(
    """
    unknown unbekannt test tester testing none null na guest gast customer
    kunde cash anonymous anonym nn tbd tba dummy nobody noname xxx sample
    walkin
    """
)
_NOBODY_BESIDE: Final = _NOBODY | listed("walk in no name sale sales barverkauf user person x n a")
_HONORIFICS: Final = ("先生", "女士", "小姐", "님", "씨", "様", "さん")
_TWO_LETTER_FAMILIES: Final = listed(
    """
    남궁 황보 제갈 사공 선우 서문 독고 동방 欧阳 司马 上官 诸葛
    司徒 东方 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 轩辕 夏侯 张简
    范姜
    """
)
# As a family's name these are read otherwise than as a word.
_READ_AS: Final = {
    "曾": "zeng", "单": "shan", "單": "shan", "解": "xie", "仇": "qiu", "查": "zha", "盖": "ge",
    "蓋": "ge", "区": "ou", "區": "ou", "覃": "qin", "翟": "zhai", "缪": "miao", "繆": "miao",
    "冼": "xian", "种": "chong", "乐": "yue", "樂": "yue", "员": "yun", "員": "yun", "折": "she",
}  # fmt: skip
_HANGUL = re.compile("[\uac00-\ud7a3]+")


@value
class OrganisationName:
    """`words` are the Latin words without legal forms; `native` the name in its own script.

    `glossed` are the words that a native name would have in English. `forms` are `law:form`.
    `is_full`: as long as the field of an old system, so that its end may be missing; `cut` are a
    few letters at its end that may be left of a legal form, or of another word.
    """

    words: tuple[str, ...]
    native: str
    glossed: tuple[str, ...]
    forms: frozenset[str]
    is_full: bool = False
    cut: str = ""

    @property
    def joined(self) -> str:
        return "".join(self.words)


@lru_cache(65_536)
def organisation(name: str) -> OrganisationName:
    name = repaired(name) or name
    forms: set[str] = set()
    own = _without_native_forms(name, forms)
    text = _with_short_forms(latin(own)) + (" co" if name.rstrip().endswith("&") else "")
    cut = ""
    if len(name.strip()) in legal.WIDTHS:
        text, cut = _without_cut_form(text)
    is_full = len(name.strip()) in legal.WIDE and name == name.upper() and _is_open(text)
    words = _without_forms(text, forms)
    glossed = _without_forms(_glossed(native(own)), set()) if is_cjk(own) else ()
    return OrganisationName(words, native(own), glossed, frozenset(forms), is_full, cut)


def _with_short_forms(text: str) -> str:
    """Legal forms that are written out, as they are written short."""
    for whole, short in legal.SPELLED_OUT.items():
        if f" {whole} " in f"{text} " and not text.startswith(whole):
            text = f"{text} ".replace(f" {whole} ", f" {short} ").strip()
    return text


def _is_open(text: str) -> bool:
    """Whether a legal form does not end it: behind one, nothing follows but partners."""
    last = text.rpartition(" ")[2]
    return last not in legal.FORMS or last in legal.WITH_PARTNERS


_AFTER_A_FORM: Final = ("co ltd", "co kg", "ltd", "limited", "kg", "inc")


def _without_cut_form(text: str) -> tuple[str, str]:
    """Without what is left of a legal form at the end, and that where it may be something else."""
    words = _spelled_out(text.split())
    count = legal.cut_form(words)
    if not count:
        return text, ""
    rest, tail = words[:-count], words[-count:]
    is_sure = len("".join(tail)) >= legal.SURE or (
        rest[-1] in legal.FORMS and any(each.startswith(" ".join(tail)) for each in _AFTER_A_FORM)
    )
    if is_sure and rest[-1] in legal.WITH_PARTNERS and "co".startswith(tail[0]):
        rest += ["co", "kg"]
    return " ".join(rest), "" if is_sure else " ".join(tail)


def _without_native_forms(name: str, forms: set[str]) -> str:
    text = plain(name)
    if not is_cjk(text):
        return text
    text = _simplify(text)
    for form, law in legal.NATIVE_FORMS:
        if form in text and text.replace(form, "").strip():
            text = text.replace(form, " ")
            forms.add(law)
    words = text.split()
    if len(words) > 1:
        forms.update(legal.BRACKETED[word] for word in words if word in legal.BRACKETED)
        words = [word for word in words if word not in legal.BRACKETED] or words
    forms.discard("")
    return " ".join(words)


def _simplify(text: str) -> str:
    from concord.customers.normal.chinese import simplified

    return simplified(text)


def _without_forms(text: str, forms: set[str]) -> tuple[str, ...]:
    words = _spelled_out(text.split())
    kept = [word for word in words if word not in legal.CONNECTORS]
    if any(a in legal.WITH_PARTNERS and b == "co" for a, b in pairwise(kept)):
        forms.add("DE:kg")  # GmbH & Co., whatever follows
    found = [word for word in kept if legal.form_of(word) is not None]
    rest = tuple(word for word in kept if word not in found)
    if not rest:
        return tuple(kept)
    forms.update(form for word in found if (form := legal.form_of(word)) and form[0] != ":")
    return rest


def _spelled_out(words: list[str]) -> list[str]:
    """Letters that stand alone belong together: `s a r l` is `sarl`."""
    joined: list[str] = []
    was_letter = False
    for word in words:
        is_letter = len(word) == 1 and word.isalpha()
        if is_letter and was_letter:
            joined[-1] += word
        else:
            joined.append(word)
        was_letter = is_letter
    return joined


def _glossed(text: str) -> str:
    """A native name with its common words in English, the rest by its sound."""
    for meaning in legal.MEANINGS:
        if meaning in text and text != meaning:
            text = text.replace(meaning, f" {legal.GLOSSES[meaning]} ")
    # What stays of Chinese is one proper name: its syllables belong together.
    return " ".join(latin(part).replace(" ", "") for part in text.split())


@value
class PersonName:
    """Latin words of the given and the family name; `generation` is "1" for Sr, "2" for Jr…

    `families` are all the ways in which the family name of a Korean is written. `is_two`: John
    and Jane Miller. `sounds` is the whole name, by which others of that name are found.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: str
    native: str
    families: frozenset[str]
    is_two: bool = False
    sounds: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    def __hash__(self) -> int:
        return hash((self.given, self.family))  # of two that are equal there, hardly any differ

    @property
    def words(self) -> tuple[str, ...]:
        return self.given + self.family


@lru_cache(65_536)
def person(name: str, given: str = "", family: str = "") -> PersonName:
    """From the parts where they are given, else from the whole name."""
    name, given, family = (repaired(text) or text for text in (name, given, family))
    if is_nobody(" ".join((name, given, family))):
        return PersonName((), (), "", "", frozenset())
    is_two = bool(_TWO.search(given or name))
    if not given and not family:
        given, family = _split(name)
    elif given and family and is_cjk(given + family):
        name = family + given
    generation = ""
    parts: list[tuple[str, ...]] = []
    for part in (given, family):
        words = [word for word in latin(part).split() if word not in _TITLES]
        for word in words[:]:
            if word in _GENERATIONS and len(words) > 1:
                generation = _GENERATIONS[word]
                words.remove(word)
        parts.append(tuple(words))
    if plain(family) in _READ_AS:
        parts[1] = (_READ_AS[plain(family)],)
    if is_cjk(given):
        parts[0] = ("".join(parts[0]),) if parts[0] else ()
    own = native(name or family + given)
    families = frozenset(FAMILIES.get(plain(family), ("".join(parts[1]),))) - {""}
    sounds = spoken.whole(*parts, is_native=bool(own))
    return PersonName(parts[0], parts[1], generation, own, families, is_two, sounds)


@lru_cache(65_536)
def is_nobody(name: str) -> bool:
    """Whether it says no more than that a name was wanted."""
    if not name.isascii():
        return False
    words = re.findall("[a-z]+", name.lower())
    return bool(words) and not set(words).isdisjoint(_NOBODY) and set(words) <= _NOBODY_BESIDE


@lru_cache(65_536)
def may_be_person(name: str) -> bool:
    """Whether a name that stands as an organisation's may be a person's: no legal form, no word
    of business, as long as a person's name is."""
    if name.count(" ") > 4 or len(name) > 60:
        return False
    firm = organisation(name)
    if firm.forms or any(word in legal.ENTITY_WORDS for word in firm.words):
        return False
    if any(legal.form_of(word) is not None for word in latin(name).split()[1:]):
        return False
    if is_cjk(name):
        return 2 <= len(firm.native) <= 4 and "".join(firm.glossed) == firm.joined
    return 2 <= len(firm.words) <= 4 and not any(c.isdigit() for c in name)


def _split(name: str) -> tuple[str, str]:
    """Given and family name of a name that comes whole."""
    for honorific in _HONORIFICS:
        name = name.strip().removesuffix(honorific)
    if "," in name:
        family, _, given = name.partition(",")
        if plain(given) in _GENERATIONS:
            return _split(f"{family} {given}")
        return given, family
    if is_cjk(name):
        whole = plain(name)
        if " " in whole:
            family, _, given = whole.partition(" ")
            return given, family
        size = 2 if whole[:2] in _TWO_LETTER_FAMILIES and len(whole) > 2 else 1
        return whole[size:], whole[:size]
    words = name.split()
    tail = len(words)
    while tail > 2 and plain(words[tail - 1]) in _GENERATIONS:
        tail -= 1
    return " ".join(words[: tail - 1] + words[tail:]) if tail > 1 else "", (
        words[tail - 1] if words else ""
    )
