"""What a source says of records, received in bulk.

A few statements for a batch, whatever its size: everything is staged by COPY, compared with what
is there by digest, and written in sets. One source is received by one transaction at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from concord.customers.actions import profiles
from concord.customers.rows import fetch, run
from concord.kernel import events
from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.kernel.time import now
from concord.records.actions import parts, versions
from concord.records.actions.versions import STATE, STATE_NAMES
from concord.records.models import Record
from concord.records.said import (
    Receipt,
    RecordSaid,
    Ref,
    Said,
    dump,
    record_digest,
)
from concord.records.staging import lock_sources, stage

KEY_LENGTH: Final = 255

STAGED: Final = ("n integer", "type text", "key text", *STATE)
# `keeps` names attributes of RecordSaid; these are kept together or not at all.
KEPT: Final = ("subject", "opened_at", "due_at", "closed_at", "status", "amount", "currency")


@transaction.atomic
def receive(
    source: Source,
    said: Sequence[Said],
    *,
    import_id: int | None = None,
    at: datetime | None = None,
) -> list[Receipt]:
    """Take over what a source says of records and their parts; receipts in the order of `said`.

    Unknown customer keys become stub profiles, unknown parents and the targets of parts wait
    until they arrive. Where a key is said twice the later word holds and the earlier one counts
    as unchanged. `at` is the knowledge time (default: now, after the wait for the source).
    """
    records = [(n, one) for n, one in enumerate(said) if type(one) is RecordSaid]
    others = [(n, one) for n, one in enumerate(said) if not isinstance(one, RecordSaid)]
    sources = _sources(source, said)
    lock_sources(other.pk for other in sources.values())
    when = at or now()
    receipts: dict[int, Receipt] = {}
    if records:
        receipts |= _receive_records(source, sources, records, import_id, when)
    if others:
        receipts |= parts.receive(source, sources, others, import_id, when)
    return [receipts[n] for n in range(len(said))]


def _receive_records(
    source: Source,
    sources: Mapping[str, Source],
    said: list[tuple[int, RecordSaid]],
    import_id: int | None,
    at: datetime,
) -> dict[int, Receipt]:
    latest = {(one.type, one.key): n for n, one in said}
    fresh = [(n, one) for n, one in said if latest[one.type, one.key] == n]
    if any(one.keeps for _, one in fresh):
        fresh = _with_kept(source, fresh)
    profile_ids = _profiles(sources, fresh, import_id)
    refs = parts.find(sources, {one.parent for _, one in fresh if one.parent})
    stage("said_record", STAGED, _staged(source, sources, fresh, profile_ids, refs))
    outcomes = _write(source.pk, import_id, at)
    events.records_changed(
        profile_ids[one.profile_source, one.profile]
        for n, one in fresh
        if outcomes[n].outcome != "unchanged"
    )
    _join_children(source.pk)
    parts.receive_waiting(source, at)
    for n, one in said:
        if n not in outcomes:
            outcomes[n] = Receipt("unchanged", outcomes[latest[one.type, one.key]].id)
    return outcomes


def parent_ref(sources: Mapping[str, Source], ref: Ref | None) -> str:
    return f"{sources[ref.source].pk}:{ref.type}:{ref.key}" if ref else ""


# What is staged


def _sources(source: Source, said: Iterable[Said]) -> dict[str, Source]:
    """The sources that are spoken of, by key; "" is the one that speaks."""
    wanted: set[str] = set()
    for one in said:
        if isinstance(one, RecordSaid):
            wanted.add(one.profile_source)
            if one.parent:
                wanted.add(one.parent.source)
        else:
            wanted.update(ref.source for ref in parts.refs_of(one))
    wanted -= {"", source.key}
    found = {other.key: other for other in Source.objects.filter(key__in=wanted)} if wanted else {}
    for key in sorted(wanted - found.keys()):
        raise Problem(
            f"There is no source “{key}”.", mend="Add it under Sources, or correct its name."
        )
    return found | {"": source, source.key: source}


def _profiles(
    sources: Mapping[str, Source], said: list[tuple[int, RecordSaid]], import_id: int | None
) -> dict[tuple[str, str], UUID]:
    wanted: dict[str, set[str]] = {}
    for _, one in said:
        wanted.setdefault(one.profile_source, set()).add(one.profile)
    found: dict[tuple[str, str], UUID] = {}
    for name, keys in wanted.items():
        there = dict(
            fetch(
                """
                SELECT key, id FROM customers_profile
                WHERE source_id = %s AND key = ANY(%s) AND withdrawn_at IS NULL
                """,
                [sources[name].pk, list(keys)],
            )
        )
        missing = keys - there.keys()
        if missing:
            there |= profiles.stubs(sources[name], missing, import_id=import_id)
        found |= {(name, key): profile_id for key, profile_id in there.items()}
    return found


def _staged(
    source: Source,
    sources: Mapping[str, Source],
    said: list[tuple[int, RecordSaid]],
    profile_ids: Mapping[tuple[str, str], UUID],
    refs: Mapping[Ref, int],
) -> Iterable[Sequence[Any]]:
    spelled = {key: str(profile_id) for key, profile_id in profile_ids.items()}
    for n, one in said:
        if not one.key or len(one.key) > KEY_LENGTH:
            raise Problem(
                "A record's key must have between 1 and 255 characters.",
                place=f"{one.type} {one.key[:40]!r}",
                mend="Choose the column that identifies the record in this system.",
            )
        profile_id = spelled[one.profile_source, one.profile]
        parent = parent_ref(sources, one.parent)
        data = dump(one.data) if one.data else "{}"
        yield (
            n,
            one.type,
            one.key,
            profile_id,
            refs.get(one.parent) if one.parent else None,
            parent,
            one.subject,
            one.opened_at,
            one.due_at,
            one.closed_at,
            one.status,
            one.amount,
            one.currency,
            one.unit_id,
            one.owner_id,
            data,
            record_digest(one, profile_id, parent, data),
        )


def _with_kept(source: Source, said: list[tuple[int, RecordSaid]]) -> list[tuple[int, RecordSaid]]:
    """Fill what was not said from the record as it is."""
    now_there = {
        (record.type, record.key): record
        for record in Record.objects.filter(
            source=source, key__in=[one.key for _, one in said], withdrawn_at=None
        )
    }
    filled: list[tuple[int, RecordSaid]] = []
    for n, one in said:
        record = now_there.get((one.type, one.key))
        if record and one.keeps:
            kept: dict[str, Any] = {
                name: getattr(record, name) for name in one.keeps if name in KEPT
            }
            for name in ("unit_id", "owner_id"):
                if name in one.keeps:
                    kept[name] = getattr(record, name)
            old = {key: value for key, value in record.data.items() if key in one.keeps}
            one = replace(one, data=old | dict(one.data), keeps=frozenset(), **kept)
        filled.append((n, one))
    return filled


# What is written

_SELECT: Final = ", ".join(f"s.{name}" for name in STATE_NAMES)


def _write(source_id: int, import_id: int | None, at: datetime) -> dict[int, Receipt]:
    """Compare the staged rows with what is there, keep versions, update and insert."""
    there = fetch(
        """
        SELECT s.n, r.id, r.withdrawn_at IS NOT NULL, r.digest = s.digest
        FROM pg_temp.said_record s
        JOIN records_record r ON r.source_id = %s AND r.type = s.type AND r.key = s.key
        """,
        [source_id],
    )
    outcomes: dict[int, Receipt] = {}
    for n, record_id, withdrawn, same in there:
        outcome = "created" if withdrawn else "unchanged" if same else "changed"
        outcomes[n] = Receipt(outcome, record_id)  # type: ignore[arg-type]
    changed = [r.id for r in outcomes.values() if r.outcome != "unchanged"]
    if changed:
        events.records_changed(parts.profiles_of(changed))  # a record may leave its profile
        versions.keep(changed, at)
        _update(source_id, changed, import_id, at)
    outcomes |= _insert(source_id, import_id, at)
    return outcomes


def _update(source_id: int, ids: list[int | None], import_id: int | None, at: datetime) -> None:
    assignments = ", ".join(f"{name} = s.{name}" for name in STATE_NAMES)
    run(
        f"""
        UPDATE records_record r
        SET {assignments}, import_id = %s, withdrawn_at = NULL,
            known_from = greatest(%s, r.known_from + interval '1 microsecond')
        FROM pg_temp.said_record s
        WHERE r.source_id = %s AND r.type = s.type AND r.key = s.key AND r.id = ANY(%s)
        """,  # noqa: S608
        [import_id, at, source_id, ids],
    )


def _insert(source_id: int, import_id: int | None, at: datetime) -> dict[int, Receipt]:
    rows = fetch(
        f"""
        WITH fresh AS (
            INSERT INTO records_record
                (type, source_id, key, {", ".join(STATE_NAMES)}, import_id, known_from)
            SELECT s.type, %(source)s, s.key, {_SELECT}, %(import)s, %(at)s
            FROM pg_temp.said_record s
            WHERE NOT EXISTS (
                SELECT FROM records_record r
                WHERE r.source_id = %(source)s AND r.type = s.type AND r.key = s.key
            )
            ORDER BY s.n
            RETURNING id, type, key
        )
        SELECT s.n, f.id FROM fresh f
        JOIN pg_temp.said_record s ON s.type = f.type AND s.key = f.key
        """,  # noqa: S608
        {"source": source_id, "import": import_id, "at": at},
    )
    return {n: Receipt("created", record_id) for n, record_id in rows}


def _join_children(source_id: int) -> None:
    """Children that waited for a parent which has just been said find it.

    The same statement of the same source becomes complete: no version, no new time.
    """
    run(
        """
        UPDATE records_record child SET parent_id = parent.id
        FROM pg_temp.said_record s
        JOIN records_record parent
          ON parent.source_id = %(source)s AND parent.type = s.type AND parent.key = s.key
        WHERE child.parent_id IS NULL AND child.parent_ref <> ''
          AND child.parent_ref = %(source)s || ':' || s.type || ':' || s.key
        """,
        {"source": source_id},
    )
