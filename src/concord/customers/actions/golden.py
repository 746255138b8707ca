"""Derive customers' rows anew from their member profiles: the golden values, names and tokens.

Who changes a profile or a membership locks the customers (in the order of their ids) before it
refreshes, in one transaction: so that the row always is what its members say. Profiles of a source
are locked before their customers, questions (`customers_pair`) behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from concord.customers import golden_rules
from concord.customers.golden import Said, display_name, golden, kind_of
from concord.customers.normal.text import plain
from concord.customers.restrictions import IS_RESTRICTED
from concord.customers.rows import (
    SPLIT,
    Found,
    array,
    as_json,
    columns,
    fetch,
    from_json,
    run,
    run_beside,
    split,
    together,
)
from concord.customers.survivorship import SHIPPED, Rules
from concord.customers.tokens import search_tokens
from concord.kernel.prepared import Asked, Prepared, under_way

Member = tuple[Said, bool]  # what a profile says, and whether its source took it back
CUSTOMER: Final = (
    "id", "kind", "name", "name_norm", "search_tokens", "profile_count", "updated_at", "golden",
)  # fmt: skip

# Of whichever memberships `m`: for `members_in`.
MEMBERS: Final = """
    SELECT m.customer_id, p.id, s.key, p.key, p.kind, p.data, p.known_from, p.pins, s.masters,
           p.is_stub, p.withdrawn_at IS NOT NULL
    FROM customers_membership m
    JOIN customers_profile p ON p.id = m.profile_id
    JOIN kernel_source s ON s.id = p.source_id
    WHERE m.known_to IS NULL
"""
_MEMBERS: Final = Prepared(
    f"{MEMBERS} AND m.customer_id = ANY(%(customers)s)",
    {"customers": "uuid[]"},
)


def lock_customers_of(profiles: Collection[UUID]) -> set[UUID]:
    """Lock the customers that the profiles belong to, in order of id; must be in a transaction.

    A merge that commits while we wait moves profiles; then what was locked is given back and
    locked again in order, so that two of us never wait for each other.
    """
    wanted = list(profiles)
    while True:
        savepoint = transaction.savepoint()
        before = _customers_of(wanted)
        lock_customers(before)
        if _customers_of(wanted) == before:
            transaction.savepoint_commit(savepoint)
            return before
        transaction.savepoint_rollback(savepoint)


def lock_customers(customers: Iterable[UUID]) -> None:
    run(
        "SELECT 1 FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        [sorted(customers)],
    )


def _customers_of(profiles: list[UUID]) -> set[UUID]:
    sql = """
        SELECT DISTINCT customer_id FROM customers_membership
        WHERE known_to IS NULL AND profile_id = ANY(%s)
    """
    return {row[0] for row in fetch(sql, [profiles])}


def members_of(customers: Iterable[UUID]) -> dict[UUID, list[Member]]:
    """The member profiles of each customer, each with whether its source took it back."""
    [rows] = together((_MEMBERS, {"customers": list(customers)}))
    return members_in(rows)


def members_in(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, list[Member]]:
    """Of each customer in rows of MEMBERS."""
    found: dict[UUID, list[Member]] = defaultdict(list)
    for row in rows:
        customer, pid, source, key, kind, data, at, pins, masters, is_stub, withdrawn = row
        said = Said(
            id=pid,
            source=source,
            key=key,
            kind=kind,
            data=from_json(data),
            at=at,
            pins=_names(pins),
            masters=_names(masters),
            is_stub=is_stub,
        )
        found[customer].append((said, withdrawn))
    return found


@lru_cache(1_024)
def _names(json: str) -> frozenset[str]:
    return frozenset(from_json(json))


def refresh_all(at: datetime, batch: int = 1_000) -> int:
    """Write every customer's row anew, after the rules of survivorship changed: how many."""
    done, last = 0, UUID(int=0)
    while True:
        rows = fetch(
            "SELECT id FROM customers_customer WHERE merged_into_id IS NULL AND id > %s "
            "ORDER BY id LIMIT %s",
            [last, batch],
        )
        if not rows:
            return done
        with transaction.atomic():
            some = {row[0] for row in rows}
            lock_customers(some)
            refresh(some, at)
        done, last = done + len(rows), rows[-1][0]


def refresh(
    customers: Collection[UUID],
    at: datetime,
    *,
    first: Sequence[Asked] = (),
    then: Sequence[Asked] = (),
) -> Found:
    """Write anew the rows of customers that the caller has locked; `first` and `then` are done
    before they are read, and after they are written: the rows of the latter."""
    if not customers:
        return together(*first, *then)[len(first) :]
    read = _MEMBERS, {"customers": list(customers)}
    *_, rules, rows = together(*first, *golden_rules.TO_WRITE_BY, read)
    return write(members_in(rows), at, golden_rules.chosen(rules), then=then)


def write(
    members: Mapping[UUID, Sequence[Member]],
    at: datetime,
    rules: Rules,
    *,
    first: Sequence[Asked] = (),
    then: Sequence[Asked] = (),
    meanwhile: Callable[[], object] = lambda: None,
) -> Found:
    """The same of customers whose members were read once they were locked. The rows are made while
    the server does what comes first; what is to be done `meanwhile`, while it does the rest."""
    if len(members) > FEW:
        together(*first)
        run_beside(_WRITE.sql, _values(members, at, rules))
        meanwhile()
        return together(*then)
    with under_way(*first) as way:
        way.then((_WRITE, _values(members, at, rules)), *then)
        meanwhile()
        return way.rows(len(first) + 1 + len(then))[len(first) + 1 :]


def _values(members: Mapping[UUID, Sequence[Member]], at: datetime, rules: Rules) -> dict[str, Any]:
    rows = [customer_row(customer, members[customer], at, rules) for customer in sorted(members)]
    *rest, golden = columns(rows, len(CUSTOMER))
    return dict(zip(CUSTOMER, [*rest, split(golden)], strict=True))


FEW: Final = 20  # rows that go with other statements; megabytes go beside one of their own
_NEW: Final = f"""
    ROWS FROM (
        unnest(%(id)s::uuid[], %(kind)s::text[], %(name)s::text[], %(name_norm)s::text[],
               %(search_tokens)s::text[], %(profile_count)s::int[], %(updated_at)s::timestamptz[]),
        string_to_table(%(golden)s, {SPLIT})
    ) AS n(id, kind, name, name_norm, search_tokens, profile_count, updated_at, golden)
"""
TYPES: Final = {
    "id": "uuid[]", "kind": "text[]", "name": "text[]", "name_norm": "text[]",
    "search_tokens": "text[]", "profile_count": "int[]", "updated_at": "timestamptz[]",
    "golden": "text",
}  # fmt: skip
_WRITE: Final = Prepared(
    f"""
    UPDATE customers_customer c
    SET kind = n.kind, name = n.name,
        name_norm = CASE WHEN {IS_RESTRICTED} THEN '' ELSE n.name_norm END,
        search_tokens =
            CASE WHEN {IS_RESTRICTED} THEN '{{}}' ELSE n.search_tokens::varchar[] END,
        golden = n.golden::jsonb,
        profile_count = n.profile_count, updated_at = n.updated_at
    FROM {_NEW} WHERE c.id = n.id
    """,  # noqa: S608 - no input in it
    TYPES,
)
_COLUMNS: Final = (
    "n.id, n.kind, n.name, n.name_norm, n.search_tokens::varchar[], n.profile_count, n.updated_at,"
    " n.golden::jsonb"
)
# Rows of new customers `n`, as a part of a statement that knows who is new; the columns of
# CUSTOMER, `golden` split.
FOUND: Final = f"""
    INSERT INTO customers_customer ({", ".join(CUSTOMER)}) SELECT {_COLUMNS} FROM {_NEW}
"""  # noqa: S608 - no input in it


_FOUND_ONE: Final = Prepared(
    f"""
    WITH founded AS (
        INSERT INTO customers_customer ({", ".join(CUSTOMER)}, merged_into_id)
        SELECT {_COLUMNS}, nullif(%(customer)s, n.id) FROM {_NEW}
    )
    INSERT INTO customers_membership (profile_id, customer_id, known_from)
    SELECT unnest(%(id)s), %(customer)s, %(at)s
    """,  # noqa: S608 - no input in it
    {"customer": "uuid", "at": "timestamptz"} | TYPES,
)


@dataclass(frozen=True)
class Founding:
    """A profile that nobody sees yet, and whose customer is not written: that is done once it is
    known who it is."""

    said: Said
    at: datetime

    @cached_property
    def row(self) -> dict[str, Any]:
        """That of a customer of its own; it may be made while one waits."""
        row = customer_row(self.said.id, [(self.said, False)], self.at, SHIPPED)
        made: dict[str, Any] = dict(zip(CUSTOMER, columns([row], len(CUSTOMER)), strict=True))
        return made | {"golden": split(made["golden"])}

    def alone(self) -> Asked:
        """As a customer of its own."""
        return self.written(self.said.id)

    def written(self, customer: UUID) -> Asked:
        """As one of that customer: its own id names that one, and is not found by itself."""
        hidden = {} if customer == self.said.id else {"search_tokens": [array(())]}
        return _FOUND_ONE, self.row | hidden | {"customer": customer, "at": self.at}


def customer_row(
    customer: UUID, members: Sequence[Member], at: datetime, rules: Rules
) -> tuple[Any, ...]:
    """The columns of CUSTOMER; a customer whom every source took back is not found any more."""
    alive = [said for said, withdrawn in members if not withdrawn]
    speaking = alive or [said for said, _ in members]
    values = golden(alive, rules)
    name = display_name(values if alive else golden(speaking, rules), speaking)
    tokens = search_tokens(alive)
    return (
        customer,
        kind_of(speaking),
        name,
        plain(name)[:400] if alive else "",
        array(tokens),
        len(alive),
        at,
        as_json(values),
    )
