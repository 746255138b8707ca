"""The least that a call can take on this machine: what no program of ours can give back.

The statements of a call asked again as they stand, with nothing around them; a commit of one row
that lasts; and a loop of nothing that works as long as we do. A limit for a whole call is out of
reach where these alone are above it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import repeat
from typing import NamedTuple

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.harness import timed

_OURS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


class Replayed(NamedTuple):
    """Seconds by the clock, and of work: of this process, and of the database's."""

    clock: float
    ours: float
    theirs: float


def replayed(call: Callable[[], object], server: Callable[[], float]) -> Replayed:
    """The statements of the call, one transaction with its commit. What the call itself wrote is
    undone before; each round trip of it is one of ours. `server` tells the work of the database."""
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        call()
        texts = [query["sql"] for query in asked]
        transaction.set_rollback(True)
    *statements, last = [text.encode() for text in texts if not text.startswith(_OURS)]
    with connection.connection.cursor() as plain:
        theirs, begin, begun = server(), time.perf_counter(), time.process_time()
        plain.execute(b"BEGIN", prepare=False)
        for text in statements:
            plain.execute(text, prepare=False)
        plain.execute(last + b"; COMMIT", prepare=False)
        clock, ours = time.perf_counter() - begin, time.process_time() - begun
    return Replayed(clock, ours, server() - theirs)


def committed(times: int) -> list[float]:
    """Seconds by the clock of so many commits, each of one row of a table of nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_commit (at int)")
        cursor.execute("INSERT INTO bench_commit VALUES (0)")
        raw = cursor.cursor
        return [timed(lambda: raw.execute(b"INSERT INTO bench_commit VALUES (1)"))
                for _ in range(times)]  # fmt: skip


def looped(seconds: float, times: int) -> list[float]:
    """Seconds by the clock of so many loops of nothing, each of about so many of work."""
    loop, begun = 100_000, time.process_time()
    _idle(loop)
    length = max(1, int(loop * seconds / (time.process_time() - begun)))
    return [timed(lambda: _idle(length)) for _ in range(times)]


def _idle(length: int) -> None:
    for _ in repeat(None, length):
        pass
