"""The two times of Concord.

`as_of` is business time: a date in the company's time zone (when it was so).
`known_at` is knowledge time: an aware instant (when we had been told); None means now.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import caches

_ZONE = "company.time_zone"
REMEMBERED_SECONDS = 60


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The company's present calendar date."""
    return datetime.now(zone()).date()


def zone() -> ZoneInfo:
    """The company's time zone: what the installation sets, else what the company says of itself.

    Each process remembers the company's word for a minute: it is asked for with every date.
    """
    if settings.TIME_ZONE_GIVEN:
        return ZoneInfo(settings.TIME_ZONE)
    cache = caches["process"]
    name = cache.get(_ZONE)
    if name is None:
        from concord.kernel.models import Company

        name = Company.load().time_zone
        cache.set(_ZONE, name, REMEMBERED_SECONDS)
    return ZoneInfo(name)


def forget_zone() -> None:
    """It was changed: this process asks again at once, the others within a minute."""
    caches["process"].delete(_ZONE)
