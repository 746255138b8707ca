"""What an undo does to the rows of an import, kind by kind, some thousand at a time.

A row whose word was this import's is withdrawn, or becomes again what it was before: what an import
or a person said before, unless that import has been undone, too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from concord.customers.actions import departures, withdrawals
from concord.customers.rows import fetch, run
from concord.kernel import events
from concord.kernel.time import now
from concord.records.actions import parts, versions
from concord.records.actions.relations import RELATIONS
from concord.records.models import Import

Counts = dict[str, int]  # `withdrawn` and `restored`
Ids = list[Any]
# Imports whose word counts no more: those undone before, and those that are being undone.
_UNDONE: Final = "SELECT id FROM records_import WHERE state IN ('undone', 'undoing')"


@dataclass(frozen=True)
class Kind:
    """Rows of one table: those that hold now because the import said so, in the order of ids."""

    name: str
    table: str
    is_alive: str
    lowest: Any
    take_back: Callable[[int, Ids], Counts]

    def following(self, import_id: int, after: Any, most: int) -> Ids:
        rows = fetch(
            f"""
            SELECT id FROM {self.table}
            WHERE import_id = %s AND {self.is_alive} AND id > %s ORDER BY id LIMIT %s
            """,  # noqa: S608 - our own names
            [import_id, after, most],
        )
        return [row[0] for row in rows]

    def size(self, import_id: int) -> int:
        """How many there are."""
        found = fetch(
            f"SELECT count(*) FROM {self.table} WHERE import_id = %s AND {self.is_alive}",  # noqa: S608
            [import_id],
        )
        return int(found[0][0])


def _records(import_id: int, ids: Ids) -> Counts:
    rows = fetch(
        f"""
        SELECT r.id, r.profile_id, (
            SELECT v.id FROM records_recordversion v
            WHERE v.record_id = r.id AND (v.import_id IS NULL OR v.import_id NOT IN ({_UNDONE}))
            ORDER BY v.known_to DESC, v.id DESC LIMIT 1
        )
        FROM records_record r
        WHERE r.id = ANY(%s) AND r.import_id = %s AND r.withdrawn_at IS NULL
        ORDER BY r.id FOR UPDATE OF r
        """,  # noqa: S608 - our own part
        [ids, import_id],
    )
    at = now()
    versions.keep([row[0] for row in rows], at)
    withdrawn = [row[0] for row in rows if row[2] is None]
    restored = [row[0] for row in rows if row[2] is not None]
    run("UPDATE records_record SET withdrawn_at = %s WHERE id = ANY(%s)", [at, withdrawn])
    versions.restore([row[2] for row in rows if row[2] is not None], at)
    events.records_changed([row[1] for row in rows])
    back_on = parts.profiles_of(restored)
    events.records_changed(back_on)
    departures.wait_again(back_on, at)
    let_go(_ever_on([row[0] for row in rows]))
    return {"withdrawn": len(withdrawn), "restored": len(restored)}


def _ever_on(records: Ids) -> Ids:
    """The profiles on which these records hang or have hung: a later import may have moved them
    from one that has waited for nothing since."""
    rows = fetch(
        """
        SELECT profile_id FROM records_record WHERE id = ANY(%(ids)s)
        UNION SELECT profile_id FROM records_recordversion WHERE record_id = ANY(%(ids)s)
        """,
        {"ids": records},
    )
    return [row[0] for row in rows]


def _parts(table: parts.Table, import_id: int, ids: Ids) -> Counts:
    """End what the import said last, and say again what stood there before it."""
    key = ", ".join(parts.names(table.key))
    columns = ", ".join(parts.names(table.key) + parts.names(table.says))
    alive = fetch(
        f"""
        SELECT id FROM {table.name}
        WHERE id = ANY(%s) AND import_id = %s AND known_to IS NULL ORDER BY id FOR UPDATE
        """,  # noqa: S608
        [ids, import_id],
    )
    ended, at = [row[0] for row in alive], now()
    if not ended:
        return {"withdrawn": 0, "restored": 0}
    parts.end(table, ended, at)
    restored = _say_again(table, key, columns, ended, at)
    if table is RELATIONS:
        departures.wait_again(_ends(restored), at)
        let_go(_ends(ended))
    return {"withdrawn": len(ended) - len(restored), "restored": len(restored)}


def _say_again(table: parts.Table, key: str, columns: str, ended: Ids, at: datetime) -> Ids:
    rows = fetch(
        f"""
        INSERT INTO {table.name} ({columns}, import_id, known_from)
        SELECT DISTINCT ON ({key}) {columns}, import_id, %(at)s + interval '1 microsecond'
        FROM {table.name} p
        WHERE ({key}) IN (SELECT {key} FROM {table.name} WHERE id = ANY(%(ids)s))
          AND (import_id IS NULL OR import_id NOT IN ({_UNDONE}))
        ORDER BY {key}, id DESC
        RETURNING id
        """,  # noqa: S608
        {"at": at, "ids": ended},
    )
    return [row[0] for row in rows]


# Something hangs on a profile `p`: a record, or a relationship at either end.
_HANGS: Final = """
    EXISTS (SELECT FROM records_record r WHERE r.profile_id = p.id AND r.withdrawn_at IS NULL)
    OR EXISTS (
        SELECT FROM customers_relationship c WHERE c.from_profile_id = p.id AND c.known_to IS NULL
    )
    OR EXISTS (
        SELECT FROM customers_relationship c WHERE c.to_profile_id = p.id AND c.known_to IS NULL
    )
"""


def _profiles(import_id: int, ids: Ids) -> Counts:
    """Customers on whom something else still hangs become stubs that wait."""
    needed = fetch(
        f"SELECT p.id FROM customers_profile p WHERE p.id = ANY(%s) AND ({_HANGS})",  # noqa: S608
        [ids],
    )
    undone = fetch(
        f"{_UNDONE} AND source_id = (SELECT source_id FROM records_import WHERE id = %s)",  # noqa: S608
        [import_id],
    )
    counts = withdrawals.take_back(
        import_id,
        ids,
        needed=[row[0] for row in needed],
        undone=[row[0] for row in undone],
    )
    let_go(ids)
    return {"withdrawn": counts.withdrawn, "restored": counts.restored}


def _ends(relationships: Ids) -> list[UUID]:
    rows = fetch(
        """
        SELECT from_profile_id FROM customers_relationship WHERE id = ANY(%(ids)s)
        UNION SELECT to_profile_id FROM customers_relationship WHERE id = ANY(%(ids)s)
        """,
        {"ids": relationships},
    )
    return [row[0] for row in rows]


def let_go(profile_ids: Collection[UUID]) -> None:
    """Stubs on which nothing hangs any more are taken back, too."""
    rows = fetch(
        f"""
        SELECT p.id FROM customers_profile p
        WHERE p.id = ANY(%s) AND p.is_stub AND p.withdrawn_at IS NULL AND NOT ({_HANGS})
        """,  # noqa: S608
        [list(profile_ids)],
    )
    if rows:
        withdrawals.let_go([row[0] for row in rows])


RECORDS: Final = Kind("records", "records_record", "withdrawn_at IS NULL", 0, _records)
LINES, LINKS, ALLOCATIONS, RELATIONSHIPS = (
    Kind(f"{table.part}s", table.name, "known_to IS NULL", 0, partial(_parts, table))
    for table in (parts.LINES, parts.LINKS, parts.ALLOCATIONS, RELATIONS)
)
PROFILES: Final = Kind(
    "profiles", "customers_profile", "withdrawn_at IS NULL", UUID(int=0), _profiles
)
# What hangs on something is taken back before that.
KINDS: Final[Sequence[Kind]] = (RECORDS, LINES, LINKS, ALLOCATIONS, RELATIONSHIPS, PROFILES)


def nothing_yet() -> dict[str, Counts]:
    return {kind.name: {"withdrawn": 0, "restored": 0} for kind in KINDS} | {
        "waiting": {"withdrawn": 0}
    }


def counted(imported_id: int, kind: str, counts: Counts) -> Import:
    """The import with what has been taken back of it, inside the caller's transaction."""
    imported = Import.objects.select_for_update().get(pk=imported_id)
    of_kind = imported.undo_counts.setdefault(kind, {"withdrawn": 0, "restored": 0})
    for name, number in counts.items():
        of_kind[name] = of_kind.get(name, 0) + number
    imported.undo_done += sum(counts.values())
    imported.save(update_fields=["undo_counts", "undo_done"])
    return imported
