"""What a source says of its customers, received in bulk, and taken back.

All three actions may be repeated without harm, and several may run at once over the same keys:
rows that are new come in first, in the order of their keys, then rows are locked in that order,
then customers in the order of their ids, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.actions.golden import CUSTOMER, customer_row, lock_customers_of, refresh
from concord.customers.golden import Said
from concord.customers.models import Kind
from concord.customers.rows import as_json, columns, copy, fetch, from_json, json_list, run
from concord.customers.survivorship import ATTRIBUTES, KEYED, LISTS
from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.memory import uncollected
from concord.kernel.models import Source, User
from concord.kernel.time import now

Outcome = Literal["created", "changed", "unchanged"]
KEY_LENGTH: Final = 255


@dataclass(frozen=True, slots=True)
class ProfileSaid:
    """One customer as the source says it is; `data` by the attributes of docs/architecture.md.

    `partial`: attributes that are not given are "not said" and stay as they were; one that is
    given empty (None, "", [], {}) has "no value".
    """

    key: str
    kind: str
    data: Mapping[str, Any]
    unit_id: int | None = None
    partial: bool = False
    pins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    profile_id: UUID
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Counts:
    """What an undo did to profiles."""

    withdrawn: int = 0
    restored: int = 0
    kept: int = 0  # something later had changed them


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
    for one in said:
        _require_key(one.key)
    batch = _Batch(source, import_id, at or now())
    keys = list({one.key: None for one in said})
    batch.before = _present(source, keys)
    _fold(batch, said)
    _insert_new(batch)
    known = [key for key in keys if not batch.after[key].is_new]
    if known:
        batch.before = _present(source, known, lock=True)
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
        _require_key(key)
    batch = _Batch(source, import_id, now())
    batch.before = _present(source, wanted)
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


@transaction.atomic
def withdraw(
    import_id: int,
    by: User | None,
    *,
    needed: Collection[UUID] = (),
    undone: Collection[int] = (),
) -> Counts:
    """Undo an import's profiles: take back those it created, restore those it changed.

    What another import said later stays. `needed` are profiles on which something else still
    hangs (records of another import): instead of being taken back they become stubs that wait.
    `undone` are imports whose word counts no more: nothing is restored to what they said.
    """
    rows = fetch(
        """
        SELECT p.id, CASE WHEN v.known_to >= coalesce(followed.at, p.known_from) THEN v.id END
        FROM customers_profile p
        LEFT JOIN LATERAL (
            SELECT id, known_to FROM customers_profileversion v
            WHERE v.profile_id = p.id AND v.import_id IS DISTINCT FROM %(import)s
              AND coalesce(v.import_id <> ALL(%(undone)s::bigint[]), TRUE)
            ORDER BY v.id DESC LIMIT 1
        ) v ON TRUE
        LEFT JOIN LATERAL (
            SELECT min(known_from) AS at FROM customers_profileversion later
            WHERE later.profile_id = p.id AND later.id > v.id
        ) followed ON TRUE  -- a gap before it: the profile had been taken back at that time
        WHERE p.import_id = %(import)s AND p.withdrawn_at IS NULL
        ORDER BY p.id FOR NO KEY UPDATE OF p
        """,
        {"import": import_id, "undone": list(undone)},
    )
    at = now()
    kept = _changed_later(import_id)
    needed = set(needed)
    created = [row[0] for row in rows if row[1] is None and row[0] not in needed]
    emptied = [row[0] for row in rows if row[1] is None and row[0] in needed]
    restored = [(row[0], row[1]) for row in rows if row[1] is not None]
    touched = [row[0] for row in rows]
    _keep_versions([*emptied, *(profile for profile, _ in restored)], at)
    run(
        "UPDATE customers_profile SET withdrawn_at = %s WHERE id = ANY(%s)",
        [at, created],
    )
    run(
        """
        UPDATE customers_profile
        SET data = '{}', digest = '', is_stub = TRUE, pins = '[]', import_id = NULL,
            known_from = greatest(known_from, %s), matched_at = %s
        WHERE id = ANY(%s)
        """,
        [at, at, emptied],
    )
    _restore(restored, at)
    _forget_keys(created + emptied)
    customers = lock_customers_of(touched) if touched else set()
    refresh(customers, at)
    counts = Counts(withdrawn=len(created) + len(emptied), restored=len(restored), kept=kept)
    if touched:
        audit.record(
            by, "customers.withdraw", "import", import_id,
            withdrawn=counts.withdrawn, restored=counts.restored, kept=counts.kept,
        )  # fmt: skip
    return counts


@transaction.atomic
def let_go(profile_ids: Collection[UUID]) -> int:
    """Take back those of these profiles that are stubs of nobody's: nothing hangs on them."""
    at = now()
    rows = fetch(
        """
        UPDATE customers_profile SET withdrawn_at = %s
        WHERE id = ANY(%s) AND is_stub AND import_id IS NULL AND withdrawn_at IS NULL
        RETURNING id
        """,
        [at, list(profile_ids)],
    )
    gone = [row[0] for row in rows]
    if gone:
        _forget_keys(gone)
        refresh(lock_customers_of(gone), at)
    return len(gone)


def digest(kind: str, data: Mapping[str, Any], unit_id: int | None, pins: Sequence[str]) -> bytes:
    """Equal for two profiles that say the same, whatever the order of their attributes."""
    content = [kind, sorted(data.items()), unit_id, sorted(pins)]
    return blake2b(as_json(content).encode(), digest_size=16).digest()


# What a source says, folded over what it said before


def _fold(batch: _Batch, said: Iterable[ProfileSaid]) -> None:
    batch.after |= {key: replace(state, is_new=False) for key, state in batch.before.items()}
    for one in said:
        old = batch.after.get(one.key)
        batch.after[one.key] = _told(old, one)


def _told(old: _State | None, one: ProfileSaid) -> _State:
    given = attributes(one.data)
    is_partial = one.partial and old is not None and old.withdrawn_at is None
    data = _merged(old.data, given) if is_partial and old else given
    data = _with_values(data)
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


def _with_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was given empty, inside keyed attributes too."""
    inner = {
        name: {label: value for label, value in data[name].items() if value}
        for name in KEYED & data.keys()
        if data[name]
    }
    whole = {**data, **inner}
    return {name: value for name, value in whole.items() if value not in (None, "", [], {})}


def _merged(old: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**old, **given}
    for name in KEYED & old.keys() & given.keys():
        if given[name]:
            both = {**old[name], **given[name]}
            merged[name] = {label: value for label, value in both.items() if value}
    return merged


def attributes(data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` in the shape that profiles are kept in: unknown attributes stand under `other`."""
    known: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for name, value in data.items():
        if name == "other" and isinstance(value, Mapping):
            other |= {str(label): _clean(item) for label, item in value.items()}
        elif name in ATTRIBUTES:
            known[name] = _shaped(name, value)
        else:
            other[str(name)] = _clean(value)
    if other:
        known["other"] = other
    return known


def _shaped(name: str, value: Any) -> Any:
    if name in LISTS:
        items = value if isinstance(value, (list, tuple)) else [value]
        return list({text: None for item in items if (text := _clean(item))})
    if name in KEYED:
        pairs = value.items() if isinstance(value, Mapping) else ()
        return {str(label): _clean(item) for label, item in pairs if item}
    return _clean(value)


def _clean(value: Any) -> Any:
    """Text as PostgreSQL can keep it: without zero characters and lone surrogates."""
    if isinstance(value, str):
        text = value.strip()
        if text.isascii():
            return text.replace("\x00", "")
        return text.replace("\x00", "").encode("utf-8", "replace").decode()
    return value


def _require_key(key: str) -> None:
    if not key or len(key) > KEY_LENGTH or "\x00" in key:
        raise Problem(
            _("A customer's key must have between 1 and 255 characters."),
            place=repr(key[:40]),
            mend=_("Choose the column that identifies the customer in this system."),
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


def _present(source: Source, keys: list[str], *, lock: bool = False) -> dict[str, _State]:
    if not keys:
        return {}
    rows = fetch(
        f"""
        SELECT key, id, kind, data, unit_id, pins, digest, is_stub, withdrawn_at, known_from,
               import_id
        FROM customers_profile WHERE source_id = %s AND key = ANY(%s)
        ORDER BY key COLLATE "C" {"FOR NO KEY UPDATE" if lock else ""}
        """,  # noqa: S608 - no input in it
        [source.pk, keys],
    )
    return {
        row[0]: _State(
            id=row[1], kind=row[2], data=from_json(row[3]), unit_id=row[4],
            pins=from_json(row[5]), digest=bytes(row[6]), is_stub=row[7], withdrawn_at=row[8],
            known_from=row[9], import_id=row[10],
        )
        for row in rows
    }  # fmt: skip


def _insert_new(batch: _Batch) -> None:
    """Insert what nobody has; a row that another import inserts meanwhile is not ours."""
    new = sorted((key, state) for key, state in _new(batch).items())
    if not new:
        return
    rows = [
        (s.id, key, s.kind, s.unit_id, s.digest, s.is_stub, batch.at if s.is_stub else None,
         as_json(s.data), as_json(s.pins))
        for key, s in new
    ]  # fmt: skip
    *rest, data, pins = columns(rows, 9)
    inserted = fetch(
        """
        INSERT INTO customers_profile (id, source_id, key, kind, unit_id, data, digest, is_stub,
                                       pins, import_id, known_from, matched_at)
        SELECT n.id, %s, n.key, n.kind, n.unit_id, n.data, n.digest, n.is_stub, n.pins, %s, %s,
               n.matched_at
        FROM ROWS FROM (
            unnest(%s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::bytea[], %s::bool[],
                   %s::timestamptz[]),
            jsonb_array_elements(%s), jsonb_array_elements(%s)
        ) AS n(id, key, kind, unit_id, digest, is_stub, matched_at, data, pins)
        ON CONFLICT (source_id, key) DO NOTHING
        RETURNING id
        """,
        [batch.source.pk, batch.import_id, batch.at, *rest, json_list(data), json_list(pins)],
    )
    ids = {row[0] for row in inserted}
    for _key, state in new:
        state.is_new = state.id in ids
    _found_customers(batch)


def _new(batch: _Batch) -> dict[str, _State]:
    return {key: state for key, state in batch.after.items() if state.is_new}


def _found_customers(batch: _Batch) -> None:
    """A customer of its own for every new profile."""
    masters = frozenset(batch.source.masters)
    rows, memberships = [], []
    for key, state in _new(batch).items():
        said = Said(
            id=state.id, source=batch.source.key, key=key, kind=state.kind, data=state.data,
            at=batch.at, pins=frozenset(state.pins), masters=masters, is_stub=state.is_stub,
        )  # fmt: skip
        rows.append(customer_row(state.id, [(said, False)], batch.at))
        memberships.append((state.id, state.id, batch.at))
    copy("customers_customer", CUSTOMER, rows)
    copy("customers_membership", ("profile_id", "customer_id", "known_from"), memberships)


def _update(batch: _Batch, changed: list[str]) -> None:
    """Close the version that was, write the one that is, refresh the customers."""
    if not changed:
        return
    ids = [batch.after[key].id for key in changed]
    _keep_versions(ids, batch.at)
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


def _keep_versions(profiles: list[UUID], at: datetime) -> None:
    run(
        """
        INSERT INTO customers_profileversion
            (profile_id, known_from, known_to, kind, data, pins, is_stub, import_id)
        SELECT id, known_from, greatest(known_from, coalesce(withdrawn_at, %s)), kind, data, pins,
               is_stub, import_id
        FROM customers_profile WHERE id = ANY(%s)
        """,
        [at, profiles],
    )


def _restore(pairs: list[tuple[UUID, int]], at: datetime) -> None:
    """Profiles become again what a version of theirs was."""
    if not pairs:
        return
    rows = fetch(
        """
        UPDATE customers_profile p
        SET kind = v.kind, data = v.data, pins = v.pins, is_stub = v.is_stub,
            import_id = v.import_id, known_from = greatest(p.known_from, %s),
            matched_at = CASE WHEN v.is_stub THEN %s::timestamptz END
        FROM unnest(%s::uuid[], %s::bigint[]) AS n(profile, version)
        JOIN customers_profileversion v ON v.id = n.version
        WHERE p.id = n.profile
        RETURNING p.id, p.kind, p.data, p.unit_id, p.pins, p.is_stub
        """,
        [at, at, *columns(pairs, 2)],
    )
    digests = [
        (row[0], b"" if row[5] else digest(row[1], from_json(row[2]), row[3], from_json(row[4])))
        for row in rows
    ]
    run(
        """
        UPDATE customers_profile p SET digest = n.digest
        FROM unnest(%s::uuid[], %s::bytea[]) AS n(id, digest) WHERE p.id = n.id
        """,
        columns(digests, 2),
    )


def _changed_later(import_id: int) -> int:
    """How many profiles this import touched that something else has changed since."""
    rows = fetch(
        """
        SELECT count(DISTINCT v.profile_id)
        FROM customers_profileversion v JOIN customers_profile p ON p.id = v.profile_id
        WHERE v.import_id = %(import)s AND p.import_id IS DISTINCT FROM %(import)s
        """,
        {"import": import_id},
    )
    return int(rows[0][0])


def _forget_keys(profiles: list[UUID]) -> None:
    """What was taken back is nobody's candidate any more, nor anybody's question."""
    run("DELETE FROM customers_blockkey WHERE profile_id = ANY(%s)", [profiles])
    run(
        """
        DELETE FROM customers_pair
        WHERE left_id = ANY(%(gone)s) OR right_id = ANY(%(gone)s)
        """,
        {"gone": profiles},
    )
