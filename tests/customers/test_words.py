"""Every word of the customers' pages exists in all languages."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

import concord.customers
from concord.customers import words
from concord.customers.matching import weights
from concord.customers.survivorship import ATTRIBUTES

LOCALE = Path(concord.customers.__file__).parent / "locale"


@pytest.mark.parametrize("language", ["ko", "zh_Hant"])
def test_nothing_is_untranslated(language: str) -> None:
    catalogue = polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []
    assert len(catalogue) > 140


def test_every_attribute_and_level_has_words() -> None:
    assert set(ATTRIBUTES) <= words.ATTRIBUTE.keys()
    for table in (weights.PERSON, weights.ORGANISATION):
        for field, levels in table.items():
            assert field in words.ATTRIBUTE or field == "id"
            assert levels.keys() <= words.LEVEL.keys()
