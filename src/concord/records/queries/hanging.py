"""How much hangs on profiles: what moves with them when customers are joined or parted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from concord.customers.hanging import Hanging
from concord.customers.rows import fetch
from concord.customers.stakes import Sides, Stake
from concord.kernel.access import Viewer
from concord.records import types


def hanging(viewer: Viewer, profiles: Collection[UUID]) -> dict[UUID, Hanging]:
    """The records of each profile that the viewer may see. One query.

    Open is what has a status that would close it, and is not closed: a note never is.
    """
    return _hanging(profiles, None if viewer.unit_ids is None else sorted(viewer.unit_ids))


def open_at_stake(questions: Sequence[Sides]) -> list[Stake]:
    """The open records of both sides of each question, whoever may see them. One query."""
    found = _hanging({each for one in questions for each in one.together.profiles}, None)
    return [
        Stake(open=sum(found[each].open for each in one.together.profiles if each in found))
        for one in questions
    ]


def _hanging(profiles: Collection[UUID], units: list[int] | None) -> dict[UUID, Hanging]:
    working = {
        key: [status.key for status in declared.statuses if status.closes]
        for key, declared in types.all_types().items()
        if any(status.closes for status in declared.statuses)
    }
    rows = fetch(
        """
        SELECT profile_id, count(*),
               count(*) FILTER (WHERE closed_at IS NULL AND type = ANY(%(working)s)
                                  AND (type || ' ' || status) <> ALL(%(closing)s))
        FROM records_record
        WHERE profile_id = ANY(%(profiles)s::uuid[]) AND withdrawn_at IS NULL
          AND (%(units)s::bigint[] IS NULL OR unit_id IS NULL OR unit_id = ANY(%(units)s))
        GROUP BY profile_id
        """,
        {
            "working": list(working),
            "closing": [f"{key} {status}" for key, some in working.items() for status in some],
            "profiles": list(profiles),
            "units": units,
        },
    )
    return {profile: Hanging(records, open_) for profile, records, open_ in rows}
