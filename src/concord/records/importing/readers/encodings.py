"""Which encoding a text file has: by its mark, by what decodes strictly, by what makes sense."""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem

SAMPLE: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHERS: Final = ["cp949", "big5", "gb18030", "cp932", "cp1252", "cp1250", "cp1251"]
# What is found in running text of one language far more often than chance gives it.
_ENOUGH: Final = 0.8
_NEARLY_ALL: Final = 0.95
_PORTUGUESE: Final = frozenset("ãõçáéíóúâêôàüÃÕÇÁÉÍÓÚÂÊÔÀÜºª°€–“”\xa0")
_SOME: Final = 0.1  # of Japanese; what other text is misread as has hardly any
# Of what Python calls encodings those that systems write text in; base64, rot13 or idna are none.
_OF_TEXT: Final = re.compile(
    r"utf-8(-sig)?|utf-(16|32)(-[lb]e)?|ascii|(cp|iso8859-)\d+|euc_\w+|big5\w*|gb\w+|shift_jis\w*"
    r"|johab|(koi8|mac)-\w+|tis-620"
)


def require_encoding(encoding: str) -> None:
    """Raises Problem for what is no encoding of text; "" is recognised later."""
    try:
        known = not encoding or _OF_TEXT.fullmatch(codecs.lookup(encoding).name)
    except (LookupError, ValueError):
        known = None
    if not known:
        raise Problem(
            _("“%(encoding)s” is no encoding.") % {"encoding": encoding},
            place="file.encoding",
            mend=_("Usual are utf-8, cp1252, cp949 and big5; left out, it is recognised."),
            code="mapping",
        )


def encoding_of(sample: bytes) -> str:
    """The most probable encoding of a file that starts with `sample`."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    sample = sample.rstrip(b"\0")  # the end of a file that a disk lost, not text
    if sample.count(0) > len(sample) // 8:
        # Text without a mark but with many zeros: two bytes a character; which zero comes first?
        return "utf-16-le" if sample[1::2].count(0) >= sample[0::2].count(0) else "utf-16-be"
    if _decodes(sample, "utf-8") or _is_mostly_utf8(sample):
        return "utf-8"
    sample = _without_utf8(sample)
    if _share(sample, "cp932", _is_kana) > _SOME:
        return "cp932"
    if _share(sample, "cp949", _is_hangul) > _ENOUGH:
        return "cp949"
    if _is_portuguese(sample):
        return "cp1252"
    best = from_bytes(sample[: 1 << 16], cp_isolation=_OTHERS).best()
    if best is not None and _decodes(sample, best.encoding):
        if (
            best.encoding in {"cp1250", "cp1251"}
            and _share(sample, "cp1252", _is_western) > _ENOUGH
        ):
            return "cp1252"
        return best.encoding
    return "cp1252"


def _is_mostly_utf8(sample: bytes) -> bool:
    """Of files that were put together: most lines beyond ASCII are UTF-8, which none is by chance.

    The others are rows to fix; in another encoding, all of these would be read as nonsense.
    """
    beyond = [line for line in sample.splitlines()[:-1] if not line.isascii()]
    good = sum(_decodes(line, "utf-8") for line in beyond)
    return good > len(beyond) / 2


def _without_utf8(sample: bytes) -> bytes:
    """Without the few lines that are UTF-8: they would hide what the others are."""
    return b"".join(
        line
        for line in sample.splitlines(keepends=True)
        if line.isascii() or not _decodes(line, "utf-8")
    )


def _decodes(sample: bytes, encoding: str) -> bool:
    return _decoded(sample, encoding) is not None


def _decoded(sample: bytes, encoding: str) -> str | None:
    """The text, if it decodes strictly; a character that the sample's end cuts is no error."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return decoder.decode(sample)
    except UnicodeDecodeError:
        return None


def _share(sample: bytes, encoding: str, expected: object) -> float:
    """Of the characters beyond ASCII, the part that is as expected; 0 where it does not decode."""
    text = _decoded(sample, encoding)
    beyond = [c for c in text or "" if ord(c) > 127]
    return sum(map(expected, beyond)) / len(beyond) if beyond else 0.0  # type: ignore[call-overload]


def _is_kana(character: str) -> bool:
    """Of full width: what is half as wide is what Korean looks like when misread."""
    return "ぁ" <= character <= "ー"


def _is_hangul(character: str) -> bool:
    """A syllable of everyday Korean: the rare ones are what Chinese looks like when misread."""
    if not "가" <= character <= "힣":
        return False
    try:
        character.encode("euc_kr")
    except UnicodeEncodeError:
        return False
    return True


def _is_portuguese(sample: bytes) -> bool:
    """Romanian and Hungarian pages have other letters in these places, but none of them "ão"."""
    text = (_decoded(sample, "cp1252") or "").casefold()
    return "ão" in text and _share(sample, "cp1252", _PORTUGUESE.__contains__) > _NEARLY_ALL


def _is_western(character: str) -> bool:
    return character in "äöüÄÖÜßéèêëàâáíóúñçåæøÅÆØÉ€°“”„’–·" or character == "\xa0"
