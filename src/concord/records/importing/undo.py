"""An import is undone as a whole: what it said is withdrawn, what it changed is as it was before.

What another import or a person said later stays. Undone imports count as never said: undoing a
later one does not bring an earlier undone one back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.actions import withdrawals
from concord.customers.rows import fetch, run
from concord.kernel import audit, events
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now
from concord.records.actions import parts, versions
from concord.records.actions.relations import RELATIONS
from concord.records.importing.run import running
from concord.records.models import Import, ImportState, Rejection, WaitingPart
from concord.records.staging import lock_sources

Undone = dict[str, dict[str, int]]
# Imports whose word counts no more: those undone before, and this one.
_UNDONE: Final = "SELECT id FROM records_import WHERE state = 'undone'"


def undo_import(imported: Import, by: User | None) -> Undone:
    """How many of each kind were withdrawn and how many restored; once undone, nothing."""
    with running(imported), transaction.atomic():
        lock_sources([imported.source_id])
        fresh = Import.objects.select_for_update().get(pk=imported.pk)
        if fresh.state == ImportState.UNDONE:
            return {}
        at = now()
        Import.objects.filter(pk=fresh.pk).update(
            state=ImportState.UNDONE, undone_at=at, undone_by=by
        )
        hung = _hung_on(fresh.pk)
        undone = {
            "records": _records(fresh.pk, at),
            **{f"{table.part}s": _parts(table, fresh.pk, at) for table in _TABLES},
            "waiting": {"withdrawn": WaitingPart.objects.filter(import_id=fresh.pk).delete()[0]},
            "profiles": _profiles(fresh, by),
        }
        withdrawals.let_go(_unneeded(hung))
        Rejection.objects.filter(imported=fresh, resolved_at=None).update(
            resolved_at=at, resolved_by=by, resolution="undone"
        )
        audit.record(by, "records.undo_import", "import", fresh.pk, counts=undone)
    imported.refresh_from_db()
    return undone


_TABLES: Final = (*parts.TABLES.values(), RELATIONS)


def _records(import_id: int, at: datetime) -> dict[str, int]:
    rows = fetch(
        f"""
        SELECT r.id, r.profile_id, (
            SELECT v.id FROM records_recordversion v
            WHERE v.record_id = r.id AND (v.import_id IS NULL OR v.import_id NOT IN ({_UNDONE}))
            ORDER BY v.known_to DESC, v.id DESC LIMIT 1
        )
        FROM records_record r WHERE r.import_id = %s AND r.withdrawn_at IS NULL
        ORDER BY r.id FOR UPDATE OF r
        """,  # noqa: S608 - our own part
        [import_id],
    )
    versions.keep([row[0] for row in rows], at)
    withdrawn = [row[0] for row in rows if row[2] is None]
    restored = [row[0] for row in rows if row[2] is not None]
    run("UPDATE records_record SET withdrawn_at = %s WHERE id = ANY(%s)", [at, withdrawn])
    versions.restore([row[2] for row in rows if row[2] is not None], at)
    events.records_changed([row[1] for row in rows])
    events.records_changed(parts.profiles_of(restored))
    return {"withdrawn": len(withdrawn), "restored": len(restored)}


def _parts(table: parts.Table, import_id: int, at: datetime) -> dict[str, int]:
    """End what the import said last, and say again what stood there before it."""
    key = ", ".join(parts.names(table.key))
    columns = ", ".join(parts.names(table.key) + parts.names(table.says))
    ended = fetch(
        f"SELECT id FROM {table.name} WHERE import_id = %s AND known_to IS NULL FOR UPDATE",  # noqa: S608
        [import_id],
    )
    ids = [row[0] for row in ended]
    if not ids:
        return {"withdrawn": 0, "restored": 0}
    parts.end(table, ids, at)
    restored = run(
        f"""
        INSERT INTO {table.name} ({columns}, import_id, known_from)
        SELECT DISTINCT ON ({key}) {columns}, import_id, %(at)s + interval '1 microsecond'
        FROM {table.name} p
        WHERE ({key}) IN (SELECT {key} FROM {table.name} WHERE id = ANY(%(ids)s))
          AND (import_id IS NULL OR import_id NOT IN ({_UNDONE}))
        ORDER BY {key}, id DESC
        """,  # noqa: S608
        {"at": at, "ids": ids},
    )
    return {"withdrawn": len(ids) - restored, "restored": restored}


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


def _profiles(imported: Import, by: User | None) -> dict[str, int]:
    """Customers on whom something else still hangs become stubs that wait."""
    needed = fetch(
        f"SELECT p.id FROM customers_profile p WHERE p.import_id = %s AND ({_HANGS})",  # noqa: S608
        [imported.pk],
    )
    undone = Import.objects.filter(source_id=imported.source_id, state=ImportState.UNDONE)
    counts = withdrawals.withdraw(
        imported.pk,
        by,
        needed=[row[0] for row in needed],
        undone=list(undone.values_list("pk", flat=True)),
    )
    return {"withdrawn": counts.withdrawn, "restored": counts.restored}


def _hung_on(import_id: int) -> list[UUID]:
    """The profiles on which what this import said hangs."""
    rows = fetch(
        """
        SELECT profile_id FROM records_record WHERE import_id = %(import)s
        UNION SELECT from_profile_id FROM customers_relationship WHERE import_id = %(import)s
        UNION SELECT to_profile_id FROM customers_relationship WHERE import_id = %(import)s
        """,
        {"import": import_id},
    )
    return [row[0] for row in rows]


def _unneeded(profile_ids: list[UUID]) -> list[UUID]:
    rows = fetch(
        f"SELECT p.id FROM customers_profile p WHERE p.id = ANY(%s) AND NOT ({_HANGS})",  # noqa: S608
        [profile_ids],
    )
    return [row[0] for row in rows]


def refuse_undone(imported: Import) -> None:
    if imported.state == ImportState.UNDONE:
        raise Problem(
            _("This import has been undone."),
            place=imported.file_name,
            mend=_("Import the file again."),
        )
