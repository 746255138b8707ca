"""What a person decides about a source's silence; and in batches, what follows from it.

Withdrawn is only what the silence names, all with one knowledge time, by which it is brought back
as a whole. What has come back or been changed meanwhile is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from concord.customers.actions import departures
from concord.customers.rows import fetch, run
from concord.kernel import audit, events, notify
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now
from concord.records.actions import parts, versions
from concord.records.actions.relations import RELATIONS
from concord.records.actions.sources import keep_mapping
from concord.records.importing.amend import with_complete
from concord.records.models import Absence, AbsentKind, Silence, SilenceState
from concord.records.notices import WRONG_EXPORT
from concord.records.staging import lock_sources

BATCH: Final = 1_000
AT_ONCE: Final = 300
# What hangs goes before what it hangs on, and comes back after it.
_ORDER: Final = (
    AbsentKind.LINE, AbsentKind.RELATIONSHIP, AbsentKind.RECORD, AbsentKind.PROFILE,
)  # fmt: skip


@transaction.atomic
def they_are_gone(silence: Silence, by: User) -> Silence:
    """Withdraw all that it names. The worker does it, or what `set_going` leaves of it."""
    found = _held(silence, {SilenceState.OPEN, SilenceState.KEPT})
    _decide(found, by, SilenceState.GOING, withdrawn_at=now(), rows_done=0)
    _hand_over(found)
    return found


@transaction.atomic
def they_come_back(silence: Silence, by: User) -> Silence:
    """Undo it as a whole: bring back all that was withdrawn, and keep it."""
    found = _held(silence, {SilenceState.GONE, SilenceState.GOING})
    _decide(found, by, SilenceState.BACK, rows_done=0)
    _hand_over(found)
    return found


@transaction.atomic
def keep_them(silence: Silence, by: User, *, for_good: bool) -> None:
    """They stay, and nobody is asked again: until they come back and vanish anew, or for good."""
    _decide(_held(silence, {SilenceState.OPEN}), by, SilenceState.KEPT, for_good=for_good)


@transaction.atomic
def export_is_wrong(silence: Silence, by: User) -> None:
    """Whoever answers for the source is told; the next file is asked anew."""
    found = _held(silence, {SilenceState.OPEN})
    _decide(found, by, SilenceState.WRONG)
    owner = found.source.owner
    if owner is not None and owner != by:
        notify.tell(
            owner, WRONG_EXPORT, reverse("records:silence", args=[found.pk]),
            source=found.source.words, missing=found.missing, by=str(by),
        )  # fmt: skip


@transaction.atomic
def never_complete(silence: Silence, by: User) -> None:
    """The files of this source never tell of all: its mapping says so from now on."""
    found = _held(silence, {SilenceState.OPEN})
    source = type(found.source).objects.select_for_update().get(pk=found.source_id)
    if not source.mapping.strip():
        raise Problem(
            _("The source keeps no mapping."),
            place=str(source),
            mend=_("Write complete = false under [file] in the mapping of its files."),
        )
    keep_mapping(by, source, with_complete(source.mapping, complete=False))
    _decide(found, by, SilenceState.KEPT, for_good=True)


def set_going(silence: Silence) -> Silence:
    """A few at once, so that the page need not wait for the worker; many are left to it."""
    return carry_out(silence) if silence.missing <= AT_ONCE else silence


def _hand_over(silence: Silence) -> None:
    """To the worker, in the transaction that decides: whatever ends the request, it is done."""
    from concord.records.jobs import carry_out_silence

    carry_out_silence.defer(silence_id=silence.pk)


def carry_out(silence: Silence, progress: Callable[[int], None] | None = None) -> Silence:
    """Do what is left of what was decided, batch by batch."""
    while _batch(silence.pk):
        if progress:
            silence.refresh_from_db()
            progress(silence.rows_done)
    silence.refresh_from_db()
    return silence


def _held(silence: Silence, states: set[str]) -> Silence:
    found = (
        Silence.objects.select_for_update(of=("self",))
        .select_related("source__owner")
        .get(pk=silence.pk)
    )
    if found.state not in states:
        raise Problem(
            _("This has been decided already: %(state)s.") % {"state": found.get_state_display()},
            mend=_("Look at the page again."),
            code="decided",
        )
    return found


def _decide(silence: Silence, by: User, state: str, **columns: object) -> None:
    for name, value in columns.items():
        setattr(silence, name, value)
    silence.state, silence.decided_by, silence.decided_at = state, by, now()
    silence.save()
    audit.record(by, f"records.silence_{state}", "silence", silence.pk, rows=silence.missing)


# One batch


@transaction.atomic
def _batch(silence_id: int) -> bool:
    """Withdraw or bring back the next ones; False where none are left."""
    source_id = Silence.objects.values_list("source_id", flat=True).get(pk=silence_id)
    lock_sources([source_id])
    silence = Silence.objects.select_for_update().get(pk=silence_id)
    goes = silence.state == SilenceState.GOING
    if not goes and silence.state != SilenceState.BACK:
        return False
    rows = _next(silence, goes)
    if not rows:
        silence.state = SilenceState.GONE if goes else SilenceState.KEPT
        silence.save(update_fields=["state"])
        return False
    at = silence.withdrawn_at
    assert at is not None  # said by who decided
    if goes:
        _withdraw(rows, at)
    else:
        _bring_back(rows, at)
    Absence.objects.filter(pk__in=[row.pk for row in rows]).update(done=goes)
    silence.rows_done += len(rows)
    silence.save(update_fields=["rows_done"])
    return True


def _next(silence: Silence, goes: bool) -> list[Absence]:
    """Of one kind each time."""
    for kind in _ORDER if goes else reversed(_ORDER):
        rows = silence.absences.filter(done=not goes, kind=kind).order_by("id")[:BATCH]
        if found := list(rows):
            return found
    return []


def _withdraw(rows: list[Absence], at: datetime) -> None:
    match rows[0].kind:
        case AbsentKind.PROFILE:
            ids = [row.profile_id for row in rows if row.profile_id]
            departures.withdraw(ids, _needed(ids), at)
        case AbsentKind.RECORD:
            _withdraw_records([row.row_id for row in rows], at)
        case AbsentKind.LINE:
            _end(parts.LINES, [row.row_id for row in rows if row.row_id], at)
        case AbsentKind.RELATIONSHIP:
            _end(RELATIONS, [row.row_id for row in rows if row.row_id], at)


def _withdraw_records(ids: list[int | None], at: datetime) -> None:
    found = fetch(
        """
        SELECT id, profile_id FROM records_record
        WHERE id = ANY(%s) AND withdrawn_at IS NULL ORDER BY id FOR UPDATE
        """,
        [ids],
    )
    versions.keep([row[0] for row in found], at)
    run(
        "UPDATE records_record SET withdrawn_at = %s WHERE id = ANY(%s)",
        [at, [row[0] for row in found]],
    )
    events.records_changed(row[1] for row in found)


def _needed(ids: list[UUID]) -> list[UUID]:
    """Those on which something still hangs: records or relationships that are not absent."""
    rows = fetch(
        """
        SELECT p.id FROM customers_profile p WHERE p.id = ANY(%s::uuid[]) AND (
            EXISTS (SELECT FROM records_record r
                    WHERE r.profile_id = p.id AND r.withdrawn_at IS NULL)
            OR EXISTS (SELECT FROM customers_relationship c
                       WHERE c.from_profile_id = p.id AND c.known_to IS NULL)
            OR EXISTS (SELECT FROM customers_relationship c
                       WHERE c.to_profile_id = p.id AND c.known_to IS NULL))
        """,
        [ids],
    )
    return [row[0] for row in rows]


def _end(table: parts.Table, ids: list[int], at: datetime) -> None:
    open_ones = fetch(
        f"SELECT id FROM {table.name} WHERE id = ANY(%s) AND known_to IS NULL FOR UPDATE",  # noqa: S608
        [ids],
    )
    parts.end(table, [row[0] for row in open_ones], at)


def _bring_back(rows: list[Absence], gone_at: datetime) -> None:
    at = now()
    match rows[0].kind:
        case AbsentKind.PROFILE:
            ids = [row.profile_id for row in rows if row.profile_id]
            departures.bring_back(ids, gone_at, at)
        case AbsentKind.RECORD:
            _bring_back_records([row.row_id for row in rows], gone_at, at)
        case AbsentKind.LINE:
            _say_again(parts.LINES, rows, at)
        case AbsentKind.RELATIONSHIP:
            _say_again(RELATIONS, rows, at)


def _bring_back_records(ids: list[int | None], gone_at: datetime, at: datetime) -> None:
    found = fetch(
        """
        UPDATE records_record SET withdrawn_at = NULL,
            known_from = greatest(%s, known_from + interval '1 microsecond')
        WHERE id = ANY(%s) AND withdrawn_at = %s AND key <> 'erased-' || id
        RETURNING profile_id
        """,
        [at, ids, gone_at],
    )
    profiles = {row[0] for row in found}
    events.records_changed(profiles)
    departures.wait_again(profiles, at)


def _say_again(table: parts.Table, rows: list[Absence], at: datetime) -> None:
    """What was ended is known again under a new number, by which the absence goes from now on."""
    key = ", ".join(parts.names(table.key))
    columns = ", ".join(parts.names(table.key) + parts.names(table.says))
    same = " AND ".join(f"back.{name} = old.{name}" for name in parts.names(table.key))
    run(
        f"""
        WITH back AS (
            INSERT INTO {table.name} ({columns}, import_id, known_from)
            SELECT {columns}, import_id, %(at)s FROM {table.name} old
            WHERE id = ANY(%(ids)s) AND known_to IS NOT NULL AND NOT EXISTS (
                SELECT FROM {table.name} back WHERE {same} AND back.known_to IS NULL)
            RETURNING id, {key}
        )
        UPDATE records_absence a SET row_id = back.id FROM back, {table.name} old
        WHERE {same} AND old.id = a.row_id AND a.kind = %(kind)s AND old.id = ANY(%(ids)s)
        """,  # noqa: S608 - our own names
        {"at": at, "ids": [row.row_id for row in rows], "kind": rows[0].kind},
    )
