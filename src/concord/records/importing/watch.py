"""A folder in which systems drop their nightly exports: what comes is imported and put away.

A file is read with the mapping of its name: `invoices-2026-11-21.csv` with `invoices.toml` beside
it, or with the mapping that the source `invoices` keeps. What has been imported is moved to
`done/`, what could not be read to `failed/`, with the reason beside it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import close_old_connections
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.kernel.time import now
from concord.records.importing.mapping import parse
from concord.records.importing.run import run_import
from concord.records.importing.sources import nearly_named, source_named
from concord.records.models import Import

ENDINGS: Final = frozenset({".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".xlsx", ".xlsm"})
QUIET_SECONDS: Final = 2.0  # a file that has not grown for so long has been written
Told = Callable[[str], None]


@dataclass
class Watcher:
    """Looks into one folder. `sizes` are the sizes and times of the last look."""

    folder: Path
    tell: Told
    quiet: float = QUIET_SECONDS
    sizes: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def look(self) -> int:
        """Import every file that has stopped growing; how many there were."""
        found = 0
        for path in self._files():
            if self._is_written(path):
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
        """Look again and again, until the process is ended."""
        while True:
            close_old_connections()
            self.look()
            time.sleep(pause)

    def _files(self) -> Iterator[Path]:
        """Those with a mapping or without, the oldest first; no hidden and half-copied ones."""
        files = [
            path
            for path in self.folder.iterdir()
            if path.suffix.lower() in ENDINGS and path.is_file() and not path.name.startswith(".")
        ]
        return iter(sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name)))

    def _is_written(self, path: Path) -> bool:
        """Unchanged since the last look and for a while: whoever writes it is done."""
        stat = path.stat()
        seen = (stat.st_size, stat.st_mtime_ns)
        same = self.sizes.get(path) == seen
        self.sizes[path] = seen
        return same or time.time() - stat.st_mtime > self.quiet

    def _take(self, path: Path) -> None:
        self.sizes.pop(path, None)
        try:
            source, mapping = mapping_for(path)
            imported = run_import(path, source, mapping)
        except Problem as problem:
            if problem.code == "running":
                return  # another watcher has it
            _put_away(path, "failed", f"{problem}\n")
            self.tell(str(problem) if problem.place == path.name else f"{path.name}: {problem}")
        else:
            _put_away(path, "done")
            self.tell(f"{path.name}: {summary(imported)}")


def mapping_for(path: Path) -> tuple[Source, str]:
    """The source and mapping of a file by its name; Problem where there is none."""
    near = [one for one in path.parent.glob("*.toml") if _names(path.stem, one.stem)]
    if near:
        chosen = max(near, key=lambda one: len(one.stem))
        text = chosen.read_text(encoding="utf-8")
        named = parse(text, chosen.name).source or chosen.stem
        # Whoever put a mapping here named its source; one that is nearly called so is a slip.
        return source_named(named, new=not nearly_named(named)), text
    sources = [one for one in Source.objects.exclude(mapping="") if _names(path.stem, one.key)]
    if sources:
        source = max(sources, key=lambda one: len(one.key))
        return source, source.mapping
    raise Problem(
        _("No mapping has the name that this file begins with."),
        place=path.name,
        mend=_("Put a mapping beside it, for example %(name)s.toml.")
        % {"name": without_date(path.stem)},
    )


def _names(stem: str, name: str) -> bool:
    """Whether `invoices-2026-11-21` is a file of `invoices` (and `invoicesold` is none)."""
    rest = stem.casefold().removeprefix(name.casefold())
    return stem.casefold().startswith(name.casefold()) and not rest[:1].isalpha()


def without_date(stem: str) -> str:
    """`invoices` of `invoices-2026-11-21`: the next export is called otherwise."""
    return re.sub(r"[-_. ]*\d[\d\-_. T]*$", "", stem) or stem


def _put_away(path: Path, where: str, why: str = "") -> None:
    """Move it within the folder; a name that is there already gets the time beside it."""
    folder = path.parent / where
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
