"""Why a column is taken for what it is: what it is called, and what its values look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.kr import brn
from stdnum.tw import ubn

from concord.records.importing.values import (
    CURRENCY_CODES,
    as_boolean,
    date_reader,
    number_reader,
)
from concord.records.look.shapes import date_shape, number_shape

ENOUGH: Final = 0.6
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"\+?[\d\s().\-/]{7,24}")
_SITE: Final = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Looks:
    """`fits` of the `of` values look like what `words` say."""

    words: str
    fits: int
    of: int

    def __str__(self) -> str:
        return _("%(fits)s of %(of)s look like %(words)s") % {
            "fits": self.fits,
            "of": self.of,
            "words": self.words,
        }


def looks(texts: Sequence[str]) -> Looks | None:
    """What most of the values look like; None where they are just text."""
    if not texts:
        return None
    for words, fits in _SHAPES:
        count = sum(map(fits, texts))
        if count >= ENOUGH * len(texts):
            return Looks(str(words), count, len(texts))
    if (shape := date_shape(texts)) and shape.formats:
        count = sum(map(_reads(date_reader((shape.chosen, *shape.written))), texts))
        return Looks(_("a date"), count, len(texts))
    if written := number_shape(texts):
        return Looks(_("a number"), sum(map(_reads(number_reader(written)), texts)), len(texts))
    return None


def _reads(read: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            read(text)
        except (ValueError, OverflowError):
            return False
        return True

    return fits


def _is(check: Callable[[str], object]) -> Callable[[str], bool]:
    @lru_cache(4096)
    def fits(text: str) -> bool:
        try:
            return bool(check(text))
        except (ValidationError, ValueError, KeyError):
            return False

    return fits


def _is_korean(text: str) -> object:
    digits = re.sub(r"\D", "", text)
    return len(digits) == 10 and not text.startswith("0") and brn.validate(digits)


def _is_taiwanese(text: str) -> object:
    return text.isdecimal() and ubn.validate(text)


_SHAPES: Final[tuple[tuple[str | Promise, Callable[[str], bool]], ...]] = (
    (gettext_lazy("an e-mail address"), lambda text: bool(_EMAIL.fullmatch(text))),
    (gettext_lazy("a Korean business number"), _is(_is_korean)),
    (gettext_lazy("a Taiwanese business number"), _is(_is_taiwanese)),
    (
        gettext_lazy("a European VAT number"),
        _is(lambda text: text[:2].isalpha() and vat.validate(text)),
    ),
    (gettext_lazy("a currency"), lambda text: text in CURRENCY_CODES),
    (
        gettext_lazy("a web address"),
        lambda text: bool(_SITE.fullmatch(text)) and not _is_number(text),
    ),
    (
        gettext_lazy("yes or no"),
        lambda text: as_boolean(text) is not None and not text.isdecimal(),
    ),
    (
        gettext_lazy("a phone number"),
        lambda text: (
            bool(_PHONE.fullmatch(text))
            and (text[:1] in "+0(" or text.count("-") == 2)
            and sum(map(str.isdigit, text)) > 7
            and not _is_day(text)
        ),
    ),
)


def _is_number(text: str) -> bool:
    return not any(map(str.isalpha, text))


def _is_day(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}", text))
