# ruff: noqa: S608 - names and numbers of our own in SQL, no input
"""A run of bulk matching: who shares a blocking key, and what came of comparing them.

DuckDB over the files of `bulk`, on disk and within `MEMORY`.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from concord.customers.matching import bound, weights
from concord.customers.matching.bulk import Common, Found
from concord.customers.matching.model import Model
from concord.customers.matching.shared import Shared

SLICE: Final = 20_000  # pairs compared in one go
MEMORY: Final = "1500MB"  # of DuckDB; beyond it works on disk


class Run:
    """The pairs of what was written to the folder: the numbers below `ours` are matched, with each
    other and with those that come after them."""

    def __init__(self, folder: Path, ours: int) -> None:
        self._folder = folder
        self.ours = ours
        self._database = duckdb.connect(str(folder / "run.duckdb"))
        self._do(f"SET memory_limit = '{MEMORY}'")
        self._do(f"SET temp_directory = '{folder / 'spilt'}'")
        self._do("SET preserve_insertion_order = false")
        self._do(f"CREATE TABLE keys AS SELECT * FROM {self._all('keys')}")
        self._do("CREATE TABLE others (k BIGINT, who VARCHAR)")

    def close(self) -> None:
        self._database.close()

    def offer(self, keys: Sequence[int], holders: Sequence[str]) -> None:
        """Keys of profiles that are not ours, and who holds each: those are taken that we have."""
        theirs = pa.table({"k": pa.array(keys, pa.int64()), "who": pa.array(holders, pa.string())})
        self._database.register("theirs", theirs)
        self._do("INSERT INTO others SELECT k, who FROM theirs SEMI JOIN keys USING (k)")
        self._database.unregister("theirs")

    def others(self) -> list[str]:
        """Who of them may be one of ours: they get the numbers from `ours` on, in this order."""
        cap = weights.BLOCK_CAP
        self._do(
            """
            CREATE TABLE held AS SELECT k, count(*) AS holders, max(bit) AS bit
            FROM (SELECT k, bit FROM keys UNION ALL SELECT k, 0 FROM others)
            GROUP BY k HAVING count(*) > 1
            """
        )
        self._do(
            f"""
            CREATE TABLE strangers AS
            SELECT who, {self.ours} + row_number() OVER (ORDER BY who) - 1 AS n
            FROM (SELECT DISTINCT who FROM others JOIN held USING (k) WHERE holders <= {cap})
            """
        )
        self._do(
            """
            INSERT INTO keys
            SELECT k, n, bit FROM others JOIN strangers USING (who) JOIN held USING (k)
            """
        )
        return [row[0] for row in self._rows("SELECT who FROM strangers ORDER BY n")]

    def share(self, model: Model) -> None:
        """What is nobody's own, told to all processes. All parts are written now."""
        cap, few = weights.BLOCK_CAP, weights.SHARED_BY
        for table in ("names", "words", "contacts"):
            self._do(f"CREATE VIEW {table} AS SELECT * FROM {self._all(table)}")
        self._do(
            f"""
            CREATE TABLE sides AS
            SELECT sides.*, n IN (SELECT n FROM keys JOIN held USING (k)
                                  WHERE holders > {few} AND held.bit > 0) AS public
            FROM {self._all("sides")} sides
            """
        )
        rows = self._rows(
            f"""
            WITH many AS (SELECT k, holders FROM held WHERE holders > {few} AND bit > 0),
            among AS (
                SELECT k, any_value(holders) AS holders,
                       count(DISTINCT identity) FILTER (person AND identity <> '') AS people,
                       count(DISTINCT identity) FILTER (NOT person AND identity <> '') AS firms
                FROM many JOIN keys USING (k) JOIN sides USING (n)
                GROUP BY k
            )
            SELECT DISTINCT value, holders > {cap} OR people > {few},
                   holders > {cap} OR firms > {few}
            FROM among JOIN contacts USING (k)
            """
        )
        shared = Shared({row[0] for row in rows if row[1]}, {row[0] for row in rows if row[2]})
        (self._folder / "common").write_bytes(pickle.dumps(Common(model, shared)))

    def candidates(self, model: Model) -> tuple[int, int]:
        """How often two share a key, and how many pairs are to be compared; of some others it is
        sure that they join."""
        for statement in bound.statements(model, self.ours):
            self._do(statement)
        sure = f"'{self._folder}/sure.found' (FORMAT parquet)"
        self._do(f"COPY (SELECT l, r, true AS joins FROM sure) TO {sure}")
        [(shared, left)] = self._rows(
            f"""
            SELECT (SELECT coalesce(sum(holders * (holders - 1) // 2), 0)::BIGINT FROM held
                    WHERE holders <= {weights.BLOCK_CAP}),
                   (SELECT count(*) FROM survivors)
            """
        )
        return shared, left

    def slices(self) -> Iterator[list[tuple[int, int]]]:
        """The pairs to compare, those of one left side together."""
        yield from self._streamed("SELECT l, r FROM survivors ORDER BY l, r")

    def sure(self) -> list[tuple[int, int]]:
        """The pairs that join and are not compared."""
        return self._rows("SELECT l, r FROM sure")

    def found(self) -> tuple[int, int]:
        """How many pairs join, and how many are asked about."""
        query = (
            f"SELECT count(*) FILTER (joins), count(*) FILTER (NOT joins) FROM {self._all('found')}"
        )
        [(joining, asked)] = self._rows(query)
        return joining, asked

    def components(self, count: int) -> Callable[[int], int]:
        """Who is connected by pairs that join, of so many numbers: each one's representative."""
        parent = array("I", range(count))

        def root(number: int) -> int:
            while (above := parent[number]) != number:
                parent[number] = number = parent[above]
            return number

        for some in self._streamed(f"SELECT l, r FROM {self._all('found')} WHERE joins"):
            for left, right in some:
                parent[root(left)] = root(right)
        return root

    def placed(self, chunk_of: array[int]) -> Iterator[tuple[int, list[Found], list[Found]]]:
        """Chunk by chunk what was found: its own, and the questions of later chunks about it.

        A question about two chunks belongs to the later one.
        """
        chunks = pa.table({"n": pa.array(range(len(chunk_of)), pa.uint32()),
                           "chunk": pa.array(chunk_of, pa.int32())})  # fmt: skip
        self._database.register("chunks", chunks)
        self._do(
            f"""
            CREATE TABLE placed AS
            WITH known AS (
                SELECT f.*, a.chunk AS one, b.chunk AS other FROM {self._all("found")} f
                JOIN chunks a ON a.n = l JOIN chunks b ON b.n = r
            )
            SELECT greatest(one, other) AS chunk, true AS is_own, l, r, joins FROM known
            UNION ALL
            SELECT least(one, other), false, l, r, joins FROM known
            WHERE one <> other AND least(one, other) >= 0
            """
        )
        rows = (
            row
            for some in self._streamed("SELECT * FROM placed ORDER BY chunk, l, r")
            for row in some
        )
        for chunk, group in groupby(rows, key=itemgetter(0)):
            found = [(row[1], Found(*row[2:])) for row in group]
            yield (
                chunk,
                [one for is_own, one in found if is_own],
                [one for is_own, one in found if not is_own],
            )

    def _streamed(self, query: str) -> Iterator[list[tuple[Any, ...]]]:
        cursor = self._database.cursor().execute(query)
        while some := cursor.fetchmany(SLICE):
            yield some

    def _all(self, table: str) -> str:
        return f"read_parquet('{self._folder}/*.{table}')"

    def _do(self, statement: str) -> None:
        self._database.execute(statement)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._database.execute(query).fetchall()
