"""Today and now, the calendar's questions, and durations between dates."""

from __future__ import annotations

import datetime as dt

from concord.dmn.feel.builtins.registry import builtin
from concord.dmn.feel.paths import weekday
from concord.dmn.feel.runtime import Run
from concord.dmn.feel.temporal import day_number, split
from concord.dmn.feel.values import FarDate, FarDateTime, Value, YearsMonths, kind

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@builtin("today() -> date")
def today(run: Run) -> dt.date:
    return run.now.date()


@builtin("now() -> date and time")
def now(run: Run) -> dt.datetime:
    return run.now


def _date(value: Value) -> Value:
    return split(value)[0] if value.__class__ in (dt.datetime, FarDateTime) else value


@builtin("day of year(date: date and time) -> number")
@builtin("day of year(date: date) -> number")
def day_of_year(run: Run, date: Value) -> int:
    day = _date(date)
    return day_number(day) - day_number(FarDate(day.year, 1, 1)) + 1


@builtin("day of week(date: date and time) -> string")
@builtin("day of week(date: date) -> string")
def day_of_week(run: Run, date: Value) -> str:
    return _DAYS[weekday(_date(date)) - 1]


@builtin("month of year(date: date and time) -> string")
@builtin("month of year(date: date) -> string")
def month_of_year(run: Run, date: Value) -> str:
    return _MONTHS[_date(date).month - 1]


@builtin("week of year(date: date and time) -> number")
@builtin("week of year(date: date) -> number")
def week_of_year(run: Run, date: Value) -> int:
    """The week of ISO 8601: that of the year which holds its Thursday."""
    day = _date(date)
    thursday = day_number(day) + 4 - weekday(day)
    first = day_number(FarDate(day.year, 1, 1))
    if thursday < first:
        first = day_number(FarDate(day.year - 1, 1, 1))
    elif thursday >= day_number(FarDate(day.year + 1, 1, 1)):
        first = day_number(FarDate(day.year + 1, 1, 1))
    return (thursday - first) // 7 + 1


@builtin("years and months duration(from: any, to: any) -> years and months duration")
def years_and_months_duration(run: Run, start: Value, end: Value) -> YearsMonths | None:
    """Whole months between the two days; the time of the day does not count."""
    if not all(kind(each) in ("date", "date and time") for each in (start, end)):
        return None
    first, last = _date(start), _date(end)
    months: int = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearsMonths(months)
