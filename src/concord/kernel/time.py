"""The two times of Concord.

`as_of` is business time: a date in the company's time zone (when it was so).
`known_at` is knowledge time: an aware instant (when we had been told); None means now.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The company's present calendar date."""
    return datetime.now(ZoneInfo(settings.TIME_ZONE)).date()
