"""A customer's timeline: the records of every department, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers import queries as customers
from concord.customers.rows import fetch
from concord.kernel.access import Viewer
from concord.kernel.errors import Problem
from concord.records.queries.items import TimelineItem, items
from concord.records.types import all_types
from concord.ui.paging import Page, decode, encode


def timeline(
    viewer: Viewer,
    customer_id: UUID,
    *,
    types: Sequence[str] | None = None,
    department: str | None = None,
    members: Sequence[UUID] | None = None,
    cursor: str | None = None,
    limit: int = 30,
) -> Page[TimelineItem]:
    """The records of all member profiles. Two queries, and where `members` are not given two more;
    the arguments are those of `timeline_ids`.
    """
    found = timeline_ids(
        viewer,
        customer_id,
        types=types,
        department=department,
        members=members,
        cursor=cursor,
        limit=limit,
    )
    shown = items(viewer, found.items)
    return Page([shown[each] for each in found.items], found.next)


def timeline_ids(
    viewer: Viewer,
    customer_id: UUID,
    *,
    types: Sequence[str] | None = None,
    department: str | None = None,
    members: Sequence[UUID] | None = None,
    cursor: str | None = None,
    limit: int = 30,
) -> Page[int]:
    """The ids of those records, for who loads them together with others.

    Undated ones come first, then by `opened`, the latest first.
    `members` are the customer's profiles, where the caller has asked for them already.
    Each profile's index gives its own latest records, so the cost does not grow with the history.
    """
    members = customers.member_ids(customer_id) if members is None else list(members)
    kinds = _kinds(types, department)
    parameters: dict[str, Any] = {
        "members": members,
        "types": kinds,
        "units": None if viewer.unit_ids is None else sorted(viewer.unit_ids),
        "limit": limit + 1,
    }
    after, place = _after(cursor)
    rows = fetch(
        f"""
        SELECT r.id, r.opened_at FROM unnest(%(members)s::uuid[]) AS member(id)
        CROSS JOIN LATERAL (
            SELECT id, opened_at FROM records_record r
            WHERE r.profile_id = member.id AND r.withdrawn_at IS NULL
              AND (%(types)s::text[] IS NULL OR r.type = ANY(%(types)s))
              AND (%(units)s::bigint[] IS NULL OR r.unit_id IS NULL OR r.unit_id = ANY(%(units)s))
              AND {after}
            ORDER BY r.opened_at DESC, r.id DESC LIMIT %(limit)s
        ) r
        ORDER BY r.opened_at DESC, r.id DESC LIMIT %(limit)s
        """,  # noqa: S608 - one of three conditions of ours
        parameters | place,
    )
    shown = rows[:limit]
    ids = [row[0] for row in shown]
    return Page(ids, _place(*shown[-1]) if len(rows) > limit else "")


def _kinds(wanted: Sequence[str] | None, department: str | None) -> list[str] | None:
    if department is None:
        return list(wanted) if wanted is not None else None
    of_department = [t.key for t in all_types().values() if t.department == department]
    return [key for key in of_department if wanted is None or key in wanted]


def _place(record_id: int, opened: date | None) -> str:
    return encode(opened.isoformat() if opened else None, record_id)


def _after(cursor: str | None) -> tuple[str, dict[str, Any]]:
    """What comes after the cursor in `opened DESC (nulls first), id DESC`."""
    if not cursor:
        return "TRUE", {}
    opened, record_id = place_after(cursor)
    if opened is None:
        return "(r.opened_at IS NOT NULL OR r.id < %(after_id)s)", {"after_id": record_id}
    return (
        "(r.opened_at, r.id) < (%(after_day)s, %(after_id)s)",
        {"after_day": opened, "after_id": record_id},
    )


def place_after(cursor: str) -> tuple[date | None, int]:
    """The day and the id of the last row that was shown."""
    day, record_id = decode(cursor, str | None, int)
    try:
        return date.fromisoformat(day) if day is not None else None, record_id
    except ValueError:
        raise Problem(
            _("This place in the list is not one that we gave out."),
            place="cursor",
            mend=_("Open the list again from its first page."),
        )
