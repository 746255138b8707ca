"""Did we keep our word, in numbers: by request, by month and, where nobody stands behind it by
name, by department. Read from the counts, however many acts there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from concord.kernel.access import Viewer
from concord.kernel.models import Department, Unit, User
from concord.kernel.time import today
from concord.kernel.words import Words
from concord.treatment import access, requests
from concord.treatment.keeping.share import Tally
from concord.treatment.models import ActVerdict, VerdictCount

SMALL: Final = 5  # people: of a department with fewer, a share would be somebody's own


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is looked at: days (both included), and of them a request, a department, a unit (keys;
    empty means all)."""

    since: date
    until: date
    request: str = ""
    department: str = ""
    unit: str = ""

    def of(self, viewer: Viewer) -> Q:
        """The verdicts and counts that are meant, of what the viewer may see."""
        found = access.kept(viewer) & Q(day__range=(self.since, self.until))
        if self.request:
            found &= Q(request=self.request)
        if self.department:
            found &= Q(department__key=self.department)
        if self.unit:
            found &= Q(unit__key=self.unit)
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page: what it is of, by its key and words, and how often we kept our word."""

    key: str
    words: Words
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Overview:
    """`departments` is None where one of them is so small that it would be about a person."""

    total: Tally
    requests: Sequence[Line]
    months: Sequence[Month]
    departments: Sequence[Line] | None


def overview(viewer: Viewer, chosen: Chosen) -> Overview:
    """Four queries."""
    counts = VerdictCount.objects.filter(chosen.of(viewer))
    total, kinds = Tally(), _by(counts, "request")
    for tally in kinds.values():
        for verdict in ("kept", "deviated", "exception", "cannot_say"):
            total.add(verdict, getattr(tally, verdict))
    lines = [Line(key, requests.named(key).words, tally) for key, tally in kinds.items()]
    lines.sort(key=lambda line: (-line.tally.judged, line.key))
    return Overview(total, lines, _months(counts), _departments(counts))


def _by(counts: QuerySet[VerdictCount], name: str) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for key, verdict, acts in counts.values_list(name, "verdict").annotate(n=Sum("acts")):
        if acts and key is not None:
            found[key].add(verdict, acts)
    return found


def _months(counts: QuerySet[VerdictCount]) -> list[Month]:
    """From the first to the last with an act; those between without one, too."""
    found: dict[date, Tally] = defaultdict(Tally)
    of_month = counts.annotate(first=TruncMonth("day")).values_list("first", "verdict")
    for first, verdict, acts in of_month.annotate(n=Sum("acts")):
        if acts:
            found[first].add(verdict, acts)
    if not found:
        return []
    months, first = [], min(found)
    while first <= max(found):
        months.append(Month(first, found.get(first, Tally())))
        first = (first + timedelta(days=32)).replace(day=1)
    return months


def _departments(counts: QuerySet[VerdictCount]) -> list[Line] | None:
    by = _by(counts, "department__key")
    sizes = department_sizes()
    if any(sizes.get(key, 0) < SMALL for key in by):
        return None
    words = {each.key: each.words for each in Department.objects.filter(key__in=by)}
    lines = [Line(key, words[key], tally) for key, tally in by.items()]
    return sorted(lines, key=lambda line: (-line.tally.judged, line.key))


def department_sizes() -> dict[str, int]:
    """How many people who can sign in each has."""
    people = User.objects.filter(is_active=True, is_system=False, department__isnull=False)
    return dict(people.values_list("department__key").annotate(n=Count("pk")))


def may_be_named(department: str | None) -> bool:
    """Whether what a department did is told of it by name: not where it is about a few people."""
    return department is not None and department_sizes().get(department, 0) >= SMALL


def this_month(viewer: Viewer) -> Tally | None:
    """Of the month of today; None where nothing of it was judged. One query."""
    chosen = Chosen(today().replace(day=1), today())
    rows = VerdictCount.objects.filter(chosen.of(viewer)).values_list("verdict")
    tally = Tally()
    for verdict, acts in rows.annotate(n=Sum("acts")):
        tally.add(verdict, acts)
    return tally if tally.acts else None


def units() -> list[Line]:
    """The business units, for choice."""
    return [Line(each.key, each.words) for each in Unit.objects.order_by("key")]


def judged_at_all() -> bool:
    return ActVerdict.objects.exists()


def of_month(chosen: Chosen, first: date) -> Chosen:
    """The same of one month alone."""
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return replace(chosen, since=max(first, chosen.since), until=min(last, chosen.until))
