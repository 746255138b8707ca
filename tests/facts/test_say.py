"""Facts in a person's words, in three languages, redacted to who looks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polib
import pytest
from django.utils.translation import override

from concord.facts import say as say_module
from concord.facts.catalogue import FACTS
from concord.facts.fact import UNKNOWN, FactValue
from concord.facts.say import say_freshness, say_value
from concord.kernel.time import now

FOLDER = Path(say_module.__file__).parent
DAY = date(2024, 2, 1)


@pytest.mark.parametrize(
    ("key", "value", "language", "said"),
    [
        ("overdue_undisputed", Decimal("1234.50"), "en", "1,234.50 EUR"),
        ("overdue_undisputed", 0, "en", "0 EUR"),
        ("oldest_undisputed_overdue_days", 41, "en", "41 days"),
        ("oldest_undisputed_overdue_days", 41, "ko", "41일"),
        ("oldest_undisputed_overdue_days", 41, "zh-hant", "41 天"),
        ("paid_late_share", Decimal("66.7"), "en", "66.7 %"),
        ("hold_set_by_accounting", True, "en", "yes"),
        ("hold_set_by_accounting", False, "ko", "아니요"),
        ("customer_since", date(2023, 11, 2), "en", "2 November 2023"),
        ("customer_since", None, "en", "none"),
        ("units_on_hold", ["gauges", "sensors"], "en", "gauges, sensors"),
        ("outstanding_balance", UNKNOWN, "zh-hant", "未知"),
    ],
)
def test_a_value_is_said(key: str, value: object, language: str, said: str) -> None:
    assert say_value(FACTS[key], value, language, "EUR") == said  # type: ignore[arg-type]


def test_freshness_names_who_is_late_and_why_something_is_not_known() -> None:
    def a_value(**fields: object) -> FactValue:
        return FactValue(**{"key": "k", "value": 1, "state": "known", "as_of": DAY} | fields)  # type: ignore[arg-type]

    with override("en"):
        stale = a_value(state="stale", sources=("books", "shop"), late_sources=("books",))
        assert (
            say_freshness(stale, {"books": "Accounting"})
            == "Accounting has not been heard for longer than promised."
        )
        unknown = a_value(state="unknown", value=UNKNOWN, reasons=("no_rate",))
        assert say_freshness(unknown).startswith("An amount is in another currency")
        spoke = a_value(sources=("books",), oldest_word=now() - timedelta(days=2))
        assert say_freshness(spoke) == "books, last heard 2 days ago."
        assert say_freshness(a_value()) == "No source tells of it."


@pytest.mark.parametrize("language", ["ko", "zh_Hant"])
def test_every_sentence_is_translated(language: str) -> None:
    catalogue = polib.pofile(str(FOLDER / "locale" / language / "LC_MESSAGES" / "django.po"))
    translated = {
        entry.msgid
        for entry in catalogue
        if (entry.msgstr or entry.msgstr_plural) and not entry.fuzzy
    }
    plain = r'(?:\b_|\bgettext_lazy|\bngettext)\(\s*"([^"]+)"'
    pattern = re.compile(plain + r'|pgettext(?:_lazy)?\("\w+", "([^"]+)"')
    wanted = {
        found[1] or found[2]
        for file in FOLDER.glob("*.py")
        for found in pattern.finditer(file.read_text(encoding="utf-8"))
    }
    assert len(wanted) >= 11
    assert wanted == translated
