"""What the rows of a batch give is received: profiles first, then what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from concord.customers.actions import profiles
from concord.customers.said import ProfileSaid
from concord.kernel.models import Source, User
from concord.records.actions import relations
from concord.records.actions.receive import receive
from concord.records.actions.relations import RelationSaid
from concord.records.importing.convert import Statement
from concord.records.importing.undo import make_way
from concord.records.said import AllocationSaid, LineSaid, LinkSaid, RecordSaid
from concord.records.staging import lock_sources

KIND = {
    ProfileSaid: "profiles",
    RecordSaid: "records",
    LineSaid: "lines",
    LinkSaid: "links",
    AllocationSaid: "allocations",
    RelationSaid: "relationships",
}
_OF_RECORDS = frozenset({RecordSaid, LineSaid, LinkSaid, AllocationSaid})


@dataclass
class Applied:
    """For each row the kind and outcome of each statement; the profiles that wait to be matched."""

    outcomes: list[list[tuple[str, str]]]
    to_match: set[UUID] = field(default_factory=set)


def apply(
    source: Source, rows: Sequence[Sequence[Statement]], import_id: int, by: User | None
) -> Applied:
    """Inside the caller's transaction."""
    lock_sources([source.pk])
    make_way(source, (one for row in rows for one in row))
    applied = Applied([[] for _ in rows])
    _profiles(source, rows, import_id, by, applied)
    said = [(n, one) for n, row in enumerate(rows) for one in row if type(one) in _OF_RECORDS]
    receipts = receive(source, [one for _, one in said], import_id=import_id) if said else []  # type: ignore[misc]
    for (n, one), receipt in zip(said, receipts, strict=True):
        applied.outcomes[n].append((KIND[type(one)], receipt.outcome))
    related = [(n, one) for n, row in enumerate(rows) for one in row if type(one) is RelationSaid]
    receipts = relations.receive(source, [one for _, one in related], import_id=import_id)
    for (n, _), receipt in zip(related, receipts, strict=True):
        applied.outcomes[n].append(("relationships", receipt.outcome))
    return applied


def _profiles(
    source: Source,
    rows: Sequence[Sequence[Statement]],
    import_id: int,
    by: User | None,
    applied: Applied,
) -> None:
    """One word a key: rows that each say a part of one customer are put together first."""
    whole: dict[str, ProfileSaid] = {}
    said_by: dict[str, list[int]] = {}
    for n, row in enumerate(rows):
        for one in row:
            if type(one) is ProfileSaid:
                whole[one.key] = _together(whole.get(one.key), one)
                said_by.setdefault(one.key, []).append(n)
    if not whole:
        return
    receipts = profiles.receive(source, list(whole.values()), import_id=import_id, by=by)
    for key, receipt in zip(whole, receipts, strict=True):
        for n in said_by[key]:
            applied.outcomes[n].append(("profiles", receipt.outcome))
        if receipt.outcome != "unchanged":
            applied.to_match.add(receipt.profile_id)


def _together(before: ProfileSaid | None, one: ProfileSaid) -> ProfileSaid:
    if before is None or not one.partial:
        return one
    data = {**before.data, **one.data}
    for name in ("ids", "other"):
        if name in before.data and name in one.data:
            data[name] = {**before.data[name], **one.data[name]}
    return replace(one, data=data, partial=before.partial)
