"""Dates and money as people of each language write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from concord.ui import formats


@pytest.fixture
def in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "today", lambda: date(2026, 11, 21))
    monkeypatch.setattr(formats, "now", lambda: datetime(2026, 11, 21, 9, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (Decimal("18400.0000"), "EUR", "18,400 EUR"),
        (Decimal("18400.5"), "EUR", "18,400.50 EUR"),
        (Decimal("1250000.4"), "KRW", "1,250,000 KRW"),
        (Decimal("-12.34"), "EUR", "-12.34 EUR"),
        (Decimal("0.125"), "XYZ", "0.12 XYZ"),
        (Decimal(7), "", "7"),
        (None, "EUR", "–"),
    ],
)
def test_money_shows_cents_only_where_there_are_any(
    amount: Decimal | None, currency: str, shown: str
) -> None:
    assert formats.money(amount, currency) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["today", "yesterday", "2 Nov", "30 Jun 2013"]),
        ("ko", ["오늘", "어제", "11월 2일", "2013년 6월 30일"]),
        ("zh-hant", ["今天", "昨天", "11月2日", "2013年6月30日"]),
    ],
)
def test_days_are_written_in_the_readers_language(
    language: str, shown: list[str], in_november: None
) -> None:
    days = [date(2026, 11, 21), date(2026, 11, 20), date(2026, 11, 2), date(2013, 6, 30)]
    with translation.override(language):
        assert [formats.day(each) for each in days] == shown


def test_a_moment_says_its_time_only_while_it_is_near(in_november: None) -> None:
    assert formats.moment(datetime(2026, 11, 21, 8, 55, tzinfo=UTC)) == "today 08:55"
    assert formats.moment(datetime(2026, 11, 3, 8, 55, tzinfo=UTC)) == "3 Nov"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["just now", "3 hours ago", "5 days ago", "in 2 days"]),
        ("ko", ["방금", "3시간 전", "5일 전", "2일 후"]),
        ("zh-hant", ["剛剛", "3 小時前", "5 天前", "2 天後"]),
    ],
)
def test_how_long_ago(language: str, shown: list[str], in_november: None) -> None:
    there = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    with translation.override(language):
        assert [
            formats.ago(there - timedelta(seconds=5)),
            formats.ago(there - timedelta(hours=3)),
            formats.ago(date(2026, 11, 16)),
            formats.ago(date(2026, 11, 23)),
        ] == shown


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0.000123", "0.000123"),
        ("123456789", "123,456,789"),
        ("-12345678901.5", "-12,345,678,901.5"),
        ("1e30", "1" + ",000" * 10),
    ],
)
def test_a_number_of_many_digits_has_them_all(value: str, said: str) -> None:
    assert formats.exact(Decimal(value)) == said
