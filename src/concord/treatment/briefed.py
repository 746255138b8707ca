"""Who was briefed, for pages: what a person has to read, and the share that has read it.

Nobody's name is shown to others. A share is of at least ten people (`LEAST`); departments that are
smaller stand together, and where that would let somebody work out a small one, with the smallest of
the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Q

from concord.kernel.access import Viewer
from concord.kernel.models import Department
from concord.treatment.models import Briefing, PolicyInForce

LEAST: Final = 10


@dataclass(frozen=True, slots=True)
class Share:
    """Of `people`, `read` have acknowledged. Without a department: of several, or of all."""

    department: Department | None
    people: int
    read: int

    @property
    def percent(self) -> int:
        return round(100 * self.read / self.people)


@dataclass(frozen=True, slots=True)
class Shares:
    """`whole` is of everybody who was briefed; None where they are too few to say."""

    in_force: PolicyInForce
    whole: Share | None
    departments: tuple[Share, ...]


def latest() -> Shares | None:
    """The shares of the latest version that anybody was briefed of. Three queries."""
    newest = Briefing.objects.order_by("-in_force_id").values_list("in_force_id", flat=True).first()
    if newest is None:
        return None
    row = PolicyInForce.objects.select_related("version").defer("version__xml").get(pk=newest)
    working = Q(department__user__is_active=True, department__user__is_system=False)
    read = Q(
        read_by__user__is_active=True,
        read_by__user__is_system=False,
        read_by__user__department=F("department"),  # as people are counted: who works there now
    )
    counted = (
        Briefing.objects.filter(in_force=newest)
        .select_related("department")
        .defer("content")
        .annotate(
            people=Count("department__user", filter=working, distinct=True),
            read=Count("read_by", filter=read, distinct=True),
        )
    )
    found = [Share(each.department, each.people, min(each.read, each.people)) for each in counted]
    whole = _sum(found)
    return Shares(row, whole if whole.people >= LEAST else None, tuple(shown(found)))


def shown(shares: Iterable[Share]) -> list[Share]:
    """By department where it is large enough; the small ones together, so that from what is shown
    and the whole nobody works out a small one."""
    large = sorted((s for s in shares if s.people >= LEAST), key=lambda s: s.people)
    small = [s for s in shares if 0 < s.people < LEAST]
    while small and _sum(small).people < LEAST and large:
        small.append(large.pop(0))
    together = [_sum(small)] if small and _sum(small).people >= LEAST else []
    return [*reversed(large), *together]


def waiting(viewer: Viewer) -> Briefing | None:
    """The newest briefing of this person's department that they have not acknowledged."""
    mine = Briefing.objects.filter(department__key=viewer.department or "")
    unread = mine.exclude(read_by__user_id=viewer.user_id)
    return unread.select_related("in_force").defer("content").order_by("-pk").first()


def _sum(shares: Sequence[Share]) -> Share:
    return Share(None, sum(each.people for each in shares), sum(each.read for each in shares))
