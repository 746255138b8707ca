"""Words: what a thing is called, in every language of the product.

Things that a company names itself (departments, record types, requests, facts) carry their words
as data, `{"en": …, "ko": …, "zh-hant": …}`; the product's own sentences go through gettext.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import get_language

LANGUAGES: Final = (("en", "English"), ("ko", "한국어"), ("zh-hant", "繁體中文"))

Words = Mapping[str, str]


def say(words: Words, language: str | None = None) -> str:
    """The words in `language` (default: the active one), falling back to English, then any."""
    wanted = language or get_language() or "en"
    return words.get(wanted) or words.get("en") or next(filter(None, words.values()), "")
