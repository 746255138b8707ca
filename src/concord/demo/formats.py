"""How the six systems print dates and amounts."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

SEOUL = timezone(timedelta(hours=9))


def german(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def comma(amount: Decimal) -> str:
    """`18.400,00`"""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def american(day: date | None) -> str:
    return f"{day:%m/%d/%Y}" if day else ""


def thousands(amount: Decimal) -> str:
    """`18,400.00`"""
    return f"{amount:,.2f}"


def iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def moment(at: datetime | None) -> str:
    return at.astimezone(SEOUL).isoformat() if at else ""


def dotted(day: date | None) -> str:
    return f"{day:%Y.%m.%d}" if day else ""
