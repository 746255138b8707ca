"""Match a first load: all profiles that wait, together, many times as fast as one after the other.

The same decisions as on line, by the same code (`matching.bulk` says which pairs; `candidates`
writes keys, `joining` joins and asks). Step by step, in processes beside this one:

1. The profiles are prepared in parts: their blocking keys are claimed and written as on line, a
   transaction a part; their features go to files.
2. Once all keys are written, pairs are found and compared: whoever comes in meanwhile finds our
   keys, whoever came before is found by us.
3. What belongs together is settled in chunks, a transaction each: joined, asked about, marked.

Killed in between, what is not marked waits and is matched anew; nothing is half done. What changes
meanwhile is left out, and waits to be matched on line. One run at a time; its folder is emptied at
both ends.
"""

from __future__ import annotations

import os
import shutil
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from sys import intern
from typing import Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from concord.customers.actions.candidates import Batch, said, write_keys
from concord.customers.actions.joining import settle
from concord.customers.actions.waiting import LOCK
from concord.customers.matching import bulk, model
from concord.customers.matching.bulk import PART, Found, common_of, forms_of
from concord.customers.matching.run import Run
from concord.customers.rows import copy_lines, fetch, run
from concord.kernel.beside import Beside
from concord.kernel.deadlocks import despite_deadlocks
from concord.kernel.memory import uncollected

CHUNK: Final = 2_000  # profiles settled in a transaction
_NOBODY: Final = -1
_A = TypeVar("_A")
_T = TypeVar("_T")
Progress = Callable[[str, int, int], None]  # step (prepare, compare, settle), done, of how many


@dataclass(frozen=True, slots=True)
class Done:
    """Profiles matched, pairs joined, pairs asked about; and the pairs on the way there."""

    profiles: int = 0
    joined: int = 0
    to_review: int = 0
    candidates: int = 0
    compared: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    folder: Path
    number: int
    profiles: list[UUID]
    is_ours: bool


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Since when each says what it says, "" where it says nothing; who was matched before."""

    since: list[str]
    again: set[UUID]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """`since` are its profiles, `seen` all that they are compared with."""

    folder: Path
    own: list[Found]
    beside: list[Found]
    since: dict[UUID, str]
    seen: dict[UUID, str]
    again: set[UUID]


def match_all_waiting(progress: Progress = lambda step, done, total: None) -> Done:
    """Match all profiles that wait now; nothing where somebody else does so already."""
    with _alone() as is_alone:
        if not is_alone:
            return Done()
        with _folder() as folder, Beside(os.cpu_count() or 1) as beside:
            return _Load(folder, beside, progress).match()


def forget_killed() -> None:
    """Remove what a killed run left in its folder; nothing while somebody matches."""
    with _alone() as is_alone:
        if is_alone:
            shutil.rmtree(_place(), ignore_errors=True)


class _Load:
    def __init__(self, folder: Path, beside: Beside, progress: Progress) -> None:
        self._folder = folder
        self._beside = beside
        self._progress = progress
        self._ids = b""  # of all profiles, in the order of their numbers
        self._since: list[str] = []
        self._again: set[UUID] = set()

    def match(self) -> Done:
        waiting = _waiting()
        if not waiting:
            return Done()
        self._prepare(waiting, is_ours=True)
        ours = len(self._since)
        in_use = model.in_force()
        self._run = Run(self._folder, ours)
        try:
            self._prepare(self._strangers(ours), is_ours=False)
            self._run.share(in_use)
            candidates, compared = self._run.candidates(in_use)
            self._compare(compared)
            joined, asked = self._settle(len(waiting))
        finally:
            self._run.close()
        return Done(len(waiting), joined, asked, candidates, compared)

    def _prepare(self, profiles: list[UUID], *, is_ours: bool) -> None:
        """Numbers are given in whole parts: what is left of the last one is nobody."""
        first = len(self._since) // PART
        parts = [
            _Part(self._folder, first + at // PART, profiles[at : at + PART], is_ours)
            for at in range(0, len(profiles), PART)
        ]
        for part, done in zip(parts, self._each(prepare, parts), strict=True):
            gap = PART - len(part.profiles)
            self._ids += b"".join(one.bytes for one in part.profiles) + bytes(16 * gap)
            self._since += [*map(intern, done.since), *[""] * gap]
            self._again |= done.again
            if is_ours:
                at = min(len(self._since), len(profiles))
                self._progress("prepare", at, len(profiles))

    def _strangers(self, ours: int) -> list[UUID]:
        """The matched ones that share a key with ours: read in one go, after all of ours are
        written."""
        names = [self._ids[at : at + 16].hex() for at in range(0, 16 * ours, 16)]
        with transaction.atomic():
            run("CREATE TEMP TABLE ours (id uuid PRIMARY KEY)")
            copy_lines("ours", ("id",), (name for name in names if name.strip("0")))
            run("ANALYZE ours")
            for keys, holders in _held_by_others():
                self._run.offer(keys, holders)
            run("DROP TABLE ours")
        return [UUID(who) for who in self._run.others()]

    def _compare(self, count: int) -> None:
        done = 0
        slices = ((self._folder, at, pairs) for at, pairs in enumerate(self._run.slices()))
        for compared in self._each(compare, slices):
            done += compared
            self._progress("compare", done, count)

    def _settle(self, count: int) -> tuple[int, int]:
        joined = asked = done = 0
        for settled in self._each(settle_chunk, self._chunks()):
            joined, asked = joined + settled[1], asked + settled[2]
            done += settled[0]
            self._progress("settle", done, count)
        return joined, asked

    def _chunks(self) -> Iterator[_Chunk]:
        """Who is joined to each other is in one chunk; all of ours are in some chunk."""
        chunk_of, members = self._placed()
        found = self._run.placed(chunk_of)
        next_one = next(found, None)
        for number, profiles in enumerate(members):
            own: list[Found] = []
            beside: list[Found] = []
            if next_one is not None and next_one[0] == number:
                _, own, beside = next_one
                next_one = next(found, None)
            looked = {n for one in (*own, *beside) for n in (one.left, one.right)}
            since = self._said(profiles)
            again = self._again & since.keys()
            yield _Chunk(self._folder, own, beside, since, self._said(looked), again)

    def _placed(self) -> tuple[array[int], list[list[int]]]:
        """The chunk of each number, and the numbers of ours in each chunk."""
        root = self._run.components(len(self._since))
        chunk_of = array("i", [_NOBODY]) * len(self._since)
        members: list[list[int]] = []
        for number in range(self._run.ours):
            if not self._since[number]:
                continue
            chunk = chunk_of[root(number)]
            if chunk == _NOBODY:
                if not members or len(members[-1]) >= CHUNK:
                    members.append([])
                chunk = chunk_of[root(number)] = len(members) - 1
            chunk_of[number] = chunk
            members[chunk].append(number)
        for number in range(self._run.ours, len(self._since)):
            chunk_of[number] = chunk_of[root(number)]
        return chunk_of, members

    def _said(self, numbers: Iterable[int]) -> dict[UUID, str]:
        """Ids, and since when each says what it says."""
        return {UUID(bytes=self._ids[16 * n : 16 * n + 16]): self._since[n] for n in numbers}

    def _each(self, function: Callable[[_A], _T], items: Iterable[_A]) -> Iterator[_T]:
        """Within a transaction of the caller, whose rows nobody else sees, in this process."""
        if connection.in_atomic_block:
            return map(function, items)
        return self._beside.each(function, items)


# In a process beside


@uncollected()
def prepare(part: _Part) -> _Prepared:
    known = {profile: (since, of) for profile, since, of in said(part.profiles)}
    features = [known[one][1] if one in known else None for one in part.profiles]
    keys = bulk.write_part(part.folder, part.number, features, with_keys=part.is_ours)
    again: set[UUID] = set()
    if part.is_ours:
        with transaction.atomic():
            again = write_keys(keys)
    return _Prepared([known[one][0] if one in known else "" for one in part.profiles], again)


@uncollected()
def compare(task: tuple[Path, int, list[tuple[int, int]]]) -> int:
    bulk.compare_slice(*task)
    return len(task[2])


def settle_chunk(chunk: _Chunk) -> tuple[int, int, int]:
    """Profiles matched, pairs joined, pairs asked about."""
    return despite_deadlocks(partial(_settle_chunk, chunk))


@uncollected()
def _settle_chunk(chunk: _Chunk) -> tuple[int, int, int]:
    common, forms = common_of(chunk.folder), forms_of(chunk.folder)
    pairs = [*chunk.own, *chunk.beside]
    numbers = {number for one in pairs for number in (one.left, one.right)}
    own, beside = (
        dict(one.compared(forms, common) for one in some) for some in (chunk.own, chunk.beside)
    )
    batch = Batch(
        since=chunk.since,
        features={forms[number].id: forms[number] for number in numbers},
        shared=common.shared,
        model=common.model,
        again=chunk.again,
        seen=chunk.seen,
    )
    return len(chunk.since), *settle(batch, own, beside)


# Rows


def _waiting() -> list[UUID]:
    rows = fetch(
        """
        SELECT id FROM customers_profile
        WHERE matched_at IS NULL AND withdrawn_at IS NULL AND NOT is_stub ORDER BY id
        """
    )
    return [row[0] for row in rows]


def _held_by_others() -> Iterator[tuple[list[int], list[str]]]:
    """The keys of all who are not ours, and who holds each."""
    with (
        connection.cursor() as cursor,
        cursor.copy(
            """
            COPY (SELECT key, profile_id FROM customers_blockkey b
                  WHERE NOT EXISTS (SELECT FROM ours WHERE ours.id = b.profile_id)) TO STDOUT
            """
        ) as out,
    ):
        keys: list[int] = []
        holders: list[str] = []
        for key, holder in _lines(out):
            keys.append(int(key))
            holders.append(holder)
            if len(keys) == 500_000:
                yield keys, holders
                keys, holders = [], []
        yield keys, holders


def _lines(blocks: Iterable[memoryview | bytes]) -> Iterator[tuple[str, str]]:
    rest = ""
    for block in blocks:
        *lines, rest = (rest + bytes(block).decode()).split("\n")
        for line in lines:
            key, _, holder = line.partition("\t")
            yield key, holder


@contextmanager
def _alone() -> Iterator[bool]:
    """One run at a time; a killed one has lost its connection, and with it the lock."""
    [(is_ours,)] = fetch("SELECT pg_try_advisory_lock(%s, 0)", [LOCK])
    try:
        yield bool(is_ours)
    finally:
        if is_ours:
            fetch("SELECT pg_advisory_unlock(%s, 0)", [LOCK])


@contextmanager
def _folder() -> Iterator[Path]:
    """For this run alone: what a killed one has left there is gone."""
    folder = _place()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        common_of.cache_clear()
        forms_of.cache_clear()
        shutil.rmtree(folder, ignore_errors=True)


def _place() -> Path:
    return Path(settings.MEDIA_ROOT) / "bulk"
