"""What a source says of its customers, received in bulk.

Both actions may be repeated without harm, and several may run at once over the same keys:
rows that are new come in first, in the order of their keys, then rows are locked in that order,
then customers in the order of their ids, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeVar
from uuid import UUID

from django.db import transaction

from concord.customers.actions import versions
from concord.customers.actions.golden import (
    CUSTOMER,
    FEW,
    FOUND,
    TYPES,
    Founding,
    customer_row,
    lock_customers_of,
    refresh,
)
from concord.customers.golden import Said
from concord.customers.models import Kind
from concord.customers.rights.keys import refuse_erased, spoke_of_erased
from concord.customers.rows import (
    SPLIT,
    Found,
    as_json,
    columns,
    copy,
    from_json,
    run,
    split,
    together,
)
from concord.customers.said import (
    ProfileSaid,
    attributes,
    digest,
    merged,
    require_key,
    with_values,
)
from concord.customers.survivorship import SHIPPED
from concord.kernel.ids import new_id
from concord.kernel.memory import uncollected
from concord.kernel.models import Source, User
from concord.kernel.prepared import Asked, Prepared, UnderWay, under_way
from concord.kernel.time import now

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)
Outcome = Literal["created", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Receipt:
    profile_id: UUID
    outcome: Outcome


class New(NamedTuple):
    """A profile that was not there, as it is written."""

    id: UUID
    kind: str
    data: Mapping[str, Any]
    digest: bytes
    founding: Founding


class Coming(Protocol[_T_co]):
    """One who is new and matched before anybody sees them.

    `asks` is answered once their row is written; while they `look` at the rows of that, the server
    does what `writes` says, and what they say then.
    """

    @property
    def asks(self) -> Sequence[Asked]: ...

    @property
    def writes(self) -> Sequence[Asked]: ...

    def look(self, found: Found, way: UnderWay) -> _T_co: ...


@dataclass(slots=True)
class _State:
    """A profile as it is in the database, or shall be."""

    id: UUID
    kind: str
    data: dict[str, Any]
    unit_id: int | None
    pins: list[str]
    digest: bytes
    is_stub: bool = False
    withdrawn_at: datetime | None = None
    known_from: datetime | None = None
    import_id: int | None = None
    is_new: bool = False


@dataclass(slots=True)
class _Batch:
    source: Source
    import_id: int | None
    at: datetime
    are_matched: bool = False  # at once, before anybody sees them
    before: dict[str, _State] = field(default_factory=dict)
    after: dict[str, _State] = field(default_factory=dict)


@uncollected()
@transaction.atomic
def receive(
    source: Source,
    said: Sequence[ProfileSaid],
    *,
    import_id: int | None = None,
    by: User | None = None,
    at: datetime | None = None,
) -> list[Receipt]:
    """Take over what a source says of customers, many at once; receipts in the order of `said`.

    A new profile becomes a customer of its own; what changed waits to be matched (call
    `matching.match` after commit). Where a key is given twice the later word holds, and the
    earlier one counts as unchanged.
    """
    return take_over(source, said, import_id=import_id, at=at)


def take_over(
    source: Source,
    said: Sequence[ProfileSaid],
    *,
    import_id: int | None = None,
    at: datetime | None = None,
) -> list[Receipt]:
    """The same in a transaction of the caller, which fails as a whole."""
    batch = _Batch(source, import_id, at or now())
    _require_keys(said)
    keys = [one.key for one in said]
    batch.before = _there(source, keys, together(*_asking(source, keys)))
    return _take_over(batch, said)


def take_over_one(
    source: Source, said: ProfileSaid, coming: Callable[[New], Coming[_T]]
) -> tuple[Receipt, _T | None]:
    """The same of one who is matched in that transaction, written as matched at once: what they saw
    when they looked, None where nobody is new.

    The row is made ready while the server says that they are not there, mostly so; and what is to
    be asked of them while it is written.
    """
    batch = _Batch(source, None, now(), are_matched=True)
    _require_keys([said])
    with under_way(*_asking(source, [said.key]), are_all=True) as way:
        _fold(batch, [said])
        [state] = batch.after.values()
        inserting = _inserting(batch, [(said.key, state)])
        there = way.rows(2)
    batch.before = _there(source, [said.key], there)
    if not batch.before:
        with under_way(inserting) as way:
            founding = Founding(_said(batch, said.key, state), batch.at)
            new = coming(New(state.id, state.kind, state.data, state.digest, founding))
            way.then(*(asks := new.asks), are_last=False)
            way.then(*new.writes)
            _ = founding.row  # made while the server works
            inserted, *found = way.rows(1 + len(asks))
            if inserted:
                return Receipt(state.id, "created"), new.look(found, way)
    # They were known, or are by now: somebody else wrote them meanwhile.
    [receipt] = _take_over(_Batch(source, None, batch.at, before=batch.before), [said])
    return receipt, None


def _require_keys(said: Iterable[ProfileSaid]) -> None:
    for one in said:
        require_key(one.key)


def _take_over(batch: _Batch, said: Sequence[ProfileSaid]) -> list[Receipt]:
    """`batch.before` is what is there."""
    keys = list({one.key: None for one in said})
    _fold(batch, said)
    _insert_new(batch)
    known = [key for key in keys if not batch.after[key].is_new]
    if known:
        batch.before = _present(batch.source, known, lock=True)
        _fold(batch, [one for one in said if one.key in batch.before])
    changed = [key for key in known if _differs(batch.before[key], batch.after[key])]
    _update(batch, changed)
    outcomes: dict[str, Outcome] = {}
    outcomes |= {key: "created" for key in keys if batch.after[key].is_new}
    outcomes |= {key: _outcome(batch.before[key]) for key in changed}
    return _receipts(batch, said, outcomes)


@transaction.atomic
def stubs(source: Source, keys: Iterable[str], *, import_id: int | None = None) -> dict[str, UUID]:
    """The profile of each key; where the source has not spoken of it yet, one that waits."""
    wanted = sorted(set(keys))
    for key in wanted:
        require_key(key)
    batch = _Batch(source, import_id, now())
    batch.before = _there(source, wanted, together(*_asking(source, wanted)))
    taken_back = [key for key, state in batch.before.items() if state.withdrawn_at]
    for key in wanted:
        if key not in batch.before:
            batch.after[key] = _stub()
    _insert_new(batch)
    missed = [key for key, state in batch.after.items() if not state.is_new]
    batch.before |= _present(source, missed)
    if taken_back:
        locked = _present(source, taken_back, lock=True)
        batch.before |= locked
        revived = [key for key, state in locked.items() if state.withdrawn_at]
        batch.after |= {key: replace(_stub(), id=locked[key].id) for key in revived}
        _update(batch, revived)
    return {key: (batch.before.get(key) or batch.after[key]).id for key in wanted}


# What a source says, folded over what it said before


def _fold(batch: _Batch, said: Iterable[ProfileSaid]) -> None:
    batch.after |= {key: replace(state, is_new=False) for key, state in batch.before.items()}
    for one in said:
        old = batch.after.get(one.key)
        batch.after[one.key] = _told(old, one)


def _told(old: _State | None, one: ProfileSaid) -> _State:
    given = attributes(one.data)
    is_partial = one.partial and old is not None and old.withdrawn_at is None
    data = merged(old.data, given) if is_partial and old else given
    data = with_values(data)
    pins = sorted(one.pins)
    return _State(
        id=old.id if old else new_id(),
        kind=Kind(one.kind).value,
        data=data,
        unit_id=one.unit_id,
        pins=pins,
        digest=digest(one.kind, data, one.unit_id, pins),
        is_new=old is None or old.is_new,
    )


def _stub() -> _State:
    return _State(
        id=new_id(), kind=Kind.ORGANISATION.value, data={}, unit_id=None, pins=[], digest=b"",
        is_stub=True, is_new=True,
    )  # fmt: skip


def _differs(old: _State, new: _State) -> bool:
    return old.withdrawn_at is not None or old.is_stub or old.digest != new.digest


def _outcome(old: _State) -> Outcome:
    return "created" if old.withdrawn_at is not None or old.is_stub else "changed"


def _receipts(
    batch: _Batch, said: Sequence[ProfileSaid], outcomes: dict[str, Outcome]
) -> list[Receipt]:
    last = {one.key: place for place, one in enumerate(said)}
    return [
        Receipt(
            batch.after[one.key].id,
            outcomes.get(one.key, "unchanged") if last[one.key] == place else "unchanged",
        )
        for place, one in enumerate(said)
    ]


# Rows


def _asking(source: Source, keys: Iterable[str]) -> tuple[Asked, Asked]:
    """What is there of these keys, for `_there`."""
    there: Asked = _THERE, {"source": source.pk, "keys": list(dict.fromkeys(keys))}
    return spoke_of_erased(source), there


def _there(source: Source, keys: Iterable[str], found: Found) -> dict[str, _State]:
    """Raises Problem where one is of somebody who was erased."""
    spoke, rows = found
    if spoke:
        refuse_erased(source, list(keys))
    return _states(rows)


def _present(source: Source, keys: list[str], *, lock: bool = False) -> dict[str, _State]:
    asked = {"source": source.pk, "keys": keys}
    [rows] = together((_LOCK_THERE if lock else _THERE, asked)) if keys else [[]]
    return _states(rows)


_THERE_SQL: Final = """
    SELECT key, id, kind, data, unit_id, pins, digest, is_stub, withdrawn_at, known_from, import_id
    FROM customers_profile WHERE source_id = %(source)s AND key = ANY(%(keys)s)
    ORDER BY key COLLATE "C"
"""
_OF_SOURCE: Final = {"source": "bigint", "keys": "text[]"}
_THERE: Final = Prepared(_THERE_SQL, _OF_SOURCE)
_LOCK_THERE: Final = Prepared(f"{_THERE_SQL} FOR NO KEY UPDATE", _OF_SOURCE)


def _states(rows: Iterable[tuple[Any, ...]]) -> dict[str, _State]:
    return {
        row[0]: _State(
            id=row[1], kind=row[2], data=from_json(row[3]), unit_id=row[4],
            pins=from_json(row[5]), digest=bytes(row[6]), is_stub=row[7], withdrawn_at=row[8],
            known_from=row[9], import_id=row[10],
        )
        for row in rows
    }  # fmt: skip


def _insert_new(batch: _Batch) -> None:
    """Insert what nobody has, each a customer of its own; a row that another import inserts
    meanwhile is not ours."""
    new = sorted(_new(batch).items())
    if not new:
        return
    is_few = len(new) <= FEW
    inserted, *_ = together(_inserting(batch, new), *([_founding(batch, new)] if is_few else []))
    ids = {row[0] for row in inserted}
    for _key, state in new:
        state.is_new = state.id in ids
    if not is_few:
        _found_customers(batch)


def _inserting(batch: _Batch, new: Sequence[tuple[str, _State]]) -> Asked:
    """The ids of those that are ours are its rows."""
    rows = [
        (s.id, key, s.kind, s.unit_id, s.digest, s.is_stub,
         batch.at if s.is_stub or batch.are_matched else None, as_json(s.data), as_json(s.pins))
        for key, s in new
    ]  # fmt: skip
    *rest, data, pins = columns(rows, 9)
    given: dict[str, Any] = dict(zip(_PROFILE, [*rest, split(data), split(pins)], strict=True))
    given |= {"source": batch.source.pk, "import": batch.import_id, "at": batch.at}
    return _INSERT, given


_PROFILE: Final = (
    "id", "key", "kind", "unit_id", "digest", "is_stub", "matched_at", "data", "pins",
)  # fmt: skip
_INSERT: Final = Prepared(
    f"""
    INSERT INTO customers_profile (id, source_id, key, kind, unit_id, data, digest, is_stub,
                                   pins, import_id, known_from, matched_at)
    SELECT n.id, %(source)s, n.key, n.kind, n.unit_id, n.data::jsonb, n.digest, n.is_stub,
           n.pins::jsonb, %(import)s, %(at)s, n.matched_at
    FROM ROWS FROM (
        unnest(%(id)s, %(key)s, %(kind)s, %(unit_id)s, %(digest)s, %(is_stub)s, %(matched_at)s),
        string_to_table(%(data)s, {SPLIT}), string_to_table(%(pins)s, {SPLIT})
    ) AS n(id, key, kind, unit_id, digest, is_stub, matched_at, data, pins)
    ON CONFLICT (source_id, key) DO NOTHING
    RETURNING id
    """,  # noqa: S608 - no input in it
    {
        "source": "bigint", "import": "bigint", "at": "timestamptz", "id": "uuid[]",
        "key": "text[]", "kind": "text[]", "unit_id": "bigint[]", "digest": "bytea[]",
        "is_stub": "bool[]", "matched_at": "timestamptz[]", "data": "text", "pins": "text",
    },
)  # fmt: skip
# A customer of its own for each of these profiles that is ours.
_FOUND: Final = Prepared(
    f"""
    WITH ours AS (SELECT id FROM customers_profile WHERE id = ANY(%(id)s)), founded AS (
        {FOUND} WHERE n.id IN (SELECT id FROM ours)
    )
    INSERT INTO customers_membership (profile_id, customer_id, known_from)
    SELECT id, id, %(at)s FROM ours
    """,  # noqa: S608 - no input in it
    {"at": "timestamptz"} | TYPES,
)


def _new(batch: _Batch) -> dict[str, _State]:
    return {key: state for key, state in batch.after.items() if state.is_new}


_MEMBERSHIP: Final = ("profile_id", "customer_id", "known_from")


def _found_customers(batch: _Batch) -> None:
    """A customer of its own for every new profile, by COPY."""
    new = _new(batch)
    copy("customers_customer", CUSTOMER, _customers(batch, new.items()))
    copy("customers_membership", _MEMBERSHIP, ((s.id, s.id, batch.at) for s in new.values()))


def _customers(batch: _Batch, new: Iterable[tuple[str, _State]]) -> list[tuple[Any, ...]]:
    """Rows of CUSTOMER: of one profile there is nothing to choose by rules."""
    saying = (_said(batch, key, state) for key, state in new)
    return [customer_row(said.id, [(said, False)], batch.at, SHIPPED) for said in saying]


def _said(batch: _Batch, key: str, state: _State) -> Said:
    return Said(
        id=state.id, source=batch.source.key, key=key, kind=state.kind, data=state.data,
        at=batch.at, pins=frozenset(state.pins), masters=frozenset(batch.source.masters),
        is_stub=state.is_stub,
    )  # fmt: skip


def _founding(batch: _Batch, new: Sequence[tuple[str, _State]]) -> Asked:
    """The same as one of several statements."""
    given = dict(zip(CUSTOMER, columns(_customers(batch, new), len(CUSTOMER)), strict=True))
    return _FOUND, given | {"golden": split(given["golden"]), "at": batch.at}


def _update(batch: _Batch, changed: list[str]) -> None:
    """Close the version that was, write the one that is, refresh the customers."""
    if not changed:
        return
    ids = [batch.after[key].id for key in changed]
    versions.keep(ids, batch.at)
    rows = [
        (s.id, s.kind, s.unit_id, as_json(s.data), s.digest, as_json(s.pins), s.is_stub)
        for s in (batch.after[key] for key in changed)
    ]
    run(
        """
        UPDATE customers_profile p
        SET kind = n.kind, unit_id = n.unit_id, data = n.data::jsonb, digest = n.digest,
            pins = n.pins::jsonb, is_stub = n.is_stub, withdrawn_at = NULL, import_id = %s,
            known_from = greatest(p.known_from, p.withdrawn_at, %s),
            matched_at = CASE WHEN n.is_stub THEN %s END
        FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::text[], %s::bytea[], %s::text[],
                    %s::bool[]) AS n(id, kind, unit_id, data, digest, pins, is_stub)
        WHERE p.id = n.id
        """,
        [batch.import_id, batch.at, batch.at, *columns(rows, 7)],
    )
    refresh(lock_customers_of(ids), batch.at)
