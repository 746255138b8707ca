"""A dry run: the import itself, over tables of its own, and what came of it.

It takes nobody's time: no lock is held beyond a batch, no row is written that others see
(`overlay`). What would be joined is tried with the customers themselves, at most `MOST_MATCHED` of
them, in one short transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from concord.customers.actions import matching, profiles
from concord.customers.rows import fetch, from_json
from concord.customers.said import ProfileSaid
from concord.kernel.models import Source, User
from concord.kernel.time import now
from concord.records.importing import overlay
from concord.records.importing.as_before import would_be_mended
from concord.records.importing.batches import Batches, Prepared, Progress
from concord.records.importing.counts import Counts, count, nothing
from concord.records.importing.mapping import Mapping
from concord.records.importing.readers import Table
from concord.records.importing.rejected import MENDED
from concord.records.importing.steady import Steady
from concord.records.models import Import, Rejection

MOST_MATCHED: Final = 1_000
EXAMPLES: Final = 5  # of each kind
MOST_REJECTED: Final = 1_000  # rows that are handed back; the counts say how many there are


@dataclass
class Together:
    """Two customers that would be one, or about whom a person would be asked: names and sources."""

    name: str
    other: str
    other_source: str
    customer: UUID | None  # who is known already; None where both are new
    is_sure: bool


@dataclass
class Rehearsed:
    """What would happen. `finished` is False where it was stopped.

    `reasons` are rejected rows by code: how many, and the first ones. `new` and `changed` are
    examples: ("profile", name, …) and what becomes of them. `together` are those of `matched`
    customers of `to_match` who would be joined or asked about.
    """

    finished: bool
    counts: Counts
    rejected: list[Rejection] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    joined: int = 0
    asked: int = 0
    matched: int = 0
    to_match: int = 0
    together: list[Together] = field(default_factory=list)


def rehearse(
    path: Path,
    source: Source,
    mapping: Mapping,
    table: Table,
    by: User | None = None,
    progress: Progress | None = None,
    go_on: Callable[[], bool] = lambda: True,
    *,
    file: Steady,
    match: bool = True,
) -> Rehearsed:
    """What an import of this file would do: its counts are equal to those of the import itself.

    A `source` that is not there yet is not made. `go_on` is asked before each batch.
    """
    with overlay.laid() as over:
        own = Source(
            **{f.attname: getattr(source, f.attname) for f in Source._meta.concrete_fields}
        )
        if not own.pk:
            own.save(force_insert=True)
        imported = Import(source=own, file_name=path.name[:255], mapping=mapping.text, by=by)
        imported.counts, imported.started_at = nothing(), now()
        imported.save(force_insert=True)
        batches = _Rehearsal(imported, mapping, table, own, by, progress, file=file, match=False)
        batches.over, batches.go_on = over, go_on
        finished = batches.go()
        imported.refresh_from_db()
        if mended := would_be_mended(imported, over.schema):
            count(imported.counts, MENDED, "as_before", mended)
        found = _found(imported, finished)
        sample = _sample(imported.pk) if match and finished else []
    if sample:
        _match(found, source, sample)
    return found


class _Rehearsal(Batches):
    """Each batch with what is known of its customers and records copied in before."""

    over: overlay.Overlay
    go_on: Callable[[], bool]

    def _save(self, prepared: list[Prepared]) -> Any:
        if not self.go_on():
            return None
        with transaction.atomic():
            self.over.load(
                self.source, (one for row in prepared if not row.error for one in row.statements)
            )
            to_match = super()._save(prepared)
            self.over.require_untouched()
            connection.run_on_commit.clear()  # nobody is told of what has not happened
        return to_match


# What came of it


def _found(imported: Import, finished: bool) -> Rehearsed:
    rejected = list(imported.rejections.order_by("line")[:MOST_REJECTED])
    reasons = dict(
        fetch(
            "SELECT code, count(*) FROM records_rejection WHERE imported_id = %s GROUP BY code",
            [imported.pk],
        )
    )
    [(to_match,)] = fetch(
        "SELECT count(*) FROM customers_profile WHERE import_id = %s AND NOT is_stub",
        [imported.pk],
    )
    return Rehearsed(
        finished,
        imported.counts,
        rejected,
        reasons,
        new=_new(imported.pk),
        changed=_changed(imported.pk),
        to_match=to_match,
    )


def _new(import_id: int) -> list[dict[str, Any]]:
    profiles = fetch(
        """
        SELECT p.key, p.kind, p.data FROM customers_profile p
        WHERE p.import_id = %(import)s AND NOT p.is_stub AND NOT EXISTS (
            SELECT FROM customers_profileversion v WHERE v.profile_id = p.id AND NOT v.is_stub
        ) ORDER BY p.id LIMIT %(most)s
        """,
        {"import": import_id, "most": EXAMPLES},
    )
    records = fetch(
        """
        SELECT r.type, r.key, r.subject FROM records_record r
        WHERE r.import_id = %(import)s
          AND NOT EXISTS (SELECT FROM records_recordversion v WHERE v.record_id = r.id)
        ORDER BY r.id LIMIT %(most)s
        """,
        {"import": import_id, "most": EXAMPLES},
    )
    return [
        {"what": kind, "key": key, "name": _name(from_json(data), key)}
        for key, kind, data in profiles
    ] + [{"what": type, "key": key, "name": subject or key} for type, key, subject in records]


def _changed(import_id: int) -> list[dict[str, Any]]:
    """Customers and records of which something is known otherwise: from what to what."""
    profiles = fetch(
        """
        SELECT p.kind, p.key, p.data, v.data FROM customers_profile p
        JOIN LATERAL (
            SELECT data, is_stub FROM customers_profileversion v WHERE v.profile_id = p.id
            ORDER BY v.id LIMIT 1
        ) v ON NOT v.is_stub
        WHERE p.import_id = %s ORDER BY p.id LIMIT %s
        """,
        [import_id, EXAMPLES],
    )
    found = [
        {"what": kind, "key": key, "name": _name(from_json(data), key),
         "values": _differences(from_json(before), from_json(data))}
        for kind, key, data, before in profiles
    ]  # fmt: skip
    records = fetch(
        """
        SELECT r.type, r.key, r.subject,
               jsonb_build_object('subject', v.subject, 'opened', v.opened_at, 'due', v.due_at,
                   'closed', v.closed_at, 'status', v.status, 'amount', v.amount::text) || v.data,
               jsonb_build_object('subject', r.subject, 'opened', r.opened_at, 'due', r.due_at,
                   'closed', r.closed_at, 'status', r.status, 'amount', r.amount::text) || r.data
        FROM records_record r
        JOIN LATERAL (
            SELECT * FROM records_recordversion v WHERE v.record_id = r.id ORDER BY v.id LIMIT 1
        ) v ON true
        WHERE r.import_id = %s ORDER BY r.id LIMIT %s
        """,
        [import_id, EXAMPLES],
    )
    return found + [
        {"what": type, "key": key, "name": subject or key,
         "values": _differences(from_json(before), from_json(after))}
        for type, key, subject, before, after in records
    ]  # fmt: skip


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[list[str]]:
    return [
        [name, _text(before.get(name)), _text(after.get(name))]
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ][:EXAMPLES]


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case list():
            return ", ".join(map(str, value))
        case dict():
            return ", ".join(f"{name} {item}" for name, item in value.items())
        case _:
            return str(value)[:200]


def _name(data: dict[str, Any], key: str) -> str:
    both = " ".join(filter(None, (data.get("given_name"), data.get("family_name"))))
    return str(data.get("name") or data.get("name_native") or both or key)


# Who would be joined with whom


def _sample(import_id: int) -> list[ProfileSaid]:
    """Customers spread over the file, as they would be said in the end."""
    rows = fetch(
        """
        SELECT key, kind, data, unit_id FROM customers_profile
        WHERE import_id = %s AND NOT is_stub ORDER BY md5(key) LIMIT %s
        """,
        [import_id, MOST_MATCHED],
    )
    return [ProfileSaid(key, kind, from_json(data), unit) for key, kind, data, unit in rows]


def _match(found: Rehearsed, source: Source, sample: list[ProfileSaid]) -> None:
    """Matched with the real customers, in a transaction that is rolled back."""
    found.matched = len(sample)
    with transaction.atomic():
        if not source.pk:
            source = Source.objects.create(key=source.key, words=source.words)
        receipts = profiles.receive(source, sample)
        ids = [receipt.profile_id for receipt in receipts]
        before = {row[0] for row in _joined(ids)}, {row[0] for row in _asked(ids)}
        matching.match(ids)
        joined = [row for row in _joined(ids) if row[0] not in before[0]]
        asked = [row for row in _asked(ids) if row[0] not in before[1]]
        transaction.set_rollback(True)
    found.joined = len({one for one, *_ in joined})
    found.asked = len({one for one, *_ in asked})
    for is_sure, rows in ((True, joined), (False, asked)):
        for profile, name, other, other_source, customer, other_is_ours in rows[:EXAMPLES]:
            known = None if other_is_ours else customer
            del profile
            found.together.append(Together(name, other, other_source, known, is_sure))


_NAME: Final = (
    "coalesce(nullif({0}.data->>'name', ''), nullif({0}.data->>'name_native', ''),"
    " nullif(concat_ws(' ', {0}.data->>'given_name', {0}.data->>'family_name'), ''), {0}.key)"
)


def _joined(ids: list[UUID]) -> list[tuple[Any, ...]]:
    """Profile, its name, that of another profile of its customer with its source, the customer."""
    return fetch(
        f"""
        SELECT DISTINCT ON (p.id) p.id, {_NAME.format("p")}, {_NAME.format("q")}, s.key,
               mine.customer_id, q.id = ANY(%(ids)s::uuid[])
        FROM customers_membership mine
        JOIN customers_membership fellow ON fellow.customer_id = mine.customer_id
          AND fellow.known_to IS NULL AND fellow.profile_id <> mine.profile_id
        JOIN customers_profile p ON p.id = mine.profile_id
        JOIN customers_profile q ON q.id = fellow.profile_id AND q.withdrawn_at IS NULL
        JOIN kernel_source s ON s.id = q.source_id
        WHERE mine.known_to IS NULL AND mine.profile_id = ANY(%(ids)s::uuid[])
        ORDER BY p.id, q.id = ANY(%(ids)s::uuid[]), q.id
        """,  # noqa: S608 - our own words
        {"ids": ids},
    )


def _asked(ids: list[UUID]) -> list[tuple[Any, ...]]:
    return fetch(
        f"""
        SELECT DISTINCT ON (p.id) p.id, {_NAME.format("p")}, {_NAME.format("q")}, s.key,
               theirs.customer_id, q.id = ANY(%(ids)s::uuid[])
        FROM customers_pair pair
        JOIN customers_profile p
          ON p.id = CASE WHEN pair.left_id = ANY(%(ids)s::uuid[]) THEN pair.left_id
                         ELSE pair.right_id END
        JOIN customers_profile q
          ON q.id = CASE WHEN p.id = pair.left_id THEN pair.right_id ELSE pair.left_id END
        JOIN kernel_source s ON s.id = q.source_id
        JOIN customers_membership theirs ON theirs.profile_id = q.id AND theirs.known_to IS NULL
        WHERE (pair.left_id = ANY(%(ids)s::uuid[]) OR pair.right_id = ANY(%(ids)s::uuid[]))
          AND pair.doubted_id IS NULL
        ORDER BY p.id, pair.score DESC
        """,  # noqa: S608
        {"ids": ids},
    )
