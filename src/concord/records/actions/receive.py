"""What a source says of records, received in bulk.

A few statements for a batch, whatever its size: everything is staged by COPY, compared with what
is there by digest, and written in sets. One source is received by one transaction at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.actions import profiles
from concord.customers.rows import fetch, run
from concord.kernel import events
from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.kernel.time import now
from concord.records.actions import disposed, parts, versions
from concord.records.actions.versions import STATE, STATE_NAMES
from concord.records.models import Record
from concord.records.said import (
    LineSaid,
    Receipt,
    RecordSaid,
    Said,
)
from concord.records.staging import lock_sources, stage

RESOLVED: Final = ("profile_id", "parent_id", "parent_ref", "digest")
# As `RecordSaid.line` writes them: customers and parents by their names, which the database knows.
STAGED: Final = (
    "n integer",
    "type text",
    "key text",
    "profile_source text",
    "profile text",
    "parent_source text",
    "parent_type text",
    "parent_key text",
    *(column for column in STATE if column.split()[0] not in RESOLVED),
    "digest text",
)
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
    as unchanged. What was emptied because its time was over is not taken, nor what hangs on it.
    `at` is the knowledge time (default: now, after the wait for the source).
    """
    sources = _sources(source, said)
    lock_sources(other.pk for other in sources.values())
    when = at or now()
    gone = disposed.among(source, sources, said)
    receipts = {n: Receipt("over") for n in gone}
    wanted = [(n, one) for n, one in enumerate(said) if n not in gone]
    records = [(n, one) for n, one in wanted if type(one) is RecordSaid]
    others = [(n, one) for n, one in wanted if not isinstance(one, RecordSaid)]
    if records:
        receipts |= _receive_records(source, sources, records, import_id, when)
    if others:
        lines = {one.record.source for _, one in others if isinstance(one, LineSaid)}
        parts.require_lines_of(source, lines)
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
    stage("said_record", STAGED, (f"{n}\t{one.line()}" for n, one in fresh))
    _make_stubs(sources, import_id)
    batch = _Batch(source.pk, sources, len(fresh), any(one.parent for _, one in fresh))
    outcomes = _write(batch, import_id, at)
    _join_children(source.pk)
    parts.receive_waiting(source, at)
    for n, one in said:
        if n not in outcomes:
            outcomes[n] = Receipt("unchanged", outcomes[latest[one.type, one.key]].id)
    return outcomes


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
            _("There is no source “%(key)s”.") % {"key": key},
            mend=_("Add it under Sources, or correct its name."),
        )
    return found | {"": source, source.key: source}


def _make_stubs(sources: Mapping[str, Source], import_id: int | None) -> None:
    """A profile for each customer of whom nobody has told us yet."""
    missing = fetch(
        f"""
        WITH {_NAMED}
        SELECT DISTINCT s.profile_source, s.profile FROM pg_temp.said_record s
        JOIN named ON named.key = s.profile_source
        LEFT JOIN customers_profile p
          ON p.source_id = named.id AND p.key = s.profile AND p.withdrawn_at IS NULL
        WHERE p.id IS NULL
        """,  # noqa: S608 - our own words
        _named(sources),
    )
    by_source: dict[str, list[str]] = {}
    for name, key in missing:
        by_source.setdefault(name, []).append(key)
    for name, keys in by_source.items():
        profiles.stubs(sources[name], keys, import_id=import_id)


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


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is staged: how many records, and whether any of them names a parent."""

    source_id: int
    sources: Mapping[str, Source]
    size: int
    has_parents: bool


_NAMED: Final = (
    "named AS (SELECT * FROM unnest(%(names)s::text[], %(ids)s::bigint[]) AS n(key, id))"
)


def _named(sources: Mapping[str, Source], **values: Any) -> dict[str, Any]:
    ids = [other.pk for other in sources.values()]
    return {"names": list(sources), "ids": ids, **values}


def _said(batch: _Batch) -> str:
    """The staged records (`s`) with the columns of their state, names replaced by ids."""
    of = {name: f"s.{name}" for name in STATE_NAMES if name not in RESOLVED}
    of |= {"profile_id": "p.id", "digest": "decode(s.digest, 'hex')"}
    of |= {"parent_id": "NULL::bigint", "parent_ref": "''"}
    joined = """
        JOIN named ON named.key = s.profile_source
        JOIN customers_profile p ON p.source_id = named.id AND p.key = s.profile
    """
    if batch.has_parents:
        ref = "above.id || ':' || s.parent_type || ':' || s.parent_key"
        of |= {
            "parent_id": "parent.id",
            "parent_ref": f"CASE WHEN s.parent_key = '' THEN '' ELSE {ref} END",
        }
        joined += """
            JOIN named above ON above.key = s.parent_source
            LEFT JOIN records_record parent ON parent.source_id = above.id
              AND parent.type = s.parent_type AND parent.key = s.parent_key
        """
    chosen = ", ".join(f"{column} AS {name}" for name, column in of.items())
    return f"SELECT s.n, s.type, s.key, {chosen} FROM pg_temp.said_record s {joined}"  # noqa: S608


def _write(batch: _Batch, import_id: int | None, at: datetime) -> dict[int, Receipt]:
    """Compare the staged rows with what is there, keep versions, update and insert."""
    there = fetch(
        """
        SELECT s.n, r.id, r.withdrawn_at IS NOT NULL, r.digest = decode(s.digest, 'hex'),
               r.digest = ''
        FROM pg_temp.said_record s
        JOIN records_record r ON r.source_id = %s AND r.type = s.type AND r.key = s.key
        """,
        [batch.source_id],
    )
    values = _named(batch.sources, source=batch.source_id, **{"import": import_id, "at": at})
    same_as_said = _same_as_said(batch, [row[1] for row in there if row[4]], values)
    outcomes: dict[int, Receipt] = {}
    for n, record_id, withdrawn, same, _has_none in there:
        unchanged = same or record_id in same_as_said
        outcome = "created" if withdrawn else "unchanged" if unchanged else "changed"
        outcomes[n] = Receipt(outcome, record_id)  # type: ignore[arg-type]
    changed = [r.id for r in outcomes.values() if r.outcome != "unchanged"]
    if changed:
        events.records_changed(parts.profiles_of(changed))  # a record may leave its profile
        versions.keep(changed, at)
        _update(batch, changed, values)
        events.records_changed(parts.profiles_of(changed))
    if len(outcomes) < batch.size:
        outcomes |= _insert(batch, values)
    return outcomes


def _same_as_said(batch: _Batch, ids: list[int], values: dict[str, Any]) -> set[int]:
    """Those of these records that are in every column what is said of them.

    For records without a digest: a person has changed them, or an erasure has emptied a state of
    them, which an undo has given back.
    """
    if not ids:
        return set()
    names = [name for name in STATE_NAMES if name not in ("parent_id", "digest")]
    there, said = (", ".join(f"{each}.{name}" for name in names) for each in "rs")
    rows = fetch(
        f"""
        WITH {_NAMED}
        SELECT r.id FROM ({_said(batch)}) s
        JOIN records_record r
          ON r.source_id = %(source)s AND r.type = s.type AND r.key = s.key
        WHERE r.id = ANY(%(these)s) AND ({there}) IS NOT DISTINCT FROM ({said})
          AND (r.parent_ref <> '' OR r.parent_id IS NULL)
        """,  # noqa: S608 - our own column names
        values | {"these": ids},
    )
    return {row[0] for row in rows}


def _update(batch: _Batch, ids: list[int | None], values: dict[str, Any]) -> None:
    assignments = ", ".join(f"{name} = s.{name}" for name in STATE_NAMES)
    run(
        f"""
        WITH {_NAMED}
        UPDATE records_record r
        SET {assignments}, import_id = %(import)s, withdrawn_at = NULL,
            known_from = greatest(%(at)s, r.known_from + interval '1 microsecond')
        FROM ({_said(batch)}) s
        WHERE r.source_id = %(source)s AND r.type = s.type AND r.key = s.key
          AND r.id = ANY(%(changed)s)
        """,  # noqa: S608
        values | {"changed": ids},
    )


def _insert(batch: _Batch, values: dict[str, Any]) -> dict[int, Receipt]:
    rows = fetch(
        f"""
        WITH {_NAMED}, fresh AS (
            INSERT INTO records_record
                (type, source_id, key, {", ".join(STATE_NAMES)}, import_id, known_from)
            SELECT s.type, %(source)s, s.key, {", ".join(f"s.{name}" for name in STATE_NAMES)},
                   %(import)s, %(at)s
            FROM ({_said(batch)}) s
            WHERE NOT EXISTS (
                SELECT FROM records_record r
                WHERE r.source_id = %(source)s AND r.type = s.type AND r.key = s.key
            )
            ORDER BY s.n
            RETURNING id, type, key, profile_id
        )
        SELECT s.n, f.id, f.profile_id FROM fresh f
        JOIN pg_temp.said_record s ON s.type = f.type AND s.key = f.key
        """,  # noqa: S608
        values,
    )
    events.records_changed(profile_id for _, _, profile_id in rows)
    return {n: Receipt("created", record_id) for n, record_id, _ in rows}


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
