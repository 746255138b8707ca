"""What a file has said so far: a key may come again, but not with other values.

Without this a file that says two things of one key would flip between them each time it is
imported. Kept in a temporary SQLite database, which spills to disk: memory does not grow with
the file.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from concord.customers.said import ProfileSaid
from concord.records.actions.relations import RelationSaid
from concord.records.importing.convert import Given, Statement
from concord.records.said import AllocationSaid, LineSaid, LinkSaid, RecordSaid, Ref, dump

Mark = tuple[int, int]  # a hash of the key, a hash of what is said of it


class Seen:
    def __init__(self) -> None:
        self.database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self.database.execute("CREATE TABLE seen (key INTEGER PRIMARY KEY, content INTEGER)")
        self.database.execute("CREATE TABLE named (key INTEGER PRIMARY KEY)")
        self.present: dict[int, int] = {}
        self.fresh: dict[int, int] = {}

    def close(self) -> None:
        self.database.close()

    @contextmanager
    def batch(self, marks: Iterable[Mark]) -> Iterator[None]:
        """Within it the keys of `marks` may be asked for and added."""
        asked = json.dumps([key for key, _ in marks])
        self.present = dict(
            self.database.execute(
                "SELECT key, content FROM seen WHERE key IN (SELECT value FROM json_each(?))",
                [asked],
            )
        )
        self.fresh = {}
        yield
        self.database.execute("BEGIN")
        self.database.executemany("INSERT INTO seen VALUES (?, ?)", self.fresh.items())
        self.database.execute("COMMIT")

    def name(self, keys: Iterable[int]) -> None:
        """Keys of rows that are to be fixed: they say nothing, but they are in the file."""
        rows = [(key,) for key in keys]
        if rows:
            self.database.execute("BEGIN")
            self.database.executemany("INSERT OR IGNORE INTO named VALUES (?)", rows)
            self.database.execute("COMMIT")

    def absent(self, keys: Iterable[int]) -> set[int]:
        """Those of these keys that stand in no row of the file."""
        found = self.database.execute(
            """
            SELECT value FROM json_each(?)
            WHERE value NOT IN (SELECT key FROM seen) AND value NOT IN (SELECT key FROM named)
            """,
            [json.dumps(list(keys))],
        )
        return {key for (key,) in found}

    def differs(self, marks: Iterable[Mark]) -> bool:
        return any(self.present.get(key, content) != content for key, content in marks)

    def knows(self, marks: Iterable[Mark]) -> bool:
        return all(key in self.present for key, _ in marks)

    def add(self, marks: Iterable[Mark]) -> None:
        for key, content in marks:
            if key not in self.present:
                self.present[key] = self.fresh[key] = content


# By what a thing is known in a file, whatever is said of it


def key_of_record(type: str, key: str) -> int:
    return hash(("r", type, key))


def key_of_profile(key: str) -> int:
    return hash(("P", key))


def key_of_line(record: Ref, key: str) -> int:
    return hash(("l", record, key))


def key_of_relation(one: str, kind: str, other: str) -> int:
    return hash(("s", one, kind, other))


def marks_of(given: Given) -> list[Mark]:
    return _marks(given.statement)


def _marks(statement: Statement) -> list[Mark]:
    match statement:
        case RecordSaid():
            return [(key_of_record(statement.type, statement.key), hash(statement.line()))]
        case ProfileSaid() if statement.partial:
            # Several rows may each add to one customer; no attribute may be given two values.
            key = statement.key
            return [
                _mark(("p", key, name), _plain(value)) for name, value in statement.data.items()
            ] or [_mark(("p", key), "")]
        case ProfileSaid():
            whole = (statement.kind, statement.unit_id, dump(statement.data))
            return [(key_of_profile(statement.key), hash(whole))]
        case LineSaid():
            numbers = (statement.quantity, statement.unit_price, statement.amount)
            line = (statement.product, *numbers, dump(statement.data))
            return [(key_of_line(statement.record, statement.key), hash(line))]
        case LinkSaid():
            ends = (statement.from_record, statement.role, statement.to_record)
            return [_mark(("k", *ends), "")]
        case AllocationSaid():
            settles = (statement.payment, statement.invoice, statement.amount, statement.at)
            return [_mark(("a", statement.key), settles)]
        case RelationSaid():
            related = key_of_relation(statement.from_key, statement.kind, statement.to_key)
            times = (statement.title, statement.valid_from, statement.valid_to)
            return [(related, hash(times))]


def _plain(value: Any) -> Any:
    return dump({"": value})


def _mark(key: Any, content: Any) -> Mark:
    return hash(key), hash(content)


def called(statement: Statement) -> str:
    """What a statement is about, for a person: `invoice R-17`, `customer 4711`."""
    match statement:
        case RecordSaid():
            return f"{statement.type} {statement.key}"
        case ProfileSaid():
            return f"customer {statement.key}"
        case LineSaid():
            return f"{statement.record.type} {statement.record.key}, line {statement.key}"
        case AllocationSaid():
            return f"allocation {statement.key}"
        case RelationSaid():
            return f"{statement.from_key} {statement.kind} {statement.to_key}"
        case LinkSaid():
            return f"{statement.from_record.key} {statement.role} {statement.to_record.key}"
