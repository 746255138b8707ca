"""Dates, times and durations: ISO text in and out, and the calendar for any year.

Years reach ±999,999,999 as the conformance kit has it; what Python cannot hold is a `FarDate` or
`FarDateTime`. Fractions of a second are kept to the microsecond.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from concord.dmn.feel.values import FarDate, FarDateTime, YearsMonths

AnyDate = dt.date | FarDate
AnyDateTime = dt.datetime | FarDateTime

DAY = 86_400_000_000  # microseconds
MAX_YEAR = 999_999_999

_DATE = r"(?P<year>-?(?:[1-9]\d{4,8}|\d{4}))-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?"
_ZONE = r"(?P<zone>Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+\-/]{1,60})?"
DATE = re.compile(_DATE, re.ASCII)
TIME = re.compile(_TIME + _ZONE, re.ASCII)
DATE_TIME = re.compile(f"{_DATE}T{_TIME}{_ZONE}", re.ASCII)
YEARS_MONTHS = re.compile(r"(-)?P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
DAYS_TIME = re.compile(
    r"(-)?P(?:(\d{1,12})D)?(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,15})(?:\.(\d{0,9}))?S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> AnyDate | None:
    """`2026-11-21`, or null."""
    found = DATE.fullmatch(text)
    return make_date(*(int(found[part]) for part in ("year", "month", "day"))) if found else None


def parse_time(text: str) -> dt.time | None:
    """`10:30:00`, with fraction, offset or `@zone`, or null."""
    found = TIME.fullmatch(text)
    return _time(found)[0] if found and found["hour"] != "24" else None


def parse_date_time(text: str) -> AnyDateTime | None:
    """`2026-11-21T10:30:00`, with fraction, offset or `@zone`; `T24:00:00` is the next day."""
    found = DATE_TIME.fullmatch(text)
    if not found:
        return None
    date = make_date(*(int(found[part]) for part in ("year", "month", "day")))
    time, days = _time(found)
    if date is None or time is None:
        return None
    later = add_days(date, days) if days else date
    return None if later is None else combine(later, time)


def parse_duration(text: str) -> dt.timedelta | YearsMonths | None:
    """`P1Y2M` or `P1DT2H`, never mixed, or null."""
    found = YEARS_MONTHS.fullmatch(text)
    if found and (found[2] or found[3]):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonths(-months if found[1] else months)
    found = DAYS_TIME.fullmatch(text)
    if not found or not any(found.group(2, 3, 4, 5)):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.group(2, 3, 4, 5))
    micros = int(((found[6] or "") + "000000")[:6])
    total = ((days * 24 + hours) * 60 + minutes) * 60_000_000 + seconds * 1_000_000 + micros
    return make_duration(-total if found[1] else total)


def parse_any(text: str) -> AnyDate | dt.time | AnyDateTime | dt.timedelta | YearsMonths | None:
    """The content of an at-literal."""
    for parse in (parse_date, parse_date_time, parse_time, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return None


def _time(found: re.Match[str]) -> tuple[dt.time | None, int]:
    hour, minute, second = (int(found[part]) for part in ("hour", "minute", "second"))
    micros = int(((found["fraction"] or "") + "000000")[:6])
    days = 0
    if hour == 24 and not (minute or second or micros):
        hour, days = 0, 1
    zone = found["zone"]
    tz = parse_zone(zone) if zone else None
    if hour > 23 or minute > 59 or second > 59 or (zone and tz is None):
        return None, 0
    return dt.time(hour, minute, second, micros, tzinfo=tz), days


@lru_cache(maxsize=1024)
def parse_zone(text: str) -> dt.tzinfo | None:
    """`Z`, `+01:00`, `@Europe/Paris`, or null where there is no such zone."""
    if text in ("Z", "z"):
        return dt.UTC
    if text[0] == "@":
        return ZoneInfo(text[1:]) if text[1:] in _zones() else None
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours > 14 or minutes > 59 or (seconds and seconds[0] > 59):
        return None
    offset = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    if not offset:
        return dt.UTC
    return dt.timezone(-offset if text[0] == "-" else offset)


@cache
def _zones() -> frozenset[str]:
    """The names of all zones: a file is looked for of these only."""
    return frozenset(available_timezones())


# The calendar ---------------------------------------------------------------------------------


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    """The date, or null where the calendar has none."""
    if not (1 <= month <= 12 and 1 <= day <= month_length(year, month)) or abs(year) > MAX_YEAR:
        return None
    return dt.date(year, month, day) if 1 <= year <= 9999 else FarDate(year, month, day)


def month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 else 28
    return 30 if month in (4, 6, 9, 11) else 31


def day_number(date: AnyDate) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar, for any year."""
    if isinstance(date, dt.date):
        return date.toordinal() - 719_163
    year = date.year - (date.month <= 2)
    era, of_era = divmod(year, 400)
    day_of_year = (153 * (date.month + (-3 if date.month > 2 else 9)) + 2) // 5 + date.day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + day_of_year - 719_468


def date_of_day(number: int) -> AnyDate | None:
    """The inverse of `day_number`; null beyond ±999,999,999 years."""
    if -719_162 <= number <= 2_932_896:
        return dt.date.fromordinal(number + 719_163)
    era, of_era = divmod(number + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    day_of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month + 2) // 5 + 1
    month += 3 if month < 10 else -9
    return make_date(year + era * 400 + (month <= 2), month, day)


def add_days(date: AnyDate, days: int) -> AnyDate | None:
    return date_of_day(day_number(date) + days)


def add_months(date: AnyDate, months: int) -> AnyDate | None:
    """Months later; a day that the month lacks becomes its last."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if abs(year) > MAX_YEAR:
        return None
    return make_date(year, month + 1, min(date.day, month_length(year, month + 1)))


def combine(date: AnyDate, clock: dt.time) -> AnyDateTime:
    if isinstance(date, FarDate):
        return FarDateTime(date, clock)
    return dt.datetime.combine(date, clock)


def split(moment: AnyDateTime) -> tuple[AnyDate, dt.time]:
    if isinstance(moment, FarDateTime):
        return moment.date, moment.clock
    return moment.date(), moment.timetz()


def micros_of(clock: dt.time) -> int:
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * 1_000_000 + clock.microsecond


def clock_of(micros: int, tz: dt.tzinfo | None) -> dt.time:
    seconds, fraction = divmod(micros, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return dt.time(hour, minute, second, fraction, tzinfo=tz)


def zone_of(value: AnyDateTime | dt.time) -> dt.tzinfo | None:
    return value.clock.tzinfo if isinstance(value, FarDateTime) else value.tzinfo


def offset_of(value: AnyDateTime | dt.time) -> dt.timedelta | None:
    """The offset from UTC; of a time in a zone, the zone's offset of today's rules on 1 January
    1970 is meaningless, so the zone's standard offset in 2000 is taken."""
    if isinstance(value, FarDateTime):
        return offset_of(value.clock)
    offset = value.utcoffset()
    if offset is None and value.tzinfo is not None:
        return dt.datetime(2000, 1, 1, tzinfo=value.tzinfo).utcoffset()
    return offset


def instant(moment: AnyDateTime) -> int:
    """Microseconds since 1970 in UTC; a local moment counts as UTC."""
    date, clock = split(moment)
    offset = offset_of(moment)
    shift = 0 if offset is None else _micros(offset)
    return day_number(date) * DAY + micros_of(clock) - shift


def moment_at(micros: int, tz: dt.tzinfo | None) -> AnyDateTime | None:
    """The moment of an instant, shown in a zone; null beyond the years."""
    if isinstance(tz, ZoneInfo):
        days, rest = divmod(micros, DAY)
        date = date_of_day(days)
        if isinstance(date, dt.date):
            utc = dt.datetime.combine(date, clock_of(rest, dt.UTC))
            with suppress(OverflowError):  # the first and the last day that Python has
                return utc.astimezone(tz)
    offset = tz.utcoffset(None) if tz is not None else None
    if tz is not None and offset is None:
        offset = dt.datetime(2000, 1, 1, tzinfo=tz).utcoffset()
    days, rest = divmod(micros + (_micros(offset) if offset else 0), DAY)
    date = date_of_day(days)
    return None if date is None else combine(date, clock_of(rest, tz))


def _micros(duration: dt.timedelta) -> int:
    return (duration.days * 86_400 + duration.seconds) * 1_000_000 + duration.microseconds


micros_of_duration = _micros


def make_duration(micros: int) -> dt.timedelta | None:
    try:
        return dt.timedelta(microseconds=micros)
    except OverflowError:
        return None


# Text -----------------------------------------------------------------------------------------


def format_date(date: AnyDate) -> str:
    sign, year = ("-", -date.year) if date.year < 0 else ("", date.year)
    return f"{sign}{year:04}-{date.month:02}-{date.day:02}"


def format_time(clock: dt.time) -> str:
    text = f"{clock.hour:02}:{clock.minute:02}:{clock.second:02}"
    if clock.microsecond:
        text += f".{clock.microsecond:06}".rstrip("0")
    return text + format_zone(clock.tzinfo)


def format_date_time(moment: AnyDateTime) -> str:
    date, clock = split(moment)
    return f"{format_date(date)}T{format_time(clock)}"


def format_zone(tz: dt.tzinfo | None) -> str:
    if tz is None:
        return ""
    if isinstance(tz, ZoneInfo):
        return f"@{tz.key}"
    seconds = _micros(tz.utcoffset(None) or dt.timedelta()) // 1_000_000
    if not seconds:
        return "Z"
    minutes, second = divmod(abs(seconds), 60)
    tail = f":{second:02}" if second else ""
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}{tail}"


def format_duration(duration: dt.timedelta) -> str:
    micros = _micros(duration)
    if not micros:
        return "PT0S"
    sign = "-" if micros < 0 else ""
    seconds, fraction = divmod(abs(micros), 1_000_000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    text = f"{hour}H" if hour else ""
    text += f"{minute}M" if minute else ""
    if second or fraction:
        exact = Decimal(second) + Decimal(fraction).scaleb(-6)
        text += f"{exact.normalize():f}S"
    return f"{sign}P{f'{days}D' if days else ''}{f'T{text}' if text else ''}"
