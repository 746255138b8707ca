"""Lines, links and allocations: what joins records, or divides them.

A part whose record nobody has told us of yet waits under its name, and is received when that
record arrives: the order of files does not matter and nothing is lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers.rows import copy_line, fetch, from_json, run
from concord.kernel import events
from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.records import access
from concord.records.models import Part
from concord.records.said import (
    AllocationSaid,
    LineSaid,
    LinkSaid,
    Outcome,
    PartSaid,
    Receipt,
    Ref,
    dump,
    part_from_json,
    part_to_json,
)
from concord.records.staging import stage


@dataclass(frozen=True)
class Table:
    """Where parts of one kind are kept: by which columns one is known, and what it says."""

    part: str
    name: str
    key: tuple[str, ...]
    says: tuple[str, ...]


LINES: Final = Table(
    Part.LINE.value,
    "records_recordline",
    ("record_id bigint", "key text"),
    (
        "product text",
        "quantity numeric(18,4)",
        "unit_price numeric(20,4)",
        "amount numeric(20,4)",
        "data jsonb",
    ),
)
LINKS: Final = Table(
    Part.LINK.value,
    "records_recordlink",
    ("from_record_id bigint", "role text", "to_record_id bigint"),
    (),
)
ALLOCATIONS: Final = Table(
    Part.ALLOCATION.value,
    "records_allocation",
    ("source_id bigint", "key text"),
    ("payment_id bigint", "invoice_id bigint", "amount numeric(20,4)", "at date"),
)
TABLES: Final = {LineSaid: LINES, LinkSaid: LINKS, AllocationSaid: ALLOCATIONS}
BY_PART: Final = {table.part: table for table in TABLES.values()}


def names(columns: Iterable[str]) -> list[str]:
    return [column.split()[0] for column in columns]


def refs_of(said: PartSaid) -> tuple[Ref, ...]:
    match said:
        case LineSaid():
            return (said.record,)
        case LinkSaid():
            return (said.from_record, said.to_record)
        case AllocationSaid():
            return (said.payment, said.invoice)


def profiles_of(record_ids: Iterable[int | None]) -> list[UUID]:
    ids = list(record_ids)
    if not ids:
        return []
    rows = fetch("SELECT DISTINCT profile_id FROM records_record WHERE id = ANY(%s)", [ids])
    return [row[0] for row in rows]


def receive(
    source: Source,
    sources: Mapping[str, Source],
    said: Sequence[tuple[int, PartSaid]],
    import_id: int | None,
    at: datetime,
) -> dict[int, Receipt]:
    """Called by `actions.receive`, which holds the lock on the sources."""
    found = find(sources, {ref for _, one in said for ref in refs_of(one)})
    complete = [(n, one) for n, one in said if all(ref in found for ref in refs_of(one))]
    waiting = [(n, one) for n, one in said if not all(ref in found for ref in refs_of(one))]
    receipts: dict[int, Receipt] = {}
    for kind, table in TABLES.items():
        rows = [(n, _row(source, one, found)) for n, one in complete if isinstance(one, kind)]
        if rows:
            outcomes = write(table, rows, import_id, at)
            receipts |= {n: Receipt(outcome) for n, outcome in outcomes.items()}
    touched = {
        found[ref] for n, one in complete if receipts[n].outcome != "unchanged"
        for ref in refs_of(one)
    }  # fmt: skip
    events.records_changed(profiles_of(touched))
    if waiting:
        receipts |= _keep_waiting(source, sources, waiting, found, import_id, at)
    return receipts


def require_lines_of(source: Source, others: Iterable[str]) -> None:
    """Raises Problem where `source` has no say in the lines of records of one of these sources: a
    line is known by its record and its key alone, so that it would overwrite theirs."""
    for other in Source.objects.filter(key__in=set(others) - {"", source.key}).order_by("key"):
        if not access.in_the_same_hands(source, other):
            raise Problem(
                _(
                    "“%(source)s” cannot say what the lines of records of “%(other)s” are: others"
                    " answer for these."
                )
                % {"source": source, "other": other},
                place=source.key,
                mend=_(
                    "Import them as lines of its own records, or give both sources to the same"
                    " department and the same person."
                ),
                code="others",
            )


def find(sources: Mapping[str, Source], refs: Iterable[Ref]) -> dict[Ref, int]:
    """The ids of the records that are known, withdrawn ones included: their key may come back."""
    by_source: dict[str, list[Ref]] = {}
    for ref in refs:
        by_source.setdefault(ref.source, []).append(ref)
    found: dict[Ref, int] = {}
    for name, wanted in by_source.items():
        rows = fetch(
            """
            SELECT w.n, r.id FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS w(type, key, n)
            JOIN records_record r ON r.source_id = %s AND r.type = w.type AND r.key = w.key
            """,
            [[ref.type for ref in wanted], [ref.key for ref in wanted], sources[name].pk],
        )
        found |= {wanted[n - 1]: record_id for n, record_id in rows}
    return found


def write(
    table: Table, rows: list[tuple[int, tuple[Any, ...]]], import_id: int | None, at: datetime
) -> dict[int, Outcome]:
    """End what says something else now, and add what is new; the last word on a key holds."""
    latest = {row[: len(table.key)]: n for n, row in rows}
    fresh = [(n, *row) for n, row in rows if latest[row[: len(table.key)]] == n]
    stage(f"said_{table.part}", ("n integer", *table.key, *table.says), map(copy_line, fresh))
    same_key = " AND ".join(f"p.{name} = s.{name}" for name in names(table.key))
    says = names(table.says)
    differs = " OR ".join(f"p.{name} IS DISTINCT FROM s.{name}" for name in says) or "FALSE"
    values = {"import": import_id, "at": at}
    there = fetch(
        f"""
        SELECT s.n, p.id, {differs} FROM pg_temp.said_{table.part} s
        JOIN {table.name} p ON {same_key} AND p.known_to IS NULL
        """  # noqa: S608 - our own names
    )
    ended = [part_id for _, part_id, changed in there if changed]
    end(table, ended, at)
    columns = ", ".join(names(table.key) + says)
    chosen = ", ".join(f"s.{name}" for name in names(table.key) + says)
    run(
        f"""
        INSERT INTO {table.name} ({columns}, import_id, known_from)
        SELECT {chosen}, %(import)s,
               greatest(%(at)s, (SELECT max(p.known_to) FROM {table.name} p WHERE {same_key}))
        FROM pg_temp.said_{table.part} s
        WHERE NOT EXISTS (SELECT FROM {table.name} p WHERE {same_key} AND p.known_to IS NULL)
        ORDER BY s.n
        """,  # noqa: S608
        values,
    )
    outcomes: dict[int, Outcome] = {n: "created" for n, *_ in fresh}
    outcomes |= {n: "changed" if changed else "unchanged" for n, _, changed in there}
    return {n: outcomes.get(n, "unchanged") for n, _ in rows}


def end(table: Table, ids: list[int], at: datetime) -> None:
    """These parts are known no more from `at` on."""
    if ids:
        run(
            f"""
            UPDATE {table.name}
            SET known_to = greatest(%s, known_from + interval '1 microsecond')
            WHERE id = ANY(%s)
            """,  # noqa: S608
            [at, ids],
        )


def receive_waiting(source: Source, at: datetime) -> None:
    """Parts that waited for one of the records just staged in `said_record` are received."""
    rows = fetch(
        """
        DELETE FROM records_waitingpart w USING pg_temp.said_record s
        WHERE w.wants_source_id = %s AND w.wants_type = s.type AND w.wants_key = s.key
        RETURNING w.id, w.source_id, w.import_id, w.part, w.said
        """,
        [source.pk],
    )
    if not rows:
        return
    speakers = Source.objects.in_bulk({row[1] for row in rows})
    everyone = {one.key: one for one in Source.objects.all()}
    groups: dict[tuple[int, int | None], list[PartSaid]] = {}
    for _id, source_id, import_id, part, said in sorted(rows):
        groups.setdefault((source_id, import_id), []).append(part_from_json(part, from_json(said)))
    for (source_id, import_id), said in groups.items():
        speaker = speakers[source_id]
        receive(speaker, everyone | {"": speaker}, list(enumerate(said)), import_id, at)


def _row(source: Source, said: PartSaid, found: Mapping[Ref, int]) -> tuple[Any, ...]:
    match said:
        case LineSaid():
            return (
                found[said.record],
                said.key,
                said.product,
                said.quantity,
                said.unit_price,
                said.amount,
                dump(said.data),
            )
        case LinkSaid():
            return (found[said.from_record], said.role, found[said.to_record])
        case AllocationSaid():
            return (
                source.pk,
                said.key,
                found[said.payment],
                found[said.invoice],
                said.amount,
                said.at,
            )


def _keep_waiting(
    source: Source,
    sources: Mapping[str, Source],
    said: list[tuple[int, PartSaid]],
    found: Mapping[Ref, int],
    import_id: int | None,
    at: datetime,
) -> dict[int, Receipt]:
    rows = []
    for n, one in said:
        wants = next(ref for ref in refs_of(one) if ref not in found)
        content = dump(part_to_json(one))
        digest = hashlib.blake2b(content.encode(), digest_size=16).digest()
        part = TABLES[type(one)].part
        rows.append((n, part, sources[wants.source].pk, wants.type, wants.key, content, digest))
    columns = (
        "n integer",
        "part text",
        "wants_source_id bigint",
        "wants_type text",
        "wants_key text",
        "said jsonb",
        "digest bytea",
    )
    stage("said_waiting", columns, map(copy_line, rows))
    fresh = fetch(
        f"""
        WITH fresh AS (
            INSERT INTO records_waitingpart
                ({", ".join(names(columns[1:]))}, source_id, import_id, since)
            SELECT {", ".join(names(columns[1:]))}, %s, %s, %s
            FROM pg_temp.said_waiting ORDER BY n
            ON CONFLICT DO NOTHING RETURNING part, digest
        )
        SELECT min(s.n) FROM fresh f
        JOIN pg_temp.said_waiting s ON s.part = f.part AND s.digest = f.digest
        GROUP BY f.part, f.digest
        """,  # noqa: S608
        [source.pk, import_id, at],
    )
    new = {row[0] for row in fresh}
    return {n: Receipt("waiting" if n in new else "unchanged") for n, _ in said}
