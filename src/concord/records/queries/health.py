"""How a source does over time, as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from babel.dates import format_timedelta
from django.db.models import QuerySet

from concord.kernel.models import Source
from concord.kernel.time import now
from concord.records.importing import health
from concord.records.models import Import, ImportState, Silence, SilenceState, SourceWarning
from concord.ui import formats

SHOWN: Final = 30  # imports in the chart
WEEKS: Final = 12
MOST_IMPORTS: Final = 2_000  # of these weeks; a source that speaks each hour has as many
WIDTH, HEIGHT, GAP = 600, 110, 2
# Of which rows a bar is made, from below, and the tone of each.
PARTS: Final = (
    ("unchanged", "none"),
    ("changed", "first"),
    ("created", "go"),
    ("rejected", "stop"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of the chart."""

    tone: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One import in the chart and in the table behind it."""

    imported: Import
    rows: dict[str, int]
    wrong: float
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Week:
    """A week since `monday`: for how long it was silent beyond its promise."""

    monday: datetime
    late: timedelta
    spoke: int

    @property
    def kept(self) -> bool:
        return not self.late

    @property
    def late_words(self) -> str:
        return _in_words(self.late)


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning with its sentence and what to do."""

    warning: SourceWarning
    sentence: str
    advice: str


@dataclass(frozen=True, slots=True)
class History:
    bars: list[Bar]
    weeks: list[Week]
    every: str  # how long between two files, in words; "" where there are no two
    warnings: list[Warned]
    silences: list[Silence]


def history(source: Source) -> History:
    """Its last imports, its promise over the weeks, what somebody should look at (four queries)."""
    imports = list(
        source.imports.filter(state=ImportState.DONE).defer("mapping").order_by("-id")[:SHOWN]
    )
    spoke = _spoke(source)
    return History(
        bars=_bars(imports[::-1]),
        weeks=_weeks(spoke, source.fresh_within) if spoke else [],
        every=_in_words(every) if (every := _every(spoke)) else "",
        warnings=_warned(source.warnings.filter(ended_at=None)),
        silences=list(
            source.silences.exclude(state__in=[SilenceState.ENDED, SilenceState.KEPT])[:10]
        ),
    )


def warned_of(imported: Import) -> list[Warned]:
    """What somebody should look at because of this very file."""
    return _warned(SourceWarning.objects.filter(last_import=imported, ended_at=None))


def _warned(warnings: QuerySet[SourceWarning]) -> list[Warned]:
    return [
        Warned(one, health.sentence(one.code, one.detail), health.advice(one.code))
        for one in warnings.order_by("-since", "-id")[:20]
    ]


def _bars(imports: Sequence[Import]) -> list[Bar]:
    most = max((one.counts["rows"].get("read", 0) for one in imports), default=0) or 1
    width = WIDTH / max(len(imports), 12)
    return [_bar(one, n * width, width - GAP, HEIGHT / most) for n, one in enumerate(imports)]


def _bar(imported: Import, x: float, width: float, scale: float) -> Bar:
    rows = imported.counts["rows"]
    parts, below = [], 0
    for name, tone in PARTS:
        if height := rows.get(name, 0):
            below += height
            top = HEIGHT - below * scale
            parts.append(
                Part(tone, round(x, 1), round(top, 1), round(width, 1), round(height * scale, 2))
            )
    read = rows.get("read", 0)
    return Bar(imported, rows, round(100 * rows.get("rejected", 0) / read, 1) if read else 0, parts)


def _spoke(source: Source) -> list[datetime]:
    """When it spoke, the latest last; of the weeks shown and a little before."""
    since = now() - timedelta(weeks=WEEKS + 1)
    found = source.imports.filter(state=ImportState.DONE, finished_at__gte=since)
    times = found.order_by("-finished_at").values_list("finished_at", flat=True)[:MOST_IMPORTS]
    return [at for at in reversed(list(times)) if at]


def _every(spoke: Sequence[datetime]) -> timedelta | None:
    gaps = [(b - a).total_seconds() for a, b in pairwise(spoke)]
    return timedelta(seconds=median(gaps)) if gaps else None


def _weeks(spoke: Sequence[datetime], within: timedelta | None) -> list[Week]:
    """From its first word on; no weeks where it promised nothing."""
    if within is None:
        return []
    at = now()
    monday = (at - timedelta(days=at.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    silent = [(a + within, b) for a, b in zip(spoke, [*spoke[1:], at], strict=True)]
    weeks = []
    for n in reversed(range(WEEKS)):
        begin = monday - timedelta(weeks=n)
        end = begin + timedelta(weeks=1)
        if end > spoke[0]:
            late = sum((_within(a, b, begin, end) for a, b in silent), timedelta())
            weeks.append(Week(begin, late, sum(begin <= one < end for one in spoke)))
    return weeks


def _within(a: datetime, b: datetime, begin: datetime, end: datetime) -> timedelta:
    """How much of the time from `a` to `b` lies between the two others."""
    return max(timedelta(), min(b, end) - max(a, begin))


def _in_words(time: timedelta) -> str:
    return str(format_timedelta(time, threshold=1.4, locale=formats.locale()))
