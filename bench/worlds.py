"""Two hundred random worlds by four workers at once: `script/bench worlds [WORLDS]`.

Four processes import, undo, mend, match, judge, merge, part and take back at random, over the same
two sources and the same few keys. What each was told is done stands in a model of some lines
(`bench.model`), kept in memory; at the end of each world the database must say what the model
says: the records and profiles and all their states in order, who is one customer, their golden
values, the counts. Then every import is undone, and nothing may be left.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from bench.database import scratch_database
from bench.harness import Say
from bench.model import Event, Model, require_as_the_model_says

WORLDS: Final = 200
WORKERS: Final = 4
ACTS: Final = 14
SOURCES: Final = ("books", "crm")
HEADER: Final = "No,Cust,Name,City,Sum"
RECORDS: Final = [f"r{n}" for n in range(10)]
CUSTOMERS: Final = [f"c{n}" for n in range(5)]
NAMES: Final = ["", "", "Hanbit Precision", "HANBIT PRECISION CO", "Lindqvist AB", "Brenner GmbH"]
MAPPING: Final = """
[defaults]
number = "1234.56"

[[profile]]
when = { column = "Name", empty = false }
key = "Cust"
repeated = "first"
[profile.set]
name = "Name"
city = "City"

[[record]]
type = "invoice"
key = "No"
profile = "Cust"
amount = "Sum"
"""


def measure(say: Say, worlds: int = WORLDS) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    with tempfile.TemporaryDirectory() as folder, scratch_database("concord_worlds"):
        return live(say, Path(folder), worlds)


def live(
    say: Say, folder: Path, worlds: int, first_seed: int = 0, acts: int = ACTS
) -> dict[str, Any]:
    """Raises where a world is not as the model says."""
    begin, happened = time.perf_counter(), Counter[str]()
    for seed in range(first_seed, first_seed + worlds):
        _found_sources()
        events = _lived(folder, seed, acts)
        happened.update(event.what for event in events)
        model = Model.of(events)
        require_as_the_model_says(model, f"world {seed}")
        undo_all()
        require_as_the_model_says(model.with_all_undone(), f"world {seed}, all undone")
        if (seed + 1 - first_seed) % 20 == 0:
            say(f"{seed + 1 - first_seed} worlds, {time.perf_counter() - begin:.0f} s")
    say(f"{worlds} worlds of {WORKERS} workers at once: each as the model says")
    return {
        "worlds": worlds,
        "workers_at_once": WORKERS,
        "acts": dict(sorted(happened.items())),
        "worlds_that_were_otherwise": 0,
    }


def _lived(folder: Path, seed: int, acts: int) -> list[Event]:
    """What the workers were told that is done."""
    from django.db import connection

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["concord.kernel.preloaded"])
    settings = connection.settings_dict
    connection.close()
    workers = []
    for number in range(WORKERS):
        ours, theirs = context.Pipe(duplex=False)
        arguments = (settings, str(folder), f"{seed}-{number}", acts, theirs)
        process = context.Process(target=_work, args=arguments)
        process.start()
        theirs.close()
        workers.append((process, ours))
    events: list[Event] = []
    for process, ours in workers:
        done, error = ours.recv()
        process.join()
        if error:
            raise AssertionError(f"world {seed}: {error}")
        events += done
    return events


def _found_sources() -> None:
    from django.core.management import call_command
    from django.db import connection

    from concord.kernel.models import Source, User

    call_command("flush", interactive=False, verbosity=0)
    for key in SOURCES:
        Source.objects.create(key=key, words={"en": key})
    for number in range(WORKERS):
        User.objects.create(email=f"{number}@worlds.example", name=f"Worker {number}")
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE IF NOT EXISTS worlds_order")


def undo_all() -> None:
    from concord.records.importing.undo import undo_import
    from concord.records.models import Import

    for imported in Import.objects.exclude(state="undone").order_by("-id"):
        undo_import(imported, None)


# A worker


def _work(database: dict[str, Any], folder: str, name: str, acts: int, out: Connection) -> None:
    import traceback

    from django.db import connection

    connection.settings_dict.update(database)
    worker = Worker(Path(folder), name)
    try:
        worker.run(acts)
        out.send((worker.events, ""))
    except BaseException:  # noqa: BLE001 - its parent raises it
        out.send(([], traceback.format_exc()))
    connection.close()


class Worker:
    """Random acts, and what it was told of them."""

    def __init__(self, folder: Path, name: str) -> None:
        from concord.kernel.models import User
        from concord.records.importing import apply, undo

        self.folder, self.name = folder, name
        self.rng = random.Random(name)
        self.me = User.objects.get(email=f"{name.rpartition('-')[2]}@worlds.example")
        self.events: list[Event] = []
        self.turns: list[int] = []
        undo.SIZE = 2  # type: ignore[misc]
        for module in (apply, undo):
            module.lock_sources = self._in_turn(module.lock_sources)  # type: ignore[attr-defined]

    def _in_turn(self, lock: Callable[[Any], None]) -> Callable[[Any], None]:
        """Who holds the lock on a source draws a number: so the model knows who came first."""
        from django.db import connection

        def drawing(ids: Any) -> None:
            lock(ids)
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('worlds_order')")
                self.turns.append(cursor.fetchone()[0])

        return drawing

    def run(self, acts: int) -> None:
        from concord.kernel.errors import Problem

        often = [self.bring] * 5 + [self.undo] * 3 + [self.judge] * 3 + [self.mend] * 2
        for number in range(acts):
            self.turns.clear()
            try:
                self.rng.choice([*often, self.part, self.part_all, self.take_back, self.match])(
                    number
                )
            except Problem:
                pass  # somebody else was first: said, not done

    def bring(self, number: int) -> None:
        from concord.kernel.models import Source
        from concord.records.importing.run import run_import

        key, rows = self.rng.choice(SOURCES), self._rows()
        path = self.folder / f"{self.name}-{number}.csv"
        path.write_text("\n".join([HEADER, *(",".join(row) for row in rows)]) + "\n")
        imported = run_import(path, Source.objects.get(key=key), MAPPING)
        if not self.turns:
            raise AssertionError("nobody drew a number")
        self.events.append(Event("import", self.turns[-1], key, imported.pk, tuple(rows)))

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (key, self.rng.choice(CUSTOMERS), self.rng.choice(NAMES), self.rng.choice("AB"),
             self.rng.choice(["1", "2", "3", "bad"]))
            for key in self.rng.sample(RECORDS, self.rng.randint(1, 7))
        ]  # fmt: skip

    def undo(self, _number: int) -> None:
        from concord.records.importing.undo import undo_import
        from concord.records.models import Import

        imports = Import.objects.exclude(state__in=["undone", "undoing"]).order_by("id")
        if ids := list(imports.values_list("pk", flat=True)):
            imported = Import.objects.select_related("source").get(pk=self.rng.choice(ids))
            if undo_import(imported, self.me):
                self.events.append(
                    Event("undo", self.turns[0], imported.source.key, imported.pk, ())
                )

    def mend(self, _number: int) -> None:
        from concord.records.importing.replay import replay
        from concord.records.models import Rejection

        waiting = Rejection.objects.filter(resolved_at=None).order_by("id")
        if ids := list(waiting.values_list("pk", flat=True)):
            row = Rejection.objects.select_related("imported__source").get(pk=self.rng.choice(ids))
            raw = {**row.raw, "Sum": self.rng.choice("789")}
            replay(row, self.me, {"Sum": raw["Sum"]})
            if not self.turns:
                return  # somebody else has mended it
            mended = tuple(str(raw[name]) for name in HEADER.split(","))
            self.events.append(
                Event("mend", self.turns[-1], row.imported.source.key, row.imported_id, (mended,))
            )

    def judge(self, _number: int) -> None:
        from concord.customers.actions.judgements import judge

        if (one := self._profile()) and (other := self._profile()):
            verdict = self.rng.choice(["same", "same", "different"])
            said = judge(one, other, verdict, self.me)
            self.events.append(Event("judge", said.pk, verdict, said.pk, (one, other)))

    def part(self, _number: int) -> None:
        from concord.customers.actions.merge import unmerge

        if profile := self._profile():
            said = unmerge(profile, self.me)
            self.events.append(Event("part", said.pk, "different", said.pk, ()))

    def part_all(self, _number: int) -> None:
        from concord.customers.actions.merge import unmerge_all

        if profile := self._profile():
            said = unmerge_all(profile, self.me)
            self.events.append(Event("part", said.pk, "different", said.pk, ()))

    def take_back(self, _number: int) -> None:
        from concord.customers.actions.judgements import take_back
        from concord.customers.models import Judgement

        said = Judgement.objects.exclude(verdict="withdrawn").order_by("id")
        if ids := list(said.values_list("pk", flat=True)):
            taken = Judgement.objects.get(pk=self.rng.choice(ids))
            take_back(taken, self.me)
            self.events.append(Event("take back", taken.pk, "withdrawn", taken.pk, ()))

    def match(self, _number: int) -> None:
        from concord.customers.actions.matching import match_pending

        match_pending()

    def _profile(self) -> Any:
        from concord.customers.models import Profile

        ids = list(Profile.objects.order_by("id").values_list("id", flat=True))
        return self.rng.choice(ids) if ids else None


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else WORLDS)


if __name__ == "__main__":
    main(sys.argv[1:])
