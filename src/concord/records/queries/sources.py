"""How the sources are: when each last spoke, whether it kept its promise, what is to be fixed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from concord.kernel.access import Viewer
from concord.kernel.models import Source
from concord.kernel.time import now
from concord.records import access
from concord.records.models import Import, Rejection


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
    """Every source but the desk, those that broke their promise first (two queries)."""
    at = at or now()
    sources = (
        Source.objects.exclude(key=Source.DESK)
        .select_related("department", "owner", "unit")
        .annotate(
            waiting=Count("imports__rejections", filter=Q(imports__rejections__resolved_at=None)),
            latest=Subquery(
                Import.objects.filter(source=OuterRef("pk")).order_by("-id").values("id")[:1]
            ),
        )
    )
    found = list(sources)
    imports = Import.objects.in_bulk([s.latest for s in found if s.latest])
    healths = [
        SourceHealth(
            source=source,
            last_spoke_at=source.last_spoke_at,
            promise=promise_of(source.last_spoke_at, source.fresh_within, at),
            to_fix=source.waiting,
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


def rows_to_fix(viewer: Viewer) -> int:
    """How many rows wait that the viewer may fix."""
    return waiting_rows(viewer).count()


def waiting_rows(viewer: Viewer) -> QuerySet[Rejection]:
    """The rows to fix of the sources that the viewer tends."""
    tended = Source.objects.filter(access.tended(viewer))
    return Rejection.objects.filter(resolved_at=None, imported__source__in=tended)
