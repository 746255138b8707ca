"""How a source does over time: each file is held against the ones before it.

What is remarkable becomes a warning with a sentence and what to do. One that comes again each
night is one warning; it ends by itself when the files are as before, or when a person says that it
is meant so: later files are then held against those since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Min
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from concord.kernel import audit, notify
from concord.kernel.models import Source, User
from concord.kernel.time import now
from concord.records.models import Import, ImportShape, ImportState, SourceWarning
from concord.records.notices import WARNING

COMPARED: Final = 8  # files before one that it is held against
ENOUGH_ROWS: Final = 20  # fewer say nothing of shares
EMPTIER: Final = 0.3  # so much of a column's cells may be empty more than usual
OTHER_KIND: Final = 0.5  # share of the cells that have become of another kind
FEWER: Final = 0.1  # share of the rows that may be missing beside the usual number
MORE_WRONG: Final = 0.05  # rows to fix, more than usual, as a share of all
ALIKE: Final = 0.15  # how near the numbers of a column under another name must be

SENTENCES: Final[Mapping[str, tuple[str | Promise, str | Promise]]] = {
    "column_gone": (
        _("The column “%(column)s” has vanished."),
        _("Ask who exports it; what it said before stays, but nothing new comes in by it."),
    ),
    "column_new": (
        _("There is a new column “%(column)s”."),
        _("See whether it says something that should be taken over, and add it to the mapping."),
    ),
    "column_renamed": (
        _("The column “%(column)s” seems to be called “%(now)s” now."),
        _("If it is the same, change its name in the mapping."),
    ),
    "emptier": (
        _("The column “%(column)s” is empty in %(now)s %% of the rows; it was %(before)s %%."),
        _("Ask who exports it whether something is no longer filled in."),
    ),
    "other_kind": (
        _("The column “%(column)s” had %(before)s and now has %(now)s."),
        _("See whether columns have changed places, or are written otherwise."),
    ),
    "fewer_rows": (
        _("The file has %(now)s rows; %(before)s are usual."),
        _("See whether the export was cut off or is filtered otherwise."),
    ),
    "more_wrong": (
        _("%(now)s %% of the rows are to be fixed; %(before)s %% are usual."),
        _("Look at the rows to fix: those that are alike have one cause."),
    ),
    "late": (
        _("It has not spoken for longer than it promises."),
        _("Ask who exports it; answers that rest on it say that they may be out of date."),
    ),
}
KINDS: Final[Mapping[str, str | Promise]] = {
    "date": _("dates"),
    "number": _("numbers"),
    "text": _("words"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something remarkable: its code, the column, what its sentence needs."""

    code: str
    column: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def sentence(code: str, detail: Mapping[str, Any]) -> str:
    return str(SENTENCES[code][0]) % _said(code, detail)


def advice(code: str) -> str:
    return str(SENTENCES[code][1])


def judge(imported: Import) -> list[Finding]:
    """Hold a finished import against the ones before, inside the caller's transaction: warnings
    begin, go on and end, and whoever answers for the source is told of new ones."""
    shape = ImportShape.objects.filter(imported=imported).first()
    if shape is None:
        return []
    found = _findings(shape, _earlier(shape))
    _keep(imported.source, shape.series, found, imported)
    SourceWarning.objects.filter(source=imported.source_id, code="late", ended_at=None).update(
        ended_at=now()
    )
    return found


@transaction.atomic
def accept(warning: SourceWarning, by: User) -> None:
    """A person knows of it, and it is meant so."""
    SourceWarning.objects.filter(pk=warning.pk, ended_at=None).update(
        ended_at=now(), ended_by=by, accepted=True
    )
    audit.record(by, "records.accept_warning", "warning", warning.pk, code=warning.code)


def find_late(at: datetime | None = None) -> int:
    """Begin a warning for each source that has broken its promise; how many are late."""
    at = at or now()
    late = 0
    for source in Source.objects.filter(fresh_within__isnull=False, last_spoke_at__isnull=False):
        assert source.last_spoke_at is not None
        assert source.fresh_within is not None
        if at - source.last_spoke_at > source.fresh_within:
            late += 1
            with transaction.atomic():
                _begin(source, "", Finding("late"), None)
    return late


# What is remarkable


@dataclass(frozen=True)
class Before:
    """A file before: its columns, the rows that it had and the share of them to fix."""

    import_id: int
    columns: Mapping[str, Mapping[str, Any]]
    rows: int
    wrong: float


def _earlier(shape: ImportShape) -> list[Before]:
    """The files of its series before the oldest warning that is not over, the latest first."""
    open_ones = SourceWarning.objects.filter(
        source=shape.imported.source_id, series=shape.series, ended_at=None
    ).aggregate(first=Min("first_import"))["first"]
    accepted = SourceWarning.objects.filter(
        source=shape.imported.source_id, series=shape.series, accepted=True
    ).aggregate(last=Max("last_import"))["last"]
    earlier = ImportShape.objects.filter(
        imported__source=shape.imported.source_id,
        imported__state=ImportState.DONE,
        series=shape.series,
        imported__lt=min(shape.imported_id, open_ones or shape.imported_id),
        imported__gte=accepted or 0,
    ).select_related("imported")
    return [_before(one) for one in earlier.order_by("-imported_id")[:COMPARED]]


def _before(shape: ImportShape) -> Before:
    counts = shape.imported.counts["rows"]
    read = counts.get("read", 0)
    return Before(
        shape.imported_id, shape.columns, read, counts.get("rejected", 0) / read if read else 0.0
    )


def _findings(shape: ImportShape, before: Sequence[Before]) -> list[Finding]:
    if not before:
        return []
    present = _before(shape)
    usual = median(one.rows for one in before)
    found = _columns(present.columns, before)
    if usual >= ENOUGH_ROWS and present.rows < (1 - FEWER) * usual:
        found.append(Finding("fewer_rows", "", {"now": present.rows, "before": round(usual)}))
    wrong = median(one.wrong for one in before)
    if present.rows >= ENOUGH_ROWS and present.wrong > wrong + MORE_WRONG:
        shares = {"now": _percent(present.wrong), "before": _percent(wrong)}
        found.append(Finding("more_wrong", "", shares))
    return found


def _columns(now_: Mapping[str, Mapping[str, Any]], before: Sequence[Before]) -> list[Finding]:
    latest = before[0].columns
    gone = sorted(latest.keys() - now_.keys(), key=lambda name: latest[name]["place"])
    new = sorted(now_.keys() - latest.keys(), key=lambda name: now_[name]["place"])
    found = []
    for name in gone:
        alike = [other for other in new if _alike(latest[name], now_[other])]
        again = min(alike, key=lambda other: _apart(latest[name], now_[other]), default=None)
        if again:
            new.remove(again)
            found.append(Finding("column_renamed", name, {"now": again}))
        else:
            found.append(Finding("column_gone", name))
    found += [Finding("column_new", name) for name in new]
    if before[0].rows >= ENOUGH_ROWS:
        for name in now_:
            said = [one.columns[name] for one in before if name in one.columns]
            if said:
                found += _of_column(name, now_[name], said)
    return found


def _of_column(
    name: str, present: Mapping[str, Any], before: Sequence[Mapping[str, Any]]
) -> list[Finding]:
    filled = median(one["filled"] for one in before)
    if present["filled"] < filled - EMPTIER:
        shares = {"now": _percent(1 - present["filled"]), "before": _percent(1 - filled)}
        return [Finding("emptier", name, shares)]
    was, is_now = _main(before[0]["kinds"]), _main(present["kinds"])
    if was and is_now and was != is_now and present["kinds"].get(was, 0) < 1 - OTHER_KIND:
        return [Finding("other_kind", name, {"before": was, "now": is_now})]
    return []


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two columns are as full, of the same kinds and as various."""
    if not one["filled"] or _main(one["kinds"]) != _main(other["kinds"]):
        return False
    most = max(one["distinct"], other["distinct"], 1)
    same: bool = abs(one["filled"] - other["filled"]) <= ALIKE
    various: bool = abs(one["distinct"] - other["distinct"]) <= ALIKE * most
    return same and various


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    return int(abs(one["place"] - other["place"]))


def _main(kinds: Mapping[str, float]) -> str:
    return max(kinds, key=lambda kind: kinds[kind]) if kinds else ""


def _percent(share: float) -> int:
    return round(100 * share)


# Warnings


def _keep(source: Source, series: str, found: Sequence[Finding], imported: Import) -> None:
    """Warnings of the series that are not found any more have ended."""
    for one in found:
        _begin(source, series, one, imported)
    still = {(one.code, one.column[:255]) for one in found}
    for warning in SourceWarning.objects.filter(source=source, series=series, ended_at=None):
        if (warning.code, warning.column) not in still and warning.code != "late":
            SourceWarning.objects.filter(pk=warning.pk).update(ended_at=now())


def _begin(source: Source, series: str, found: Finding, imported: Import | None) -> None:
    """A new warning, of which its owner is told; or one that goes on."""
    warning, is_new = SourceWarning.objects.get_or_create(
        source=source,
        series=series,
        code=found.code,
        column=found.column[:255],
        ended_at=None,
        defaults={
            "detail": dict(found.detail) | {"column": found.column[:255]},
            "first_import": imported,
            "last_import": imported,
            "since": now(),
        },
    )
    if not is_new:
        SourceWarning.objects.filter(pk=warning.pk).update(
            last_import=imported, detail=dict(found.detail) | {"column": found.column[:255]}
        )
    elif source.owner is not None:
        notify.tell(
            source.owner, WARNING, reverse("records:source", args=[source.key]),
            source=source.words, code=warning.code, detail=warning.detail,
        )  # fmt: skip


def _said(code: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    if code == "other_kind":
        named = {name: str(KINDS.get(detail[name], detail[name])) for name in ("now", "before")}
        return {**detail, **named}
    return {name: f"{v:,}" if isinstance(v, int) else v for name, v in detail.items()}
