"""Tables of a dry run's own, which an import writes in the place of the real ones.

PostgreSQL looks for a table in a session's temporary schema first. So a session that has temporary
tables of the same names runs the very statements of an import, and neither writes a row nor locks
one that anybody else sees; what stands in the real tables of the customers and records that a batch
speaks of is copied in before. The tables go with the session, whatever ends it, and the disk bears
them, not memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from concord.customers.rows import fetch, from_json, run
from concord.customers.said import ProfileSaid
from concord.kernel.models import Source
from concord.kernel.prepared import forget_prepared
from concord.records.actions.parts import refs_of
from concord.records.actions.relations import RelationSaid
from concord.records.importing.convert import Statement
from concord.records.said import (
    AllocationSaid,
    LineSaid,
    LinkSaid,
    RecordSaid,
    Ref,
    part_from_json,
)

TABLES: Final = (
    "kernel_source",
    "customers_customer",
    "customers_membership",
    "customers_normalform",
    "customers_profile",
    "customers_profileversion",
    "customers_relationship",
    "records_allocation",
    "records_import",
    "records_record",
    "records_recordline",
    "records_recordlink",
    "records_recordversion",
    "records_rejection",
    "records_rowgroup",
    "records_waitingpart",
)
# Rows of the dry run are numbered far from all that were copied; locks take numbers of 32 bits.
_OWN_NUMBERS: Final = 1 << 62
_OWN_SHORT_NUMBERS: Final = (1 << 31) - (1 << 20)
_SHORT: Final = frozenset({"kernel_source", "records_import"})


class Overlay:
    """The tables of one dry run, laid over the real ones by `laid`."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.batches = 0

    def load(self, source: Source, statements: Iterable[Statement]) -> None:
        """Copy in what is known of all that these statements speak of, unless it was before."""
        said = _Said(source, statements)
        ids = said.source_ids()
        for key, keys in said.customers.items():
            self._copy("customers_profile", "t.source_id = %s AND t.key = ANY(%s)",
                       [ids.get(key), list(keys)])  # fmt: skip
        self._members(ids[source.key], list(said.told))
        self._records(ids, said.records)
        self._waiting(ids, said.records)
        self._parts(source, said)
        self.batches += 1
        if self.batches & (self.batches - 1) == 0:  # after 1, 2, 4, 8 … batches
            run("ANALYZE " + ", ".join(f"pg_temp.{name}" for name in TABLES))

    def require_untouched(self) -> None:
        """Raise where this transaction has written to a real table: a dry run never may."""
        touched = fetch(
            """
            SELECT DISTINCT l.relation::regclass::text FROM pg_locks l
            JOIN pg_class c ON c.oid = l.relation
            WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation'
              AND l.mode = 'RowExclusiveLock' AND c.relpersistence <> 't'
              AND c.relkind IN ('r', 'p')
              AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)
            """
        )
        if touched and not self._in_another:
            names = ", ".join(sorted(name for (name,) in touched))
            raise AssertionError(f"A dry run wrote to {names}: it belongs into overlay.TABLES.")

    _in_another = False  # within a transaction of the caller, which may have written before

    # What is copied

    def _copy(self, table: str, where: str, parameters: Sequence[Any]) -> None:
        run(
            f"""
            INSERT INTO pg_temp.{table} SELECT t.* FROM {self.schema}.{table} t WHERE {where}
            ON CONFLICT DO NOTHING
            """,  # noqa: S608 - our own words
            parameters,
        )

    def _members(self, source_id: int, keys: list[str]) -> None:
        """The customers of whom profiles are said, with all their other profiles."""
        if not keys:
            return
        customers = fetch(
            f"""
            SELECT DISTINCT m.customer_id FROM pg_temp.customers_profile p
            JOIN {self.schema}.customers_membership m
              ON m.profile_id = p.id AND m.known_to IS NULL
            WHERE p.source_id = %s AND p.key = ANY(%s)
            """,  # noqa: S608
            [source_id, keys],
        )
        of = [[row[0] for row in customers]]
        self._copy("customers_customer", "t.id = ANY(%s)", of)
        self._copy("customers_membership", "t.known_to IS NULL AND t.customer_id = ANY(%s)", of)
        self._copy(
            "customers_profile",
            "t.id IN (SELECT profile_id FROM pg_temp.customers_membership"
            " WHERE customer_id = ANY(%s))",
            of,
        )

    def _records(self, ids: Mapping[str, int], refs: Iterable[Ref]) -> None:
        self._copy("records_record", _among("t.source_id, t.type, t.key"), _columns(ids, refs))

    def _waiting(self, ids: Mapping[str, int], refs: Iterable[Ref]) -> None:
        """What waits for these records, and the other records that it speaks of."""
        rows = fetch(
            f"""
            WITH fresh AS (
                INSERT INTO pg_temp.overlay_waited
                SELECT t.id FROM {self.schema}.records_waitingpart t
                WHERE {_among("t.wants_source_id, t.wants_type, t.wants_key")}
                ON CONFLICT DO NOTHING RETURNING id
            ), taken AS (
                INSERT INTO pg_temp.records_waitingpart
                SELECT t.* FROM {self.schema}.records_waitingpart t JOIN fresh USING (id)
                ON CONFLICT DO NOTHING RETURNING source_id, part, said
            )
            SELECT s.key, taken.part, taken.said FROM taken
            JOIN pg_temp.kernel_source s ON s.id = taken.source_id
            """,  # noqa: S608
            _columns(ids, refs),
        )
        if rows:
            others = {
                ref if ref.source else ref._replace(source=speaker)
                for speaker, part, said in rows
                for ref in refs_of(part_from_json(part, from_json(said)))
            }
            self._records(ids, others)
            self._lines(ids, others)

    def _parts(self, source: Source, said: _Said) -> None:
        ids = said.source_ids()
        if said.with_lines:
            self._lines(ids, said.with_lines)
        if said.linked:
            self._copy(
                "records_recordlink",
                f"t.from_record_id IN ({_found})",
                _columns(ids, said.linked),
            )
        if said.allocations:
            self._copy(
                "records_allocation",
                "t.source_id = %s AND t.key = ANY(%s)",
                [ids[source.key], list(said.allocations)],
            )
        if said.related:
            self._copy(
                "customers_relationship",
                "t.from_profile_id IN (SELECT id FROM pg_temp.customers_profile"
                " WHERE source_id = %s AND key = ANY(%s))",
                [ids[source.key], list(said.related)],
            )

    def _lines(self, ids: Mapping[str, int], refs: Iterable[Ref]) -> None:
        self._copy("records_recordline", f"t.record_id IN ({_found})", _columns(ids, refs))


class _Said:
    """What the statements of a batch speak of. The speaking source goes by its key."""

    def __init__(self, source: Source, statements: Iterable[Statement]) -> None:
        self.source = source
        self.customers: dict[str, set[str]] = {}
        self.told: set[str] = set()  # of whom more is said than that they exist
        self.records: set[Ref] = set()
        self.with_lines: set[Ref] = set()
        self.linked: set[Ref] = set()
        self.allocations: set[str] = set()
        self.related: set[str] = set()
        for one in statements:
            self._take(one)

    def source_ids(self) -> dict[str, int]:
        wanted = {ref.source for ref in self.records} | self.customers.keys()
        ids = dict(Source.objects.filter(key__in=wanted).values_list("key", "id"))
        return ids | {self.source.key: self.source.pk}

    def _take(self, one: Statement) -> None:
        match one:
            case ProfileSaid():
                self.told.add(one.key)
                self._customer(one.key)
            case RecordSaid():
                self._customer(one.profile, one.profile_source)
                self._record(Ref(one.type, one.key))
                if one.parent:
                    self._record(one.parent)
            case RelationSaid():
                self.related.add(one.from_key)
                self._customer(one.from_key)
                self._customer(one.to_key)
            case LineSaid():
                self.with_lines.add(self._record(one.record))
            case LinkSaid():
                self.linked.add(self._record(one.from_record))
                self._record(one.to_record)
            case AllocationSaid():
                self.allocations.add(one.key)
                self._record(one.payment)
                self._record(one.invoice)

    def _customer(self, key: str, source: str = "") -> None:
        self.customers.setdefault(source or self.source.key, set()).add(key)

    def _record(self, ref: Ref) -> Ref:
        whole = ref if ref.source else ref._replace(source=self.source.key)
        self.records.add(whole)
        return whole


def _among(columns: str) -> str:
    return f"({columns}) IN (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]))"  # noqa: S608


_found: Final = (
    f"SELECT r.id FROM pg_temp.records_record r WHERE {_among('r.source_id, r.type, r.key')}"  # noqa: S608
)


def _columns(ids: Mapping[str, int], refs: Iterable[Ref]) -> list[list[Any]]:
    known = [ref for ref in refs if ref.source in ids]
    return [
        [ids[ref.source] for ref in known],
        [ref.type for ref in known],
        [ref.key for ref in known],
    ]


# Laying it


@contextmanager
def laid() -> Iterator[Overlay]:
    """Within it this thread's database has the overlay; at the end nothing of it is left.

    It has a connection of its own, since a statement that another use of a connection has prepared
    would go on meaning the real tables. Within a transaction of the caller, whose rows nobody else
    sees, it is a part of that and is rolled back.
    """
    if connection.in_atomic_block:
        forget_prepared()
        with transaction.atomic():
            overlay = _laid()
            overlay._in_another = True
            try:
                yield overlay
            finally:
                transaction.set_rollback(True)
        return
    with _own_connection():
        yield _laid()


@contextmanager
def _own_connection() -> Iterator[None]:
    before = connections[DEFAULT_DB_ALIAS]
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    own.settings_dict = deepcopy(before.settings_dict)
    own.settings_dict["OPTIONS"].pop("pool", None)  # it goes with its tables, back to no pool
    connections[DEFAULT_DB_ALIAS] = own
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = before
        own.close()


def _laid() -> Overlay:
    [(schema,)] = fetch(
        "SELECT quote_ident(nspname) FROM pg_namespace n"
        " JOIN pg_class c ON c.relnamespace = n.oid WHERE c.oid = to_regclass('records_record')"
    )
    run("SET temp_buffers = '64MB'" if not connection.in_atomic_block else "SELECT 1")
    for name in TABLES:
        run(f"CREATE TEMP TABLE {name} (LIKE {schema}.{name} INCLUDING ALL)")
    run("CREATE TEMP TABLE overlay_waited (id bigint PRIMARY KEY)")
    for table, column in fetch(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE a.attidentity <> '' AND c.relnamespace = pg_my_temp_schema()"
    ):
        first = _OWN_SHORT_NUMBERS if table in _SHORT else _OWN_NUMBERS
        run(f"ALTER TABLE pg_temp.{table} ALTER COLUMN {column} RESTART WITH {first}")
    for (index,) in fetch(  # of search, which nobody does here
        "SELECT i.indexrelid::regclass::text FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam"
        " WHERE c.relnamespace = pg_my_temp_schema() AND m.amname = 'gin'"
    ):
        run(f"DROP INDEX {index}")
    run(f"INSERT INTO pg_temp.kernel_source SELECT * FROM {schema}.kernel_source")  # noqa: S608
    return Overlay(schema)
