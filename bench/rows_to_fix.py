"""Rows to fix: their lists among a million beside a thousand, and how fast one correction mends.

`script/bench rows_to_fix [MENDED] [LISTED]`
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from bench.database import scratch_database
from bench.harness import Limits, Say, timed
from bench.records import MAPPING, write

MENDED = 100_000  # rows that one correction takes up
LISTED = 1_000_000
FEW = 1_000
MOST_SLOWER = 3.0  # times, for a thousand times as many rows
MOST_TIMES_THE_IMPORT = 6.0  # a row corrected once beside a row imported
CORRECTIONS = 3  # one for each of its dates


def measure(say: Say, mended: int = MENDED, listed: int = LISTED) -> dict[str, Any]:
    limits = Limits(say)
    with tempfile.TemporaryDirectory() as folder, scratch_database():
        figures = _mended(say, Path(folder), mended) | _listed(say, listed)
    limits.at_most(
        "a row corrected once, in times of a row imported",
        figures["times_the_import"],
        MOST_TIMES_THE_IMPORT,
    )
    limits.at_most(
        f"the lists at {listed:,} rows, in times of those at {FEW:,}",
        figures["lists_slower"],
        MOST_SLOWER,
    )
    return figures | {"limits": limits.kept}


def _mended(say: Say, folder: Path, rows: int) -> dict[str, Any]:
    """A file read with the wrong date format, mended by saying the right one."""
    from concord.kernel.models import Source
    from concord.records.importing import mending
    from concord.records.importing.corrections import correction_for
    from concord.records.importing.mapping import parse
    from concord.records.importing.run import run_import
    from concord.records.models import RowGroup

    path = folder / "invoices.csv"
    write(path, rows)
    good = Source.objects.create(key="good", words={"en": "Good"})
    imported = timed(lambda: run_import(path, good, MAPPING, match=False))
    wrong = MAPPING.replace('date = "%d.%m.%Y"', 'date = "%Y/%m/%d"')
    source = Source.objects.create(key="wrong", words={"en": "Wrong"})
    rejected = timed(lambda: run_import(path, source, wrong, match=False))
    mended = 0.0
    while group := RowGroup.objects.filter(waiting__gt=0).order_by("-waiting").first():
        groups = list(
            RowGroup.objects.select_related("imported__source").filter(
                code=group.code, column=group.column, waiting__gt=0
            )
        )
        found = correction_for("date", group.column, parse(wrong), text="%d.%m.%Y")
        begun = mending.begin(None, groups, found)
        mended += timed(partial(mending.finish, begun))
    last = source.imports.get()
    if last.counts["rows"]["created"] != rows:
        raise AssertionError(f"not every row was taken up: {last.counts['rows']}")
    say(f"imported: {rows / imported:,.0f} rows a second; all rejected: {rows / rejected:,.0f}")
    once = mended / CORRECTIONS
    say(f"corrected three times, a date each: {rows / once:,.0f} rows a second")
    return {
        "mended_rows": rows,
        "import_rows_a_second": round(rows / imported),
        "rejected_rows_a_second": round(rows / rejected),
        "corrected_rows_a_second": round(rows / once),
        "times_the_import": round(once / imported, 2),
    }


def _listed(say: Say, rows: int) -> dict[str, Any]:
    few = _asked(FEW)
    many = _asked(rows - FEW)
    slower = max(many[name] / few[name] for name in few)
    for name, seconds in many.items():
        say(f"{name}: {few[name] * 1000:.1f} ms at {FEW:,} rows, {seconds * 1000:.1f} at {rows:,}")
    return {
        "listed_rows": rows,
        "lists_ms": {name: round(seconds * 1000, 2) for name, seconds in many.items()},
        "lists_slower": round(slower, 2),
    }


def _asked(more: int) -> dict[str, float]:
    """Median seconds of each list, after so many more rows were rejected."""
    from concord.customers.rows import run
    from concord.kernel.access import Viewer
    from concord.kernel.models import Role
    from concord.records.models import RowGroup
    from concord.records.queries import rows_to_fix as queries

    _reject(more)
    run("ANALYZE records_rejection, records_rowgroup")
    viewer = Viewer(1, Role.SPONSOR, None, None, True, "en")
    groups = queries.groups_to_fix(viewer)
    largest = RowGroup.objects.order_by("-waiting", "id")[0]
    calls = {
        "groups": lambda: queries.page_of_groups(groups),
        "rows of a group": lambda: queries.page_of_rows([largest]),
        "how many": lambda: queries.rows_to_fix(viewer),
    }
    return {
        name: statistics.median(timed(call) for _again in range(15)) for name, call in calls.items()
    }


def _reject(rows: int) -> None:
    """So many rows to fix more, in twenty groups of an import of their own."""
    from concord.customers.rows import run
    from concord.kernel.models import Source
    from concord.kernel.time import now
    from concord.records.importing.counts import nothing
    from concord.records.models import Import, RowGroup

    source = Source.objects.get(key="wrong")
    imported = Import.objects.create(
        source=source, file_name="x.csv", state="done", counts=nothing(), started_at=now()
    )
    groups = RowGroup.objects.bulk_create(
        RowGroup(imported=imported, code="date", column="Datum", value=f"day {n}")
        for n in range(20)
    )
    first = groups[0].pk
    run(
        """
        INSERT INTO records_rejection (imported_id, group_id, line, "column", value, code, reason,
            mend, detail, raw, found_at, resolution, note)
        SELECT %(import)s, %(first)s + n %% 20, n, 'Datum', 'day ' || n %% 20, 'date', '', '', '{}',
               jsonb_build_object('Datum', 'day ' || n %% 20, 'Rechnung', n), now(), '', ''
        FROM generate_series(1, %(rows)s) n
        """,
        {"import": imported.pk, "first": first, "rows": rows},
    )


def main(arguments: list[str]) -> None:
    measure(print, *(int(one) for one in arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
