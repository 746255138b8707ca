"""Sets of characters: escapes, categories and blocks, as tests of one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

Test = Callable[[str], bool]


def one_of(char: str) -> Test:
    return lambda each: each == char


def negate(test: Test) -> Test:
    return lambda each: not test(each)


def class_test(tests: list[Test], negated: bool, without: Test | None) -> Test:
    def test(each: str) -> bool:
        inside = any(one(each) for one in tests) is not negated
        return inside and not (without is not None and without(each))

    return test


def _is_digit(each: str) -> bool:
    return unicodedata.category(each) == "Nd"


def _is_word(each: str) -> bool:
    return unicodedata.category(each)[0] not in "PZC"


def _is_space(each: str) -> bool:
    return each in " \t\n\r"


def _is_name_start(each: str) -> bool:
    return each in "_:" or unicodedata.category(each)[0] == "L"


def _is_name_part(each: str) -> bool:
    return each in "_:-." or unicodedata.category(each)[0] in "LMN"


SINGLE = {char: char for char in "\\|.?*+(){}[]^$-"} | {"n": "\n", "r": "\r", "t": "\t"}
CLASSES: dict[str, Test] = {
    "d": _is_digit, "D": negate(_is_digit),
    "w": _is_word, "W": negate(_is_word),
    "s": _is_space, "S": negate(_is_space),
    "i": _is_name_start, "I": negate(_is_name_start),
    "c": _is_name_part, "C": negate(_is_name_part),
}  # fmt: skip
CATEGORIES = frozenset(
    [
        *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"),
        *("P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"),
        *("S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
    ]
)
BLOCKS = {
    "IsBasicLatin": (0x00, 0x7F),
    "IsLatin-1Supplement": (0x80, 0xFF),
    "IsGreek": (0x370, 0x3FF),
    "IsGreekandCoptic": (0x370, 0x3FF),
    "IsCyrillic": (0x400, 0x4FF),
    "IsHangulJamo": (0x1100, 0x11FF),
    "IsHiragana": (0x3040, 0x309F),
    "IsKatakana": (0x30A0, 0x30FF),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "IsHangulSyllables": (0xAC00, 0xD7A3),
}
