"""A folder in which systems drop their nightly exports: what comes is imported and put away.

A file is read with the mapping of its name: `invoices-2026-11-21.csv` with `invoices.toml` beside
it, or with the mapping that the source `invoices` keeps. What has been imported is moved to
`done/`, what could not be read to `failed/`, with the reason beside it. A file that nobody has
mapped yet is moved to `waiting/` and shown on the page Sources: once somebody has said there what
its columns mean, it and all that are called so are taken.

Whatever is wrong with one file, the others are taken. Links are not followed: what they lead to may
be read by Concord and by nobody who may write into the folder.
"""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import close_old_connections, connection
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.kernel.lost import is_lost
from concord.kernel.models import Source
from concord.kernel.time import now
from concord.records.importing.kinds import mapping_of_file
from concord.records.importing.mapping import parse, read_mapping
from concord.records.importing.run import run_import
from concord.records.importing.sources import nearly_named, source_named
from concord.records.importing.steady import digest_of
from concord.records.importing.watched_names import is_named, source_of, without_date
from concord.records.models import Draft, Import, ImportState

ENDINGS: Final = frozenset({".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".xlsx", ".xlsm"})
QUIET_SECONDS: Final = 2.0  # a file that has not grown for so long has been written
DONE: Final = "done"
FAILED: Final = "failed"
WAITING: Final = "waiting"
UNMAPPED: Final = "unmapped"
Told = Callable[[str], None]
Seen = tuple[int, int]  # size and time
logger = logging.getLogger(__name__)


@dataclass
class Watcher:
    """Looks into one folder. `sizes` are the sizes and times of the last look, `left` those of the
    files that cannot even be moved: they are left alone until they are written anew."""

    folder: Path
    tell: Told
    quiet: float = QUIET_SECONDS
    sizes: dict[Path, Seen] = field(default_factory=dict)
    left: dict[Path, Seen] = field(default_factory=dict)

    def look(self) -> int:
        """Import every file that has stopped growing; how many there were.

        Raises Problem where its own folders are not, or lead elsewhere.
        """
        for name in (DONE, FAILED, WAITING):
            _require_own(self.folder / name)
        found = self._take_waiting()
        for path in self._files():
            if self._is_written(path):
                with self._alone(path):
                    self._take(path)
                found += 1
        return found

    def look_once(self) -> int:
        """As a nightly job does: wait for what is still being written, import, and be done."""
        found = self.look()
        while list(self._files()):
            time.sleep(self.quiet)
            found += self.look()
        return found

    def watch(self, pause: float = 5.0) -> None:
        """Look again and again, until the process is ended; a database or a folder that is away
        for a while is told once, and waited for."""
        told = ""
        while True:
            close_old_connections()
            try:
                self.look()
                told = ""
            except Exception as error:
                connection.close()
                if told != str(error):
                    logger.exception("The watched folder cannot be looked at")
                    self.tell(str(error))
                told = str(error)
            time.sleep(pause)

    def _files(self, folder: Path | None = None) -> Iterator[Path]:
        """Those with a mapping or without, the oldest first; no hidden and half-copied ones."""
        files = [
            (found.st_mtime_ns, path.name, path)
            for path in (folder or self.folder).iterdir()
            if path.suffix.lower() in ENDINGS and not path.name.startswith(".")
            if (found := _there(path)) and self.left.get(path) != _seen(found)
        ]
        return iter([path for _time, _name, path in sorted(files)])

    def _is_written(self, path: Path) -> bool:
        """Unchanged since the last look and for a while: whoever writes it is done."""
        found = _there(path)
        if found is None:
            return False
        same = self.sizes.get(path) == _seen(found)
        self.sizes[path] = _seen(found)
        return same or time.time() - found.st_mtime > self.quiet

    @contextmanager
    def _alone(self, path: Path) -> Iterator[None]:
        """What is wrong with one file is said beside it, and the others are taken.

        If the database goes away, the file is not to blame: it stays where it is.
        """
        try:
            yield
        except Problem as problem:
            if problem.code != "running":  # else another watcher has it
                self._set_aside(path, problem)
        except Exception as error:
            lost = is_lost(error)
            connection.close()  # nobody knows what it still holds
            if lost:
                raise
            logger.exception("%s could not be imported", path.name)
            self._set_aside(path, _unforeseen(path, error))

    def _take(self, path: Path) -> None:
        self.sizes.pop(path, None)
        _refuse_link(path)
        try:
            source, mapping = mapping_for(path)
        except Problem as problem:
            if problem.code != UNMAPPED:
                raise
            self._let_wait(path)
        else:
            self._import(path, source, mapping)

    def _import(self, path: Path, source: Source, mapping: str) -> None:
        for join in parse(mapping).joins:
            _refuse_link(path.parent / join.file)
        imported = run_import(path, source, mapping)
        _put_away(path, DONE, within=self.folder)
        self.tell(f"{path.name}: {summary(imported)}")

    def _set_aside(self, path: Path, problem: Problem) -> None:
        found = _there(path)
        if found is None:
            return  # somebody has taken it away
        self.tell(str(problem) if problem.place == path.name else f"{path.name}: {problem}")
        try:
            _put_away(path, FAILED, f"{problem}\n", within=self.folder)
        except OSError as error:
            self.left[path] = _seen(found)
            self.tell(f"{path.name}: {error}")

    def _let_wait(self, path: Path) -> None:
        """Until somebody says on the page what its columns mean."""
        from concord.records.actions.drafts import bring

        if not Draft.objects.filter(by=None, file_digest=digest_of(path)).exists():
            bring(path, path.name, by=None, watched_as=without_date(path.stem).casefold())
        _put_away(path, WAITING, within=self.folder)
        self.tell(
            f"{path.name} waits on the page Sources, for somebody to say what its columns mean"
            f" (or for {without_date(path.stem)}.toml beside it)."
        )

    def _take_waiting(self) -> int:
        """Those whose mapping has been said meanwhile; the page may have imported them itself."""
        folder = self.folder / WAITING
        taken = 0
        for path in self._files(folder) if folder.is_dir() else ():
            with self._alone(path):
                taken += self._take_mapped(path)
        return taken

    def _take_mapped(self, path: Path) -> bool:
        _refuse_link(path)
        try:
            source, mapping = mapping_for(path, beside=self.folder)
        except Problem:
            return False
        done = Import.objects.filter(source=source, file_digest=digest_of(path)).first()
        if done is None:
            self._import(path, source, mapping)
        elif done.state == ImportState.DONE:
            _put_away(path, DONE, within=self.folder)
        return done is None


def _there(path: Path) -> os.stat_result | None:
    """What the disk says of a file, or of a link to one; None of what is none, or has just gone."""
    try:
        found = path.lstat()
        is_file = path.is_file() if stat.S_ISLNK(found.st_mode) else stat.S_ISREG(found.st_mode)
    except OSError:
        return None
    return found if is_file else None


def _seen(found: os.stat_result) -> Seen:
    return found.st_size, found.st_mtime_ns


def _require_own(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Problem(
            _("This must be a folder of its own, and no link."),
            place=str(folder),
            mend=_("Take it away: it is made anew."),
        )


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise Problem(
            _("This is a link to a file, and links are not followed."),
            place=path.name,
            mend=_("Put the file itself here."),
        )


def _unforeseen(path: Path, error: Exception) -> Problem:
    return Problem(
        _("Something went wrong here while this file was imported: %(why)s.")
        % {"why": f"{type(error).__name__}: {error}"},
        place=path.name,
        mend=_("Show it to whoever looks after Concord; to try it again, put it back."),
    )


def mapping_for(path: Path, beside: Path | None = None) -> tuple[Source, str]:
    """The source and mapping of a file by its name; Problem (`UNMAPPED`) where there is none.

    `beside` is the folder in which mappings lie, where it is not the file's own.
    """
    folder = beside or path.parent
    beside_it = (one for one in folder.glob("*.toml") if not one.is_symlink())
    near = [one for one in beside_it if is_named(path.stem, one.stem)]
    if near:
        chosen = max(near, key=lambda one: len(one.stem))
        written = read_mapping(chosen)
        named = written.source or chosen.stem
        # Whoever put a mapping here named its source; one that is nearly called so is a slip.
        return source_named(named, new=not nearly_named(named)), written.text
    source = source_of(path.stem)
    if source is not None:
        return source, mapping_of_file(source, path)
    raise Problem(
        _("No mapping has the name that this file begins with."),
        place=path.name,
        mend=_("Put a mapping beside it, for example %(name)s.toml.")
        % {"name": without_date(path.stem)},
        code=UNMAPPED,
    )


def _put_away(path: Path, where: str, why: str = "", *, within: Path) -> None:
    """Move it within the folder; a name that is there already gets the time beside it."""
    folder = within / where
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    if target.exists():
        target = folder / f"{path.stem}.{now():%Y%m%dT%H%M%S%f}{path.suffix}"
    path.replace(target)
    if why:
        target.with_name(target.name + ".reason.txt").write_text(why, encoding="utf-8")


def summary(imported: Import) -> str:
    """The counts of the rows in one line; what is zero is left out but for what was read."""
    rows = imported.counts["rows"]
    parts = [f"{rows['read']:,} rows read"]
    words = {
        "created": "created",
        "changed": "changed",
        "unchanged": "unchanged",
        "rejected": "to fix",
        "skipped": "skipped",
    }
    parts += [f"{rows[name]:,} {word}" for name, word in words.items() if rows[name]]
    return ", ".join(parts)
