"""Dates, times and money in the reader's language (Unicode's locale data, through Babel)."""

from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from functools import cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import UnknownCurrencyError, format_decimal, get_currency_precision
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from concord.kernel.time import now, today, zone

_PLACES = 20  # of a number in all of its digits
_LOCALES = {"en": "en_GB", "ko": "ko", "zh-hant": "zh_Hant"}


def locale(language: str | None = None) -> Locale:
    """Babel's locale for one of our languages (default: the active one)."""
    return _parsed(_LOCALES.get((language or get_language() or "en").lower(), "en_GB"))


_parsed = cache(Locale.parse)  # a page asks for it a hundred times


def money(amount: Decimal | int | None, currency: str = "") -> str:
    """`18,400 EUR`: cents only where there are any, the code behind, a dash for none."""
    if amount is None:
        return "–"
    try:
        digits = get_currency_precision(currency) if currency else 2
    except UnknownCurrencyError:
        digits = 2
    exact = Decimal(amount)
    whole = digits == 0 or exact == exact.to_integral_value()
    shown = format_decimal(
        exact,
        "#,##0" if whole else "#,##0." + "0" * digits,
        locale=locale(),
        decimal_quantization=True,
    )
    return f"{shown} {currency}".rstrip()


def number(value: Decimal | float | None, places: int = 1) -> str:
    """A number with the reader's separators and at most `places` digits after the point."""
    pattern = f"#,##0.{'#' * places}"
    return "–" if value is None else format_decimal(value, pattern, locale=locale())


def exact(value: Decimal) -> str:
    """A number with the reader's separators and all of its digits, such as a rate."""
    with localcontext() as digits:  # in which Babel rounds: a number of nine is beyond the usual
        digits.prec = max(digits.prec, Decimal(value).adjusted() + 1 + _PLACES)
        return format_decimal(value, f"#,##0.{'#' * _PLACES}", locale=locale())


def day(value: date | datetime | None) -> str:
    """`today`, `yesterday`, `14 Nov`, and with the year where it is not this one."""
    if value is None:
        return "–"
    on = _local(value).date() if isinstance(value, datetime) else value
    here = today()
    match (on - here).days:
        case 0:
            return pgettext("day", "today")
        case -1:
            return pgettext("day", "yesterday")
        case 1:
            return pgettext("day", "tomorrow")
    return on_day(on)


def on_day(value: date | datetime) -> str:
    """The date alone, for a sentence that says "on" before it: `14 Nov`, never `today`."""
    on = _local(value).date() if isinstance(value, datetime) else value
    skeleton = "MMMd" if on.year == today().year else "yMMMd"
    return str(format_skeleton(skeleton, on, locale=locale()))


def month(value: date) -> str:
    """`Nov 2026`, for a month as a whole."""
    return str(format_skeleton("yMMM", value, locale=locale()))


def long_day(value: date | None) -> str:
    """The whole date, for tooltips: `14 November 2026`."""
    return "–" if value is None else str(format_date(value, "long", locale=locale()))


def whole_day(value: date) -> str:
    """With its weekday: `Saturday, 21 November 2026`."""
    return str(format_date(value, "full", locale=locale()))


def moment(value: datetime | None) -> str:
    """A day and, where it is near, its time: `today 09:12`, `14 Nov`."""
    if value is None:
        return "–"
    there = _local(value)
    if abs((there.date() - today()).days) > 1:
        return day(there)
    return f"{day(there)} {format_time(there, 'HH:mm', locale=locale())}"


def ago(value: datetime | date | None) -> str:
    """How long since (or until), in words: `3 days ago`, `in 2 hours`."""
    if value is None:
        return pgettext("when", "never")
    if isinstance(value, datetime):
        delta = value - now()
        if abs(delta) < timedelta(minutes=1):
            return _("just now")
    else:
        delta = timedelta(days=(value - today()).days)
        if not delta:
            return pgettext("day", "today")
    return str(format_timedelta(delta, add_direction=True, threshold=1.4, locale=locale()))


def _local(value: datetime) -> datetime:
    return value.astimezone(zone())
