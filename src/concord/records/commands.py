"""`concord import`, `undo`, `replay`, `watch` and `sources`."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction

from concord.kernel.command import Command
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.records.importing.alike import warnings_of
from concord.records.importing.counts import KINDS, OUTCOMES
from concord.records.importing.mapping import read_mapping
from concord.records.importing.replay import replay_all
from concord.records.importing.run import judge, run_import
from concord.records.importing.sources import source_named
from concord.records.importing.undo import undo_import
from concord.records.importing.watch import Watcher, summary
from concord.records.models import Import, ImportState, Rejection
from concord.records.queries.sources import source_health

SHOWN = 10  # rejected rows that the command prints; all of them stand among the rows to fix


def _configure_import(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV, JSON lines or Excel")
    parser.add_argument("--source", metavar="NAME", help="the system that the file comes from")
    parser.add_argument(
        "--new-source", action="store_true", help="make the source, where there is none of the name"
    )
    parser.add_argument("--mapping", type=Path, required=True, metavar="MAPPING.toml")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, do nothing")
    _configure_by(parser)


def _configure_by(parser: ArgumentParser) -> None:
    parser.add_argument("--as", dest="by", metavar="EMAIL", help="in whose name")


def _import(options: Namespace) -> int:
    mapping = read_mapping(options.mapping)
    judge(options.file, mapping.text)  # first of all: what is wrong with the file itself
    name = options.source or mapping.source
    if not name:
        raise Problem(
            "Nobody says which source the file is of.",
            place="--source",
            mend='Say --source NAME, or write source = "NAME" at the top of the mapping.',
        )
    bar = _Bar()
    try:
        with _made_for_good(not options.dry_run):
            imported = run_import(
                options.file,
                source_named(name, new=options.new_source),
                mapping.text,
                by=_person(options.by),
                dry_run=options.dry_run,
                progress=bar.show,
            )
    finally:
        bar.end()
    _print_import(imported, dry_run=options.dry_run)
    return 1 if imported.state == ImportState.STOPPED else 0


@contextmanager
def _made_for_good(keep: bool) -> Iterator[None]:
    """A dry run leaves nothing, a source that it made included."""
    if keep:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _print_import(imported: Import, *, dry_run: bool) -> None:
    head = "It would be" if dry_run else f"Import {imported.pk}"
    if imported.state == ImportState.STOPPED:
        head += f", stopped after row {imported.rows_done:,}; the same command resumes it"
    _print(f"{head}: {summary(imported)}.")
    for kind in KINDS:
        counts = imported.counts.get(kind)
        if counts:
            said = ", ".join(f"{counts[name]:,} {name}" for name in OUTCOMES if counts.get(name))
            _print(f"  {kind}: {said}")
    for warning in warnings_of(imported):
        _print(warning)
    if dry_run:
        rejected: list[Rejection] = imported.dry_rows  # type: ignore[attr-defined]
        total = imported.counts["rows"]["rejected"]
    else:
        total = imported.rejections.filter(resolved_at=None).count()
        rejected = list(imported.rejections.filter(resolved_at=None).order_by("line")[:SHOWN])
    if total:
        _print(f"Rows to fix: {total:,}")
    for one in rejected[:SHOWN]:
        place = f"line {one.line}, {one.column}" if one.column else f"line {one.line}"
        _print(f"  {place}: {one.reason} {one.mend}".rstrip())
    if total > SHOWN:
        _print(f"  … and {total - SHOWN:,} more")


def _configure_number(parser: ArgumentParser) -> None:
    parser.add_argument("number", type=int, metavar="IMPORT", help="its number")
    _configure_by(parser)


def _undo(options: Namespace) -> int:
    imported = _of_number(options.number)
    bar = _Bar()
    try:
        undone = undo_import(imported, _person(options.by), bar.show)
    finally:
        bar.end()
    if not undone:
        _print(f"Import {imported.pk} was undone before; nothing to do.")
    for kind, counts in undone.items():
        said = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
        if said:
            _print(f"{kind}: {said}")
    return 0


def _configure_replay(parser: ArgumentParser) -> None:
    _configure_number(parser)
    parser.add_argument("--mapping", type=Path, metavar="MAPPING.toml", help="a mended mapping")


def _replay(options: Namespace) -> int:
    imported = _of_number(options.number)
    mapping = read_mapping(options.mapping).text if options.mapping else ""
    counts = replay_all(imported, _person(options.by), mapping)
    _print(", ".join(f"{number:,} {name}" for name, number in counts.items()))
    return 0 if not counts["still to fix"] else 1


def _configure_watch(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--once", action="store_true", help="import what is there and end")


def _watch(options: Namespace) -> int:
    if not options.folder.is_dir():
        raise Problem("There is no such folder.", place=str(options.folder), mend="Make it first.")
    watcher = Watcher(options.folder, tell=_print)
    if options.once:
        watcher.look_once()
    else:
        _print(f"Watching {options.folder}; Ctrl-C ends it.")
        watcher.watch()
    return 0


def _sources(options: Namespace) -> int:
    said = {"kept": "kept its promise", "broken": "LATE", "silent": "never spoke", "none": ""}
    for health in source_health():
        spoke = f"{health.last_spoke_at:%Y-%m-%d %H:%M}" if health.last_spoke_at else "never"
        fix = f"{health.to_fix:,} rows to fix" if health.to_fix else ""
        parts = [f"{health.source.key:<24} last spoke {spoke:<16}", said[health.promise], fix]
        _print("  ".join(part for part in parts if part))
    return 0


def _of_number(number: int) -> Import:
    found = Import.objects.filter(pk=number).first()
    if found is None:
        raise Problem("There is no such import.", place=str(number), mend="See concord sources.")
    return found


def _person(email: str | None) -> User | None:
    if not email:
        return None
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise Problem("Nobody here has this e-mail address.", place="--as", mend="Correct it.")
    return found


class _Bar:
    """A line on a terminal that says how far it is; nothing where nobody looks."""

    def __init__(self) -> None:
        self.shown = False
        self.begun = time.monotonic()

    def show(self, done: int, total: int | None) -> None:
        if not sys.stderr.isatty():
            return
        rate = done / max(time.monotonic() - self.begun, 0.001)
        part = min(1.0, done / total) if total else 0.0
        bar = "█" * round(30 * part) + "░" * (30 - round(30 * part))
        of = f" of about {total:,}" if total else ""
        sys.stderr.write(f"\r{bar} {done:,}{of} rows, {rate:,.0f} a second\x1b[K")
        sys.stderr.flush()
        self.shown = True

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\n")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


COMMANDS = [
    Command("import", "import a file with a mapping", _import, _configure_import),
    Command("undo", "undo an import as a whole", _undo, _configure_number),
    Command("replay", "take the rows to fix of an import up again", _replay, _configure_replay),
    Command("watch", "import what is dropped into a folder", _watch, _configure_watch),
    Command("sources", "when each source last spoke, and what is to fix", _sources),
]
