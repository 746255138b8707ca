"""How the sources are: when each last spoke, whether it kept its promise, what is to be fixed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from concord.kernel.models import Source
from concord.kernel.time import now
from concord.records.models import Import
from concord.records.queries.rows_to_fix import rows_to_fix, waiting_by_source

__all__ = ["SourceHealth", "promise_of", "rows_to_fix", "source_health"]


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source and how it does. `promise`: `kept`, `broken`, `none` (it promised nothing) or
    `silent` (it promised and never spoke).
    """

    source: Source
    last_spoke_at: datetime | None
    promise: str
    to_fix: int
    last_import: Import | None


def source_health(at: datetime | None = None) -> list[SourceHealth]:
    """Every source but the desk, those that broke their promise first (three queries)."""
    at = at or now()
    sources = (
        Source.objects.exclude(key=Source.DESK)
        .select_related("department", "owner", "unit")
        .annotate(
            latest=Subquery(
                Import.objects.filter(source=OuterRef("pk")).order_by("-id").values("id")[:1]
            ),
        )
    )
    found = list(sources)
    waiting = waiting_by_source()
    imports = Import.objects.in_bulk([s.latest for s in found if s.latest])
    healths = [
        SourceHealth(
            source=source,
            last_spoke_at=source.last_spoke_at,
            promise=promise_of(source.last_spoke_at, source.fresh_within, at),
            to_fix=waiting.get(source.pk, 0),
            last_import=imports.get(source.latest),
        )
        for source in found
    ]
    order = {"broken": 0, "silent": 1, "kept": 2, "none": 3}
    return sorted(healths, key=lambda h: (order[h.promise], str(h.source)))


def promise_of(spoke: datetime | None, within: timedelta | None, at: datetime) -> str:
    """Whether a source that promises to speak `within` a time has kept it at `at`."""
    if within is None:
        return "none"
    if spoke is None:
        return "silent"
    return "kept" if at - spoke <= within else "broken"
