"""Match: find for profiles the customers that they are, after their import has committed.

Step by step, each its own transaction: find the candidates (`candidates`); compare them; join what
is the same and ask about what is not sure (`joining`). A profile is marked as matched at the end,
so that what was killed in between is done again. Where very many wait, as after a first load, they
are matched together (`bulk`): the same decisions, in a fraction of the time.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from typing import Final, Self, TypeVar
from uuid import UUID

from django.db import connection

from concord.customers.actions import waiting
from concord.customers.actions.candidates import Announced, Batch, Pair, announce, claim
from concord.customers.actions.joining import settle
from concord.customers.matching.compare import Comparison, compare
from concord.customers.matching.worth import worth_of
from concord.customers.rows import fetch
from concord.kernel.beside import Beside
from concord.kernel.deadlocks import despite_deadlocks
from concord.kernel.memory import uncollected

BATCH: Final = 1_000
MANY: Final = 20_000  # profiles of one import: more than that are a first load
AT_ONCE: Final = 16 * BATCH
WORTH_TWO: Final = 4  # batches: a second process takes as long to start as we for one of them
Progress = Callable[[str, int, int], None]  # step, done, of how many
_A = TypeVar("_A")
_T = TypeVar("_T")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Matched:
    """How many profiles were looked at, pairs joined, and pairs put before a person."""

    profiles: int = 0
    joined: int = 0
    to_review: int = 0

    def __add__(self, other: Matched) -> Matched:
        return Matched(
            self.profiles + other.profiles,
            self.joined + other.joined,
            self.to_review + other.to_review,
        )


def match(profile_ids: Iterable[UUID]) -> Matched:
    """Match these profiles against all. Call after commit; may be repeated without harm."""
    with Matching(at_once=True) as matching:
        matching.add(profile_ids)
        return matching.finish()


def match_pending(limit: int | None = None, progress: Progress | None = None) -> Matched:
    """Match all profiles that wait, the oldest first (those of a killed import, too).

    Without a limit, very many of them together: then `progress` is told how far it is.
    """
    total = _match_together(progress) if limit is None else Matched()
    while (limit is None or total.profiles < limit) and (
        found := _match_waiting(None if limit is None else limit - total.profiles)
    ).profiles:
        total += found
    return total


def _match_together(progress: Progress | None) -> Matched:
    if connection.in_atomic_block or not waiting.is_worth():
        return Matched()
    from concord.customers.actions import bulk  # DuckDB, which hardly a process needs

    done = bulk.match_all_waiting(progress or (lambda step, done, total: None))
    return Matched(done.profiles, done.joined, done.to_review)


def _match_waiting(limit: int | None) -> Matched:
    """Those that wait now, once through."""
    after, left = UUID(int=0), limit
    with Matching(at_once=True) as matching:
        while left is None or left > 0:
            rows = fetch(
                """
                SELECT id FROM customers_profile
                WHERE matched_at IS NULL AND withdrawn_at IS NULL AND id > %s ORDER BY id LIMIT %s
                """,
                [after, AT_ONCE if left is None else min(AT_ONCE, left)],
            )
            if not rows:
                break
            matching.add(row[0] for row in rows)
            after, left = rows[-1][0], None if left is None else left - len(rows)
        return matching.finish()


class Matching:
    """Matches what it is given once all of it is there, as an import does at its end.

    Two entries that look like one are told apart by a third that stands further down: nothing is
    decided before all has been said. A second process works on what waits beside the caller; within
    a transaction of the caller, whose rows nobody else sees, the caller does it all. Of a first
    load, all is matched together (`bulk`); not so where all shall be matched `at_once`.
    """

    def __init__(self, *, at_once: bool = False) -> None:
        self._waiting: deque[list[UUID]] = deque()
        self._beside = Beside()
        self._pool = ThreadPoolExecutor(1, "match")
        self._added = 0
        self._many = None if at_once else MANY

    def add(self, profile_ids: Iterable[UUID]) -> None:
        """These have been committed (or are of the caller's transaction), and are to be matched."""
        wanted = list(dict.fromkeys(profile_ids))
        self._added += len(wanted)
        if self._is_first_load and not connection.in_atomic_block:
            self._waiting.clear()  # they wait in the database
            return
        self._waiting.extend(
            wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)
        )

    def finish(self) -> Matched:
        """All that was added is matched; how much it was."""
        waiting = deque(map(Announced, self._waiting))
        if len(waiting) > 1:
            waiting = deque(self._all(announce, self._waiting))
        matched = sum(self._all(_match, waiting), Matched())
        if self._is_first_load and not connection.in_atomic_block:
            matched += match_pending()
        return matched

    @property
    def _is_first_load(self) -> bool:
        return self._many is not None and self._added > self._many

    def _all(self, work: Callable[[_A], _T], waiting: deque[_A]) -> list[_T]:
        """The work on each batch that waits, of many by two of us; in no order."""
        other: Future[list[_T]] | None = None
        if len(waiting) >= WORTH_TWO and not connection.in_atomic_block:
            other = self._pool.submit(_work_beside, work, waiting, self._beside)
        done = [work(batch) for batch in _each(waiting)]
        if other is not None:
            done += other.result()
        return done + [work(batch) for batch in _each(waiting)]  # what the other left, when killed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._waiting.clear()  # after an error, the other one stops, too
        self._pool.shutdown()
        self._beside.close()


def _work_beside(work: Callable[[_A], _T], waiting: deque[_A], beside: Beside) -> list[_T]:
    done = []
    for batch in _each(waiting):
        try:
            done.append(beside.call(work, batch))
        except BrokenProcessPool:
            logger.warning("The process that matched beside this one was ended; this one goes on.")
            waiting.append(batch)
            break
    return done


def _each(waiting: deque[_A]) -> Iterator[_A]:
    """Two threads take from it, each batch goes to one of them."""
    while waiting:
        try:
            yield waiting.popleft()
        except IndexError:  # the other one was faster
            return


def _match(announced: Announced) -> Matched:
    return despite_deadlocks(partial(_match_once, announced))


@uncollected()
def _match_once(announced: Announced) -> Matched:
    batch, pairs = claim(announced)
    return Matched(len(announced.profiles), *settle(batch, dict(compared(batch, pairs))))


def compared(batch: Batch, pairs: Iterable[Pair]) -> Iterator[tuple[Pair, Comparison]]:
    """The pairs compared, one by one, but for those that are not worth it."""
    worth = worth_of(batch.model)
    for pair in pairs:
        left, right = batch.features[pair[0]], batch.features[pair[1]]
        if worth.may_matter(left, right):
            shared = batch.shared.between(left, right)
            yield pair, compare(left, right, shared, batch.model)
