"""What a column's name says: taken apart into words that we know, and what these mean together.

"onlineorderflag" is online, order, flag; "Rechnungsbetrag" is Rechnung, Betrag;
거래처담당자전화번호 is 거래처, 담당자, 전화번호. A name says a role where one of its phrases stands in it
and every other word is one that may stand beside it; a word of something else makes it something
else.
"""

# ruff: noqa: E501 - lists of words read best in long lines

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from concord.records.look.others import CATALOGUED, FILL, OF_WHAT, OTHERS, WAYS, WHOSE
from concord.records.look.vocabulary import ROLES, Role

Words = tuple[str, ...]
SURE: Final = 1.5  # a name that alone says what the column is
EXACT: Final = 2.0
_MOST: Final = 80  # characters of a name that are looked at
_NUMBER: Final = re.compile(r"\bn[°º]|№|#", re.IGNORECASE)
_ASIDE: Final = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]?")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_RUN: Final = re.compile(
    r"\d+|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+|[\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+"
)
_OF_LINE: Final = re.compile(
    r"[^/]*(?:\blines?|\bitems?|zeilen|positionen|\blignes|\bl[ií]neas|\blinhas|명세|내역|明細|明细)\s*/\s*",
    re.IGNORECASE,
)
_OF_A_LINE: Final = frozenset({
    Role.LINE_NUMBER, Role.PRODUCT, Role.QUANTITY, Role.UNIT_PRICE, Role.AMOUNT,
})  # fmt: skip
_SHORT: Final = frozenset({"id", "no", "nr", "to", "of", "by", "on", "at", "is", "dt", "cd", "nm"})
_LINKS: Final = ("", "s", "n", "en", "es")  # between the parts of a German word
_WHOLLY: Final = frozenset({
    Role.NUMBER, Role.CUSTOMER_NAME, Role.CUSTOMER_KEY, Role.ISSUED, Role.AMOUNT, Role.STATUS, Role.KIND, Role.SUBJECT,
    Role.UNIT, Role.LINE_NUMBER, Role.PRODUCT, Role.UNIT_PRICE, Role.PERSON_NAME, Role.PERSON_KEY, Role.SEGMENT,
    Role.OWNER, Role.REGION, Role.NOTES, Role.DISPUTED, Role.SETTLED, Role.SHIPPED, Role.COUNTRY, Role.LANGUAGE,
    Role.NAME_NATIVE, Role.NAME_LATIN, Role.JOB_TITLE, Role.TERMS, Role.INDUSTRY, Role.QUANTITY, Role.ADDRESS,
})  # fmt: skip
_WHERE: Final = (Role.STREET, Role.CITY, Role.REGION, Role.POSTCODE, Role.COUNTRY, Role.ADDRESS)
_ABOUT: Final = (
    *_WHERE, Role.EMAIL, Role.PHONE, Role.WEBSITE, Role.TAX_ID, Role.REGISTRATION_ID, Role.INDUSTRY,
    Role.LANGUAGE, Role.NOTES, Role.GIVEN_NAME, Role.FAMILY_NAME, Role.BIRTH_DATE, Role.JOB_TITLE,
    Role.SEGMENT, Role.NAME_NATIVE, Role.NAME_LATIN, Role.PERSON_NAME, Role.KIND,
)  # fmt: skip
_HAPPENED: Final = (
    Role.AMOUNT, Role.BALANCE, Role.CURRENCY, Role.DUE, Role.SETTLED, Role.SHIPPED, Role.ISSUED,
    Role.STATUS, Role.OWNER, Role.SUBJECT, Role.TERMS, Role.UNIT_PRICE, Role.QUANTITY, Role.DISPUTED,
    Role.NUMBER,
)  # fmt: skip
# What systems shorten a word to.
_SHORTENED: Final[Mapping[str, str]] = {
    "amt": "amount", "dt": "date", "cd": "code", "nbr": "no", "num": "no", "nr": "no", "number": "no", "tot": "total",
    "ttl": "total", "qty": "quantity", "addr": "address", "cust": "customer", "inv": "invoice", "acct": "account",
    "acc": "account", "rg": "rechnungs", "kd": "kunden", "ctry": "country", "cntry": "country", "lang": "language",
    "desc": "description", "org": "organization", "mob": "mobile", "dob": "birthdate", "geb": "geburts",
    "gesch": "geschäftlich", "priv": "privat", "paymt": "payment", "pmt": "payment", "bal": "balance", "ord": "order", "appt": "appointment", "pat": "patient",
}  # fmt: skip
# Before "address" they say whose it is; behind it, what else stands there.
_HEADS: Final = frozenset(
    {"company", "organization", "organisation", "account", "business", "person", "contact", "name"}
)
# Of a row's own number or name it is not said of what it is.
_GENERIC: Final = frozenset({
    "id", "no", "nr", "num", "number", "name", "record id", "rec id", "row id", "external id", "lfd nr",
    "numéro", "número", "번호", "編號", "编号", "番号", "date", "datum", "datetime", "fecha", "日期", "날짜", "일자", "日付",
    "名稱", "名称", "nombre", "nom", "display name", "summary", "description", "code", "created", "created at",
    "created on", "amount", "total", "value", "sum",
})  # fmt: skip


class Phrase(NamedTuple):
    """`early` is 1 for the best word of its role, 0.5 for the last."""

    role: Role
    words: Words
    early: float


class Known(NamedTuple):
    """All words; the phrases by their last word, and by all of them without what is between."""

    words: frozenset[str]
    ending: Mapping[str, Sequence[Phrase]]
    bare: Mapping[str, Sequence[Phrase]]
    others: frozenset[str]
    beside: Mapping[Role, frozenset[str]]


class Title(NamedTuple):
    """`scores` by role, up to 3 for its best word; `is_known` where all of its words are."""

    words: Words
    scores: Mapping[Role, float]
    is_known: bool
    is_generic: bool


@lru_cache(4096)
def read(title: str) -> Title:
    """What a name says. Of “Order Lines/Quantity” what a line has of it, and nothing else."""
    if of_line := _OF_LINE.match(title):
        inner = read(title[of_line.end() :])
        of_it = {role: worth for role, worth in inner.scores.items() if role in _OF_A_LINE}
        return Title(inner.words, of_it, inner.is_known, is_generic=False)
    known = _known()
    plain, aside = _parted(title[:_MOST])
    words = _same(_cut(plain, known.words))
    around = _same(_cut(aside, known.words))
    is_known = all(word.isdecimal() or word in known.words for word in words)
    is_known = is_known and not all(map(str.isdecimal, words))
    bare = "".join(words)
    whole = known.bare.get("".join(words + around), ())
    scores: dict[Role, float] = {}
    if bare not in known.others or (around and whole):
        for phrase in (*whole, *known.bare.get(bare, ())):
            worth = EXACT + phrase.early
            scores[phrase.role] = max(scores.get(phrase.role, 0.0), worth)
        for phrase in _within(words, known):
            worth = _worth(phrase, words, known)
            if worth > scores.get(phrase.role, 0.0):
                scores[phrase.role] = worth
    return Title(words, scores, is_known, bare in _generic())


def score(title: str, role: Role) -> float:
    """0 for a name that says nothing of the role, up to 3 for its best word."""
    return read(title).scores.get(role, 0.0)


def words_of(text: str) -> Words:
    """The words that a name or a phrase is made of."""
    return _same(_cut(" ".join(_parted(text)), _known().words))


def catalogued(title: str) -> bool:
    """Whether it is the number or the name of what only a catalogue lists: products, countries …"""
    words = read(title).words
    for ending in ("", "id", "code", "no", "nr", "number", "key", "name"):
        if ending and words[-1:] != (ending,):
            continue
        if "".join(words[: len(words) - bool(ending)]) in _catalogue():
            return True
    return False


def is_a_number(title: str) -> bool:
    """Whether it may be the number of a row, of whatever the row is: `xyzid`, `… code`."""
    said = read(title)
    if said.is_known and not said.scores:
        return False  # of something else
    last = said.words[-1:]
    return bool(last) and last[0] in {"id", "key", "code", "no", "nr", "number", "num", "번호", "코드", "編號", "编号", "代碼", "代號", "番号", "コード"}  # fmt: skip


# Words


def _parted(title: str) -> tuple[str, str]:
    """The name, and what stands beside it in brackets."""
    text = unicodedata.normalize("NFKC", _NUMBER.sub(" no ", title))
    asides = " ".join(_ASIDE.findall(text))
    plain = _ASIDE.sub(" ", text)
    return (plain, asides) if any(map(str.isalnum, plain)) else (text, "")


def _plain_words(text: str) -> list[str]:
    spaced = _HUMP.sub(" ", _NUMBER.sub(" no ", unicodedata.normalize("NFKC", text)))
    return [str(int(word)) if word.isdecimal() else word for word in _RUN.findall(folded(spaced))]


def folded(text: str) -> str:
    """In lower case, Latin letters without what stands above or below them."""
    lower = text.casefold()
    if lower.isascii():
        return lower
    return "".join(
        unicodedata.normalize("NFKD", one)[0] if "LATIN" in unicodedata.name(one, "") else one
        for one in unicodedata.normalize("NFC", lower)
    )


def _same(words: Iterable[str]) -> Words:
    """The words as they are written out."""
    return tuple(folded(_SHORTENED.get(word, word)) for word in words)


def _cut(text: str, known: frozenset[str]) -> Iterable[str]:
    for word in _plain_words(text):
        yield from _parts(word, known)


def _parts(word: str, known: frozenset[str]) -> Sequence[str]:
    """A word that we do not know as the words that it is made of, where these are known."""
    if word in known or word.isdecimal() or (len(word) < 4 and word.isascii()):
        return (word,)
    return _segmented(word, known) or (word,)


def _segmented(word: str, known: frozenset[str]) -> Sequence[str]:
    """The fewest known words that make up all of it; of as many, the longest first."""
    best: dict[int, tuple[int, tuple[str, ...]]] = {0: (0, ())}
    links = _LINKS if word.isascii() else ("",)
    for start in range(len(word)):
        if start not in best:
            continue
        cost, parts = best[start]
        for end in range(len(word), start, -1):
            piece = word[start:end]
            if piece not in known or (piece.isascii() and len(piece) < 3 and piece not in _SHORT):
                continue
            for link in links:
                after = end + len(link)
                if link and (
                    len(piece) < 4 or not word.startswith(link, end) or after == len(word)
                ):
                    continue
                total = cost + 10 + len(link)
                if after not in best or total < best[after][0]:
                    best[after] = (total, (*parts, piece))
    found = best.get(len(word), (0, ()))[1]
    return found if found and len(word) >= 3 * (len(found) - 1) else ()


# Meanings


def _within(words: Words, known: Known) -> Iterable[Phrase]:
    """The phrases that stand in a name, though something stands beside them."""
    for word in dict.fromkeys(words):
        for phrase in known.ending.get(word, ()):
            if len(phrase.words) < len(words) and _place(words, phrase.words) is not None:
                yield phrase


def _place(words: Words, phrase: Words) -> int | None:
    for place in range(len(words) - len(phrase), -1, -1):
        if words[place : place + len(phrase)] == phrase:
            return place
    return None


def _worth(phrase: Phrase, words: Words, known: Known) -> float:
    """What a phrase is worth with the words beside it: nothing where they speak of another."""
    place = _place(words, phrase.words) or 0
    end = place + len(phrase.words)
    role, left = phrase.role, words[:place] + words[end:]
    if role is Role.ADDRESS and words[end : end + 1] and words[end] in _HEADS:
        return 0.0
    own = known.beside[role]
    strange = [word for word in left if word not in own and word != "1" and not _is_letter(word)]
    if not strange:
        long = sum(map(len, words))
        return 1.6 + 0.2 * phrase.early + 0.15 * (long - sum(map(len, left))) / long
    if role in _WHOLLY or any(word in known.words or word.isdecimal() for word in strange):
        return 0.0
    return 1.0 + 0.2 * phrase.early if end == len(words) else 0.0


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isascii() and word.isalpha()


@cache
def _known() -> Known:
    raw = {role: _spellings(phrases) for role, phrases in ROLES.items()}
    others = _spellings(OTHERS)
    words = {
        word
        for phrase, _early in (*(one for found in raw.values() for one in found), *others)
        for word in _plain_words(phrase)
    }
    for more in (FILL, WHOSE, WAYS, OF_WHAT, CATALOGUED):
        words |= {word for phrase in more for word in _plain_words(phrase)}
    words |= {*_SHORTENED, *_SHORTENED.values()}
    ending: dict[str, list[Phrase]] = {}
    bare: dict[str, list[Phrase]] = {}
    for role, found in raw.items():
        for text, early in found:
            if parts := _same(_plain_words(text)):
                phrase = Phrase(role, parts, early)
                ending.setdefault(parts[-1], []).append(phrase)
                bare.setdefault("".join(parts), []).append(phrase)
    return Known(
        frozenset(word for word in words if not (word.isdecimal() or _is_letter(word))),
        ending,
        bare,
        frozenset(_bare(phrase) for phrase, _early in others),
        {role: _beside_words(role) for role in ROLES},
    )


def _spellings(phrases: Sequence[str]) -> list[tuple[str, float]]:
    """Each phrase with how early it stands (1 for the first, 0.5 for the last); ä as ae, too."""
    found = [(phrase, 1 - rank / (2 * len(phrases))) for rank, phrase in enumerate(phrases)]
    return found + [
        (phrase.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"), early)
        for phrase, early in found
        if re.search("[äöü]", phrase)
    ]


def _bare(phrase: str) -> str:
    return "".join(_same(_plain_words(phrase)))


def _beside_words(role: Role) -> frozenset[str]:
    lists = [FILL]
    lists += [WHOSE] if role in _ABOUT else []
    lists += [WAYS] if role in {Role.PHONE, Role.EMAIL} else []
    lists += [OF_WHAT] if role in _HAPPENED else []
    own = {word for phrase in ROLES[role] for word in _same(_plain_words(phrase))}
    generic = {word for phrase in _GENERIC for word in _same(_plain_words(phrase))}
    words = {word for one in lists for phrase in one for word in _same(_plain_words(phrase))}
    # "Telefon (Tel.)" says one thing twice.
    return frozenset(words | (own - generic if role in {Role.PHONE, Role.EMAIL} else set()))


@cache
def _generic() -> frozenset[str]:
    return frozenset(_bare(phrase) for phrase in _GENERIC)


@cache
def _catalogue() -> frozenset[str]:
    return frozenset(_bare(phrase) for phrase in CATALOGUED)
