"""The answer to a file as it is understood: computed once, kept beside the file, gone with it.

A small file is answered in the request that asks; a larger one by the worker, and the page asks
again until it is there. Whoever computes holds a lock that ends with the process: two tabs or two
clicks never compute side by side, and what a killed worker left is begun again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import uuid4

from django.core.files import locks
from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from concord.kernel.errors import Problem
from concord.kernel.memory import uncollected
from concord.kernel.time import today
from concord.records.importing.readers import Table as FileTable
from concord.records.importing.readers import open_table
from concord.records.look.columns import Recognised
from concord.records.look.findings import Findings, look
from concord.records.look.opened import Opened, Said, open_upload
from concord.records.look.rows import Unread, read_rows
from concord.records.look.upload import Upload

VERSION: Final = 2  # of what is kept: another one is computed again
AT_ONCE: Final = 512 << 10  # bytes that are answered in the request: some 5,000 rows
AT_ONCE_WORKBOOK: Final = 200 << 10  # packed, which is as much
MOST_ANSWERS: Final = 20  # of one file; the oldest goes for another
MOST_ATTEMPTS: Final = 3
TOLD_EVERY: Final = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What is true in the file, and which rows of it could not be read."""

    findings: Findings
    unread: tuple[Unread, ...]  # the first ones
    unread_count: int
    is_cut: bool
    unread_by: Mapping[str, int]  # how many of them, by code
    totals: int  # rows that sum up others, left out
    total_names: tuple[str, ...]  # what the first of them are called

    @property
    def row_count(self) -> int:
        return self.findings.documents + self.unread_count

    @property
    def is_whole(self) -> bool:
        """Whether something is understood and nothing left out: only then all is clear."""
        return not (self.unread_count or self.is_cut) and self.findings.documents > 0

    @property
    def may_be_kept(self) -> bool:
        """A summary has no invoices to keep, and an import would take all amounts for one kind."""
        found = self.findings
        mixed = "other_currency" in self.unread_by
        return found.documents > 0 and found.kind in {"receivables", "orders"} and not mixed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a computation is. `since` is when it was asked for (seconds of the epoch)."""

    since: float
    attempts: int = 0
    done: int = 0
    total: int | None = None

    @property
    def percent(self) -> int | None:
        return min(99, 100 * self.done // self.total) if self.total else None

    @property
    def is_begun(self) -> bool:
        return self.attempts > 0

    @property
    def waits_long(self) -> bool:
        return not self.is_begun and time.time() - self.since > 20


@dataclass(frozen=True, slots=True)
class Look:
    """How far the look at a file has come: opened, then its columns known, then its answer."""

    opened: Opened | None = None
    known: Recognised | None = None
    answer: Answer | None = None
    progress: Progress | None = None

    @property
    def is_done(self) -> bool:
        """Answered, or a person must first say which column is which."""
        return self.answer is not None or (self.known is not None and self.known.kind == "unknown")


T = TypeVar("T")
_OPENED: Final = TypeAdapter(Opened)
_ANSWER: Final = TypeAdapter(Answer)
_PROGRESS: Final = TypeAdapter(Progress)
SAID: Final = TypeAdapter(Said)


def ask(upload: Upload, said: Said) -> Look:
    """What is known by now; a small file is answered on the spot, a larger one by the worker.

    Raises Problem where the file cannot be read.
    """
    found, place = _known(upload, said)
    if found.is_done:
        return found
    if _is_small(upload.path):
        compute(upload, said)
        found, place = _known(upload, said)
        if found.is_done:
            return found
    else:
        _hand_over(upload, said, place)
    return replace(found, progress=_progress(place))


def compute(upload: Upload, said: Said) -> None:
    """Compute and keep what is not known yet, unless another process is at it.

    A Problem with the file is kept as its answer; anything else that goes wrong as well, and is
    raised.
    """
    table = None
    if _read(upload.folder / "opened.json", _OPENED) is None:
        with _alone(upload.folder / "opened") as place:
            if place is None:
                return
            table = _attempt(upload, place, lambda told: _open(upload))
    opened = _read(upload.folder / "opened.json", _OPENED)
    if opened is None:
        return
    known = opened.understood(said)
    if known.kind == "unknown":
        return
    with _alone(_answer_place(upload, said, known)) as place:
        if place is not None:
            if table is None:
                table = open_table(upload.path, opened.file)
            _attempt(upload, place, partial(_answer, known, said, table, place), opened.size)


def _open(upload: Upload) -> FileTable:
    opened, table = open_upload(upload)
    _keep(upload.folder / "opened.json", _OPENED.dump_json(opened))
    return table


@uncollected()
def _answer(
    known: Recognised, said: Said, table: FileTable, place: Path, told: Callable[[int], None]
) -> None:
    read = read_rows(known, table.rows(), said.currency_of(known).code, told)
    found = look(read, today(), said.as_of)
    answer = Answer(
        found,
        tuple(read.unread),
        read.unread_count,
        read.is_cut,
        dict(read.unread_by),
        read.totals,
        tuple(read.total_names),
    )
    _keep(place.with_suffix(".json"), _ANSWER.dump_json(answer))
    _forget_oldest(place.parent)


# Where things are kept


def _known(upload: Upload, said: Said) -> tuple[Look, Path]:
    """What has been computed, and the place of what comes next; raises the Problem found there."""
    place = upload.folder / "opened"
    opened = _read(place.with_suffix(".json"), _OPENED)
    if opened is None:
        _raise_kept(place)
        return Look(), place
    known = opened.understood(said)
    if known.kind == "unknown":
        return Look(opened, known), place
    place = _answer_place(upload, said, known)
    answer = _read(place.with_suffix(".json"), _ANSWER)
    if answer is None:
        _raise_kept(place)
    return Look(opened, known, answer), place


def _answer_place(upload: Upload, said: Said, known: Recognised) -> Path:
    """By what was understood, however it was said: the same understanding is answered once."""
    understood = {
        "version": VERSION,
        "columns": sorted((role.value, index) for role, index in known.columns.items()),
        "dates": sorted((role.value, shape.written) for role, shape in known.dates.items()),
        "numbers": sorted((role.value, example) for role, example in known.numbers.items()),
        "kind": known.kind,
        "currency": said.currency_of(known).code,
        "as_of": str(said.as_of) if said.as_of else f"today {today()}",
    }
    folder = upload.folder / "answers"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / sha256(json.dumps(understood).encode()).hexdigest()


def _read(path: Path, kind: TypeAdapter[T]) -> T | None:
    try:
        return kind.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError:  # kept by another version of Concord
        path.unlink(missing_ok=True)
        return None


def _keep(path: Path, content: bytes) -> None:
    """Whole or not at all, whatever is killed."""
    written = path.with_name(f"{path.name}.{uuid4().hex}")
    written.write_bytes(content)
    written.replace(path)


def _raise_kept(place: Path) -> None:
    try:
        kept: dict[str, Any] = json.loads(place.with_suffix(".problem").read_bytes())
    except FileNotFoundError:
        return
    raise Problem(kept["message"], place=kept["place"], mend=kept["mend"])


def _forget_oldest(folder: Path) -> None:
    answers = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for old in answers[:-MOST_ANSWERS]:
        for path in (old, *(old.with_suffix(end) for end in (".lock", ".progress"))):
            path.unlink(missing_ok=True)


# One at a time


@contextmanager
def _alone(place: Path) -> Iterator[Path | None]:
    """The place, held against all others; None where another has it, or had it and is done."""
    try:
        file = place.with_suffix(".lock").open("ab")
    except FileNotFoundError:  # its day is over: all of it is gone
        yield None
        return
    with file:
        if not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
            yield None
            return
        try:
            done = any(place.with_suffix(end).exists() for end in (".json", ".problem"))
            yield None if done else place
        finally:
            locks.unlock(file)


def _is_held(place: Path) -> bool:
    with place.with_suffix(".lock").open("ab") as file:
        if locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
            locks.unlock(file)
            return False
        return True


def _attempt(
    upload: Upload,
    place: Path,
    work: Callable[[Callable[[int], None]], T],
    total: int | None = None,
) -> T | None:
    """Do it and tell how far it is; a problem is kept, for it would come again."""
    before = _progress(place)
    if before.attempts >= MOST_ATTEMPTS:
        _keep_problem(place, _broken_off(upload))
        return None
    now = replace(before, attempts=before.attempts + 1, done=0, total=total)
    _keep(place.with_suffix(".progress"), _PROGRESS.dump_json(now))
    last = time.monotonic()

    def told(done: int) -> None:
        nonlocal last
        if time.monotonic() - last > TOLD_EVERY:
            last = time.monotonic()
            said = replace(now, done=done)
            _keep(place.with_suffix(".progress"), _PROGRESS.dump_json(said))

    try:
        return work(told)
    except FileNotFoundError:
        if upload.path.exists():
            raise
    except Problem as problem:
        problem.place = _named(upload, problem)
        _keep_problem(place, problem)
    except Exception:
        _keep_problem(place, _unexpected(upload))
        raise
    return None


def _progress(place: Path) -> Progress:
    path = place.with_suffix(".progress")
    found = _read(path, _PROGRESS)
    if found is None:
        found = Progress(time.time())
        _keep(path, _PROGRESS.dump_json(found))
    return found


def _hand_over(upload: Upload, said: Said, place: Path) -> None:
    """To the worker, unless it has it or is at it; what a killed one left is asked for again."""
    from concord.records import jobs

    if not _is_held(place):
        jobs.ask_for_look(upload.id, SAID.dump_python(said, mode="json"))


# What is small, and what went wrong


def _is_small(path: Path) -> bool:
    with path.open("rb") as file:
        is_workbook = file.read(4) == b"PK\x03\x04"
    return path.stat().st_size <= (AT_ONCE_WORKBOOK if is_workbook else AT_ONCE)


def _named(upload: Upload, problem: Problem) -> str:
    """The place as the file's owner calls it: on disk it has another name."""
    return problem.place.replace(upload.path.name, upload.name) if problem.place else upload.name


def _keep_problem(place: Path, problem: Problem) -> None:
    kept = {"message": problem.message, "place": problem.place, "mend": problem.mend}
    _keep(place.with_suffix(".problem"), json.dumps(kept).encode())


def _broken_off(upload: Upload) -> Problem:
    return Problem(
        _("The look at this file broke off three times."),
        place=upload.name,
        mend=_("It may need more memory than there is. Split the file, or export fewer columns."),
    )


def _unexpected(upload: Upload) -> Problem:
    return Problem(
        _("Something went wrong here while this file was read; it has been logged."),
        place=upload.name,
        mend=_("Save it as CSV and try that, or ask an administrator to look into the log."),
    )
