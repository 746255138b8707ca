"""Records imported a second, beside a raw COPY of the same rows: `script/bench records [ROWS]`.

End to end: the file is read, mapped, converted, compared, written with all indexes, and counted.
Beside the clock stand the processor times of our process and of the database's: on a machine that
others use too, these say what the clock does not.
"""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil

from bench.database import scratch_database
from bench.harness import Limits, Say, timed

ROWS = 100_000
GOAL = 10_000
CUSTOMERS = 5_000
MAPPING = """\
[defaults]
date = "%d.%m.%Y"
number = "1.234,56"
currency = "EUR"

[[record]]
type = "invoice"
key = "Rechnung"
profile = "Debitor"
subject = { template = "Rechnung {Rechnung}: {Text}" }
opened = "Datum"
due = "Fällig"
closed = "Ausgeglichen"
status = { column = "St", values = { O = "open", P = "paid" } }
amount = "Betrag"
[record.set]
disputed = { column = "Strittig", values = { J = true, N = false } }
terms = "Zahlungsziel"
"""


def measure(say: Say, rows: int = ROWS) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, scratch_database():
        return _measure(say, rows, Path(folder))


def _measure(say: Say, rows: int, folder: Path) -> dict[str, Any]:
    from concord.kernel.models import Source
    from concord.records.importing.run import run_import
    from concord.records.importing.undo import undo_import
    from concord.records.models import Record

    path = folder / "invoices.csv"
    write(path, rows)
    source = Source.objects.create(key="bench", words={"en": "Bench"})
    figures: dict[str, Any] = {"rows": rows, "megabytes": round(path.stat().st_size / 1e6, 1)}

    raw = timed(lambda: copy_raw(path))
    figures["raw_copy_rows_a_second"] = round(rows / raw)
    say(f"raw COPY of the file into a bare table: {rows / raw:,.0f} rows a second")

    def an_import() -> Any:
        return run_import(path, source, MAPPING)

    for name, said in (("import", "imported"), ("import_again", "imported again, unchanged")):
        seconds, ours, theirs, done = clocked(an_import)
        outcome = {k: v for k, v in done.counts["rows"].items() if v}
        expected = "created" if name == "import" else "unchanged"
        if outcome != {"read": rows, expected: rows}:
            raise AssertionError(f"{name}: {outcome}")
        figures[f"{name}_rows_a_second"] = round(rows / seconds)
        figures[f"{name}_our_microseconds_a_row"] = round(ours / rows * 1e6, 1)
        figures[f"{name}_database_microseconds_a_row"] = round(theirs / rows * 1e6, 1)
        figures[f"{name}_times_the_raw_copy"] = round(seconds / raw, 1)
        say(
            f"{said}: {rows / seconds:,.0f} rows a second, {seconds / raw:.1f} times the raw COPY"
            f" (processor: {ours / rows * 1e6:.0f} µs a row ours,"
            f" {theirs / rows * 1e6:.0f} µs the database's)"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures["peak_memory_mb"] = peak
    first = source.imports.order_by("id").first()
    if first is None or Record.objects.filter(withdrawn_at=None).count() != rows:
        raise AssertionError("not every row became a record")
    limits = Limits(say)
    limits.at_least("records imported", figures["import_rows_a_second"], GOAL)
    figures["limits"] = limits.kept
    undo, _, _, _ = clocked(lambda: undo_import(first, None))
    figures["undo_rows_a_second"] = round(rows / undo)
    say(f"undone: {rows / undo:,.0f} rows a second; peak memory {peak} MB")
    return figures


def write(path: Path, rows: int) -> None:
    """An accounting export as a German system writes it; every row different."""
    start = date(2024, 1, 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        header = "Rechnung;Debitor;Text;Datum;Fällig;Ausgeglichen;St;Betrag;Strittig;Zahlungsziel"
        out.writerow(header.split(";"))
        for n in range(rows):
            day = start + timedelta(days=n % 700)
            settled = day + timedelta(days=20 + n % 30) if n % 5 else None
            out.writerow(
                [
                    f"R{n:08d}",
                    f"D{n * 7919 % CUSTOMERS:05d}",
                    f"Messgerät G{n % 90} und Zubehör",
                    f"{day:%d.%m.%Y}",
                    f"{day + timedelta(days=30):%d.%m.%Y}",
                    f"{settled:%d.%m.%Y}" if settled else "",
                    "P" if settled else "O",
                    f"{n % 9}.{n % 1000:03d},{n % 100:02d}",
                    "J" if n % 40 == 0 else "N",
                    "30 Tage netto",
                ]
            )


def copy_raw(path: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        columns = ", ".join(f"c{n} text" for n in range(10))
        cursor.execute(f"CREATE TABLE bench_raw ({columns})")
        with (
            path.open("rb") as file,
            cursor.copy("COPY bench_raw FROM STDIN (FORMAT csv, HEADER, DELIMITER ';')") as copy,
        ):
            while chunk := file.read(1 << 16):
                copy.write(chunk)
        cursor.execute("DROP TABLE bench_raw")


def clocked(function: Callable[[], Any]) -> tuple[float, float, float, Any]:
    """Seconds by the clock, of our processor and of the database's, and what came of it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    wall, ours, theirs = time.perf_counter(), time.process_time(), busy(backend)
    result = function()
    return (
        time.perf_counter() - wall,
        time.process_time() - ours,
        busy(backend) - theirs,
        result,
    )


def busy(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else ROWS)


if __name__ == "__main__":
    main(sys.argv[1:])
