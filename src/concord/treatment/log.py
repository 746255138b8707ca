"""The log of answers as a list: narrowed to what one looks for, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from concord.customers.access import held_back
from concord.kernel.access import Viewer
from concord.kernel.time import zone
from concord.treatment import access
from concord.treatment.models import AnswerLog, PolicyVersion
from concord.treatment.months import first_id
from concord.ui.paging import Page, decode, encode

T = TypeVar("T")
PAGE: Final = 30
MOST: Final = 100_000  # answers in one file
APART: Final = timedelta(
    days=1
)  # an answer has its id when it is given, a moment after it is found


@dataclass(frozen=True, slots=True)
class Filter:
    """What the log of answers is narrowed to; empty means all. Days are the company's."""

    request: str = ""
    act: str = ""
    department: str = ""
    rule: str = ""
    channel: str = ""
    version: int | None = None
    customer: UUID | None = None
    since: date | None = None
    until: date | None = None

    @property
    def narrows(self) -> bool:
        return self != Filter()

    def without_customer(self) -> Filter:
        return replace(self, customer=None)


def chosen(given: Mapping[str, str]) -> Filter:
    """The filter that an address says; what makes no sense there narrows nothing."""
    said = {each.name: given.get(each.name, "").strip() for each in fields(Filter)}
    return Filter(
        **{key: said[key][:100] for key in ("request", "act", "department", "rule", "channel")},
        version=_read(_number, said["version"]),
        customer=_read(UUID, said["customer"]),
        since=_read(date.fromisoformat, said["since"]),
        until=_read(date.fromisoformat, said["until"]),
    )


def _read(kind: Callable[[str], T], text: str) -> T | None:
    try:
        return kind(text) if text and "\x00" not in text else None
    except ValueError:
        return None


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(text)
    return number


def log(viewer: Viewer, wanted: Filter, cursor: str = "", limit: int = PAGE) -> Page[AnswerLog]:
    """Answers that were given, the newest first; without what only a replay needs. One query."""
    rows = narrowed(viewer, wanted)
    if cursor:
        rows = rows.filter(id__lt=decode(cursor, UUID)[0])
    found: list[AnswerLog] = list(rows[: limit + 1])
    more = encode(str(found[limit - 1].pk)) if len(found) > limit else ""
    return Page(found[:limit], more)


def lines(viewer: Viewer, wanted: Filter) -> Iterator[AnswerLog]:
    """All that a file of them has, the newest first, at most `MOST`."""
    yield from narrowed(viewer, wanted)[:MOST].iterator(chunk_size=1000)


def narrowed(viewer: Viewer, wanted: Filter) -> QuerySet[AnswerLog]:
    rows = AnswerLog.objects.filter(access.answers(viewer))
    rows = rows.exclude(customer__in=held_back(viewer))
    for name in ("request", "department", "rule", "channel"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.act:
        rows = rows.filter(act="" if wanted.act == "asks" else wanted.act)
    if wanted.customer:
        rows = rows.filter(customer_id=wanted.customer)
    if wanted.version is not None:
        found = PolicyVersion.objects.filter(number=wanted.version).values_list("pk", flat=True)
        rows = rows.filter(policy_id=next(iter(found), 0))
    return (
        _within(rows, wanted)
        .select_related("customer", "asked_by", "policy")
        .defer("inputs", "treatment", "policy__xml")
        .annotate(exception=KT("inputs__exemption__granted_by"))
        .order_by("-id")
    )


def _within(rows: QuerySet[AnswerLog], wanted: Filter) -> QuerySet[AnswerLog]:
    """Between two days: `at` says it to the moment, the ids say in which parts to look."""
    if wanted.since:
        begins = _begins(wanted.since)
        rows = rows.filter(at__gte=begins, id__gte=first_id(begins - APART))
    if wanted.until and wanted.until < date.max:
        ends = _begins(wanted.until + timedelta(days=1))
        rows = rows.filter(at__lt=ends, id__lt=first_id(ends + APART))
    return rows


def _begins(day: date) -> datetime:
    bounded = min(max(day, date(2000, 1, 1)), date(9000, 1, 1))
    return datetime.combine(bounded, time(), zone())
