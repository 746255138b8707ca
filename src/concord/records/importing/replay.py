"""Rows to fix are mended and replayed, or dismissed by a person who does not need them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DataError, transaction
from django.utils.translation import gettext as _

from concord.customers.actions import matching
from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now
from concord.records.importing import reasons
from concord.records.importing.apply import apply
from concord.records.importing.convert import Converter
from concord.records.importing.counts import Counts, count, outcome_of_row
from concord.records.importing.mapping import Mapping as FileMapping
from concord.records.importing.mapping import parse
from concord.records.importing.readers import Cell, Table
from concord.records.importing.rejected import WHOLE, cells_of, kept, layout_of, taken_apart
from concord.records.importing.undo import refuse_undone
from concord.records.importing.values import CellError
from concord.records.models import Import, Rejection
from concord.records.staging import lock_sources

REPLAYED, DISMISSED = "replayed", "dismissed"


def replay(
    rejection: Rejection,
    by: User | None,
    corrected: Mapping[str, str] = {},
    text: str | None = None,
) -> str:
    """Take a row up again with corrected cells (by column); what became of it, as of a row.

    `text` is the whole row as it was mended, where it could not be cut into cells before.

    Raises Problem where it is still wrong: then the row stays, with the new reason and with what
    was corrected. A row that has been resolved already changes nothing.
    """
    try:
        if text is not None:
            corrected = {WHOLE: kept(text)}
            corrected = taken_apart(rejection, kept(text))
        outcome, to_match = _replay(rejection, by, corrected)
    except CellError as error:
        _keep_corrected(rejection, corrected, error)
        raise Problem(
            reasons.reason(error.code, error.detail),
            place=_("line %(line)s") % {"line": rejection.line},
            mend=reasons.mend(error.code, error.detail),
            code=error.code,
        )
    if to_match:
        matching.match(to_match)
    return outcome


@transaction.atomic
def dismiss(rejection: Rejection, by: User | None) -> None:
    """Say that the row is not needed; it stays to be read."""
    found = Rejection.objects.select_for_update().get(pk=rejection.pk)
    if found.resolved_at is None:
        _resolve(found, by, DISMISSED)
        audit.record(by, "records.dismiss_row", "rejection", found.pk, line=found.line)
    rejection.refresh_from_db()


def replay_all(imported: Import, by: User | None, mapping: str = "") -> dict[str, int]:
    """Replay every open row of an import as it is, with its mapping or a mended one."""
    if mapping:
        parse(mapping)
        Import.objects.filter(pk=imported.pk).update(mapping=mapping)
    counts = {REPLAYED: 0, "still to fix": 0}
    for rejection in imported.rejections.filter(resolved_at=None).order_by("line").iterator():
        try:
            replay(rejection, by)
        except Problem:
            counts["still to fix"] += 1
        else:
            counts[REPLAYED] += 1
    return counts


@transaction.atomic
def _replay(
    rejection: Rejection, by: User | None, corrected: Mapping[str, str]
) -> tuple[str, set[Any]]:
    imported = Import.objects.select_related("source").get(pk=rejection.imported_id)
    lock_sources([imported.source_id])  # before any row, as imports and undos do
    found = Rejection.objects.select_for_update().get(pk=rejection.pk)
    if found.resolved_at is not None:
        return "unchanged", set()
    imported.refresh_from_db(fields=["state", "mapping"])
    refuse_undone(imported)
    raw = dict(cells_of(found)) | dict(corrected)
    if not raw:
        raise CellError(found.code)
    mapping = parse(imported.mapping)
    statements = [one.statement for one in _converter(mapping, raw, imported).convert(_cells(raw))]
    try:
        with transaction.atomic():
            applied = apply(imported.source, [statements], imported.pk, by)
    except (DataError, UnicodeError) as error:
        raise CellError("refused", why=str(error).splitlines()[0])
    outcome = outcome_of_row(name for _, name in applied.outcomes[0])
    _count(imported.pk, applied.outcomes[0], outcome)
    _resolve(found, by, REPLAYED)
    audit.record(by, "records.replay_row", "rejection", found.pk, line=found.line)
    rejection.refresh_from_db()
    return outcome, applied.to_match


def _converter(mapping: FileMapping, raw: Mapping[str, Any], imported: Import) -> Converter:
    named = {name for name, _ in mapping.columns()}
    columns = [*raw, *sorted(named - raw.keys())]
    return Converter(mapping, Table(columns, lambda: iter(())), imported.source)


class _Padded(list[Cell]):
    """Cells of a row; a column that the raw row lacks is empty."""

    def __getitem__(self, place: Any) -> Any:
        return list.__getitem__(self, place) if place < len(self) else None


def _cells(raw: Mapping[str, Any]) -> Sequence[Cell]:
    return _Padded(raw.values())


def _count(import_id: int, outcomes: list[tuple[str, str]], outcome: str) -> None:
    """A row that was rejected counts by its outcome now: the counts still add up."""
    imported = Import.objects.select_for_update().get(pk=import_id)
    counts: Counts = imported.counts
    for kind, name in outcomes:
        count(counts, kind, name)
    count(counts, "rows", "rejected", -1)
    count(counts, "rows", outcome)
    imported.save(update_fields=["counts"])


def _resolve(found: Rejection, by: User | None, how: str) -> None:
    found.resolved_at, found.resolved_by, found.resolution = now(), by, how
    found.save(update_fields=["resolved_at", "resolved_by", "resolution"])


def _keep_corrected(rejection: Rejection, corrected: Mapping[str, str], error: CellError) -> None:
    reason, mend = reasons.in_english(error.code, error.detail)
    raw = rejection.raw | dict(corrected)
    if len(raw) > 1:
        raw.pop(WHOLE, None)  # it has been cut into cells since
    Rejection.objects.filter(pk=rejection.pk, resolved_at=None).update(
        raw=raw,
        code=error.code,
        column=error.column[:255],
        value=error.value,
        detail={name: kept(str(value)) for name, value in error.detail.items()}
        | layout_of(rejection),
        reason=reason,
        mend=mend,
    )
    rejection.refresh_from_db()
