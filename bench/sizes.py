"""Memory of an import and of its undo at several times the rows: `script/bench sizes [ROWS]`.

Each runs in a process of its own whose greatest memory is read at its end: it must not grow with
the file. Neither may the time of a row. Once with records, once with customers (not matched).
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from bench import profiles, records
from bench.database import scratch_database
from bench.harness import Say

ROWS: Final = 100_000
MORE: Final = 40  # megabytes that are borne: caches that fill
SLOWER: Final = 1.6  # times as long a row


def measure(say: Say, rows: int = ROWS) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, scratch_database("concord_sizes"):
        return {
            "records": _of("records", say, Path(folder), rows, 4),
            # As many as what is remembered of single values holds (65,536 of a kind), and more.
            "customers": _of("customers", say, Path(folder), rows * 3 // 4, 2),
        }


def _of(what: str, say: Say, folder: Path, rows: int, times: int) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for size in (rows, times * rows):
        path = folder / f"{what}-{size}.csv"
        if what == "records":
            records.write(path, size)
        else:
            profiles.write(path, size, retell=False)
        for act in ("import", "undo"):
            seconds, megabytes = _beside(act, what, str(path))
            figures[f"{act}_of_{size}"] = {
                "rows_a_second": round(size / seconds), "peak_memory_mb": megabytes,
            }  # fmt: skip
            say(f"{what}: {act} of {size:,}: {size / seconds:,.0f} a second, {megabytes} MB")
    for act in ("import", "undo"):
        small, large = figures[f"{act}_of_{rows}"], figures[f"{act}_of_{times * rows}"]
        if large["peak_memory_mb"] > small["peak_memory_mb"] + MORE:
            raise AssertionError(f"{what}: the memory of {act} grows with the file: {figures}")
        if large["rows_a_second"] * SLOWER < small["rows_a_second"]:
            raise AssertionError(f"{what}: {act} of a row takes longer in a large file: {figures}")
    return figures


def _beside(act: str, what: str, path: str) -> tuple[float, int]:
    from django.db import connection

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["concord.kernel.preloaded"])
    settings = connection.settings_dict
    connection.close()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_act, args=(settings, act, what, path, theirs))
    process.start()
    theirs.close()
    found: tuple[float, int] = ours.recv()
    process.join()
    return found


def _act(database: dict[str, Any], act: str, what: str, path: str, out: Connection) -> None:
    from django.db import connection

    from concord.kernel.models import Source
    from concord.records.importing.run import run_import
    from concord.records.importing.undo import undo_import
    from concord.records.models import Import

    connection.settings_dict.update(database)
    begin = time.perf_counter()
    if act == "import":
        source, _ = Source.objects.get_or_create(key=what, defaults={"words": {"en": what}})
        mapping = records.MAPPING if what == "records" else profiles.MAPPING
        run_import(Path(path), source, mapping, match=False)
    else:
        undo_import(Import.objects.latest("pk"), None)
    seconds = time.perf_counter() - begin
    out.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
    connection.close()


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else ROWS)


if __name__ == "__main__":
    main(sys.argv[1:])
