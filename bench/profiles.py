"""Profiles imported with matching, a second: `script/bench profiles [COUNT]`.

End to end, as `concord import` does it: a file is read, mapped, received and matched. Half of the
profiles are new; the other half, a second system's file, describe misspelt and with gaps the
customers of whom the first has told. Beside the clock stand the processor times of our processes
and of the database: on a machine that others use too, these say what the clock does not.
"""

from __future__ import annotations

import csv
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from bench.database import scratch_database
from bench.harness import Say
from bench.people import a_company, retold

COUNT = 40_000
WANTED = 1_500  # profiles a second
COLUMNS = {
    "Name": "name",
    "Native name": "name_native",
    "Street": "street",
    "City": "city",
    "Postcode": "postcode",
    "Country": "country",
    "Phone": "phones",
    "E-mail": "emails",
    "Tax number": "tax_id",
}
MAPPING = "\n".join(
    [
        "[[profile]]",
        'key = "Number"',
        'kind = "organisation"',
        "[profile.set]",
        *(f'{attribute} = "{column}"' for column, attribute in COLUMNS.items()),
    ]
)


@dataclass(slots=True)
class Spent:
    """Seconds by the clock, of our processor and of the database's."""

    wall: float = 0.0
    ours: float = 0.0
    theirs: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.ours + other.ours, self.theirs + other.theirs)


def measure(say: Say, count: int = COUNT) -> dict[str, Any]:
    with scratch_database():
        return _measure(say, count)


def _measure(say: Say, count: int) -> dict[str, Any]:
    from concord.customers.models import Customer, Judgement, Pair

    steps = dict(_steps(count // 2))
    total = sum(steps.values(), Spent())
    loads = os.getloadavg()
    by_clock, by_processor = count / total.wall, count / (total.ours + total.theirs)
    customers = Customer.objects.filter(merged_into=None).count()
    say(f"{count:,} profiles, load {loads[0]:.1f} on {os.cpu_count()} cores")
    say(f"by the clock {by_clock:,.0f} a second: {_verdict(by_clock)}")
    say(
        f"by processor time {by_processor:,.0f} a second, one after the other: "
        f"{_verdict(by_processor)}"
    )
    say(
        f"  {_each(total.ours, count)} ours ({count / total.ours:,.0f} a second),"
        f" {_each(total.theirs, count)} the database's ({count / total.theirs:,.0f} a second)"
    )
    for name, spent in steps.items():
        share = (spent.ours + spent.theirs) / (total.ours + total.theirs)
        wall, ours, theirs = (
            _each(seconds, count // 2) for seconds in (spent.wall, spent.ours, spent.theirs)
        )
        say(
            f"  {name:<20} {share:>4.0%}: {ours} ours, {theirs} the database's, {wall} by the clock"
        )
    say(f"{customers:,} customers, {Pair.objects.count():,} pairs to review")
    return {
        "profiles": count,
        "wanted_a_second": WANTED,
        "by_the_clock_a_second": round(by_clock),
        "by_processor_time_a_second": round(by_processor),
        "our_microseconds_a_profile": round(total.ours / count * 1e6),
        "database_microseconds_a_profile": round(total.theirs / count * 1e6),
        "load": [round(load, 1) for load in loads],
        "share_by_step": {
            name: round((each.ours + each.theirs) / (total.ours + total.theirs), 3)
            for name, each in steps.items()
        },
        "customers": customers,
        "joined": Judgement.objects.count(),
    }


def _steps(count: int) -> Iterator[tuple[str, Spent]]:
    from concord.kernel.models import Source
    from concord.records.importing.run import run_import

    with tempfile.TemporaryDirectory() as folder:
        for which in ("new", "known"):
            path = Path(folder) / f"{which}.csv"
            write(path, count, retell=which == "known")
            source = Source.objects.create(key=f"bench-{which}", words={"en": which})
            yield f"{which} ones", _clocked(partial(run_import, path, source, MAPPING))


def write(path: Path, count: int, *, retell: bool) -> None:
    """A system's customers; retold: those of another one, misspelt and with gaps."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Number", *COLUMNS])
        for number in range(count):
            data = a_company(number, random.Random(number))
            if retell:
                data = retold(data, random.Random(-number - 1))
            cells = (data.get(name, "") for name in COLUMNS.values())
            out.writerow([f"K{number}", *(c[0] if isinstance(c, list) else c for c in cells)])


def _clocked(function: Callable[[], object]) -> Spent:
    database = _database()
    wall, ours, theirs = time.perf_counter(), _ours(), _busy(database)
    function()
    return Spent(time.perf_counter() - wall, _ours() - ours, _busy(database) - theirs)


def _ours() -> float:
    """Of this process and of those that match beside it, the ended ones, too."""
    me, server = psutil.Process(), _database()
    theirs = {server.pid, *(process.pid for process in server.children())}
    every = [me, *(one for one in me.children(recursive=True) if one.pid not in theirs)]
    return sum(sum(process.cpu_times()[:4]) for process in every)


def _database() -> psutil.Process:
    """The server, parent of the processes that serve us; it must be on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    if server is None:
        raise RuntimeError("The database's processes are not to be seen from here.")
    return server


def _busy(server: psutil.Process) -> float:
    """Seconds of processor that the server and all its processes took, those that ended too."""
    times = server.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in server.children():
        try:
            taken = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += taken.user + taken.system
    return float(total)


def _each(seconds: float, count: int) -> str:
    return f"{seconds / count * 1e6:,.0f} µs"


def _verdict(rate: float) -> str:
    return f"{'reaches' if rate >= WANTED else 'MISSES'} the {WANTED:,} that it must"


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else COUNT)


if __name__ == "__main__":
    main(sys.argv[1:])
