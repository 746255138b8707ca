"""The chain over append-only logs: evidence of what was changed, removed or inserted afterwards.

The database links rows by SHA-256 (`kernel_seal`, written by functions of the owner): rare logs row
by row as they are written, by a trigger; the audit and the answers in batches by a job, so that
nobody waits for anybody. Whoever owns the machine can still rewrite all of it, chain and all:
against that a head of the chain (`heads`) is kept elsewhere, and asked for later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from concord.kernel.models import Seal

LEAF: Final = 16  # bytes of a row's digest that are kept
BATCH: Final = 1_000  # rows of one seal
FIRST: Final = "0" * 64

Excuse = Callable[[Collection[str]], Collection[str]]


@dataclass(frozen=True, slots=True)
class Log:
    """`erased` is SQL: whether an erasure has taken words out of a row. `ended` names those of some
    ids whose time was over, so that they were removed as announced."""

    table: str
    erased: str = "false"
    ended: Excuse = lambda ids: ()


@dataclass(frozen=True, slots=True)
class Break:
    """`kind` is changed, removed, inserted (rows, by `id`), or seal (a link, by its number)."""

    log: str
    kind: str
    id: str
    sealed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """`excused` rows were emptied by an erasure or their time was over; `open` ones are not sealed
    yet."""

    log: str
    rows: int
    excused: int
    open: int
    breaks: tuple[Break, ...]


_logs: dict[str, Log] = {}


def register(log: Log) -> None:
    """A log that is chained; at start-up."""
    _logs[log.table] = log


def logs() -> Mapping[str, Log]:
    return _logs


def seal() -> int:
    """Seal what is not sealed yet of every log; bears being run twice and beside itself."""
    return sum(_seal(table) for table in _logs)


def _seal(table: str) -> int:
    done = 0
    while made := _call("SELECT seal_log(%s, %s)", table, BATCH):
        done += made
        if made < BATCH:
            break
    return done


def heads() -> dict[str, str]:
    """The last link of each log: kept elsewhere, it proves all before it."""
    found = Seal.objects.order_by("log", "-id").distinct("log").values_list("log", "digest")
    return dict(found)


def verify(known: Mapping[str, str] | None = None) -> Iterator[Verified]:
    """Each log, held against its chain. `known` are heads that were kept elsewhere."""
    for log in _logs.values():
        yield _verify(log, (known or {}).get(log.table, ""))


def digest_of(previous: str, log: str, ids: list[str], columns: list[str], leaves: bytes) -> str:
    """The digest of a link, as the database makes it."""
    said = "\n".join([previous, log, ",".join(ids), ",".join(columns)])
    return hashlib.sha256(said.encode() + leaves).hexdigest()


def _verify(log: Log, known: str) -> Verified:
    breaks: list[Break] = []
    rows = excused = 0
    before, seen = FIRST, not known
    for link in Seal.objects.filter(log=log.table).order_by("id").iterator(chunk_size=100):
        leaves = bytes(link.leaves)
        digest = digest_of(link.previous, link.log, link.ids, link.columns, leaves)
        if link.previous != before or link.digest != digest:
            breaks.append(Break(log.table, "seal", str(link.pk), link.at))
        before, seen = link.digest, seen or link.digest == known
        found, forgiven = _rows(log, link, leaves)
        breaks += found
        rows, excused = rows + len(link.ids), excused + forgiven
    if not seen:
        breaks.append(Break(log.table, "seal", known))
    inserted, open_ = _unsealed(log)
    breaks += [Break(log.table, "inserted", each) for each in inserted]
    return Verified(log.table, rows, excused, open_, tuple(breaks))


def _rows(log: Log, link: Seal, leaves: bytes) -> tuple[list[Break], int]:
    """The rows of a link that are no longer what they were, and how many of them were excused."""
    sealed = {key: leaves[at * LEAF : (at + 1) * LEAF] for at, key in enumerate(link.ids)}
    now = _leaves(log.table, link.ids, link.columns)
    gone = [key for key in link.ids if key not in now]
    other = [key for key, leaf in sealed.items() if key in now and now[key] != leaf]
    ended, emptied = set(log.ended(gone) if gone else ()), set(_emptied(log, other))
    breaks = [Break(log.table, "removed", key, link.at) for key in gone if key not in ended]
    breaks += [Break(log.table, "changed", key, link.at) for key in other if key not in emptied]
    return breaks, len(ended) + len(emptied)


def _leaves(table: str, ids: list[str], columns: list[str]) -> dict[str, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, leaf FROM log_leaves(%s, %s, %s)", [table, ids, columns])
        return {key: bytes(leaf) for key, leaf in cursor.fetchall()}


def _emptied(log: Log, ids: list[str]) -> list[str]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id::text FROM {log.table} WHERE id::text = ANY(%s) AND {log.erased}",  # noqa: S608 - our own names
            [ids],
        )
        return [key for (key,) in cursor.fetchall()]


def _unsealed(log: Log) -> tuple[list[str], int]:
    """Rows in no link: those that stand before the last sealed one were put there afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH sealed AS MATERIALIZED (
                SELECT unnest(ids) AS id FROM kernel_seal WHERE log = %s),
            last AS (SELECT (SELECT o.id FROM {log.table} o JOIN sealed ON sealed.id = o.id::text
                             ORDER BY o.id DESC LIMIT 1) AS id)
            SELECT t.id::text, coalesce(t.id < last.id, false) FROM {log.table} t, last
            WHERE NOT EXISTS (SELECT FROM sealed WHERE sealed.id = t.id::text)
            """,  # noqa: S608 - our own names
            [log.table],
        )
        found = cursor.fetchall()
    return [key for key, is_before in found if is_before], sum(not b for _key, b in found)


@transaction.atomic
def _call(statement: str, *parameters: str | int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return int(row[0]) if row else 0
