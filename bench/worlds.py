"""Two hundred random worlds by four workers at once: `script/bench worlds [WORLDS [FIRST]]`.

Four processes import, undo, mend, match, judge, merge, part, take back, erase and let in again at
random, over the same two sources and the same few keys. What each was told is done stands in a
model of some lines (`bench.model`), kept in memory; at the end of each world the database must say
what the model says: the records and profiles and all their states in order, who is one customer,
their golden values, that nothing is left of who was erased, the counts. Then every import is
undone, and nothing may be left. One that was interrupted goes on after its last world.
"""

from __future__ import annotations

import json
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
from bench.kept import Kept
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


def measure(say: Say, worlds: int = WORLDS, first_seed: int = 0, file: str = "") -> dict[str, Any]:
    """`file` keeps what is done, for one who wants to go on with it after the sources changed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    kept = Kept(Path(file)) if file else Kept.of_these_sources("worlds")
    with tempfile.TemporaryDirectory() as folder, scratch_database("concord_worlds"):
        figures = live(say, Path(folder), worlds, first_seed, kept=kept)
    if not file:
        kept.forget()
    return figures


def live(
    say: Say,
    folder: Path,
    worlds: int,
    first_seed: int = 0,
    acts: int = ACTS,
    kept: Kept | None = None,
) -> dict[str, Any]:
    """Raises where a world is not as the model says."""
    begin, happened = time.perf_counter(), Counter[str]()
    done = {line["world"]: line["acts"] for line in kept.lines} if kept else {}
    for seed in range(first_seed, first_seed + worlds):
        if seed not in done:
            done[seed] = _live_one(folder, seed, acts)
            if kept:
                kept.add({"world": seed, "acts": done[seed]})
        happened.update(done[seed])
        if (seed + 1 - first_seed) % 20 == 0:
            say(f"{seed + 1 - first_seed} worlds, {time.perf_counter() - begin:.0f} s")
    say(f"{worlds} worlds of {WORKERS} workers at once: each as the model says")
    return {
        "worlds": worlds,
        "workers_at_once": WORKERS,
        "acts": dict(sorted(happened.items())),
        "worlds_that_were_otherwise": 0,
    }


def _live_one(folder: Path, seed: int, acts: int) -> dict[str, int]:
    """How often what was done in it."""
    from concord.customers.jobs import weigh_questions
    from concord.customers.rights.jobs import finish_erasures

    _found_sources()
    events = _lived(folder, seed, acts)
    finish_erasures(0)
    weigh_questions(0)  # drops what was asked about while it was taken back
    model = Model.of(events)
    require_as_the_model_says(model, f"world {seed}")
    undo_all()
    require_as_the_model_says(model.with_all_undone(), f"world {seed}, all undone")
    return dict(Counter(event.what for event in events))


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

    from concord.kernel.models import Role, Source, User

    call_command("flush", interactive=False, verbosity=0)
    for key in SOURCES:
        Source.objects.create(key=key, words={"en": key})
    for number in range(WORKERS):
        User.objects.create(
            email=f"{number}@worlds.example", name=f"Worker {number}", role=Role.OFFICER
        )
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
        from concord.customers.actions import erasures
        from concord.kernel.models import User
        from concord.records.importing import apply, undo

        self.folder, self.name = folder, name
        self.rng = random.Random(name)
        self.me = User.objects.get(email=f"{name.rpartition('-')[2]}@worlds.example")
        self.events: list[Event] = []
        self.drawn: list[tuple[int, str]] = []  # each with the transaction that drew it
        self.erased: set[int] = set()
        undo.SIZE = 2  # type: ignore[misc]
        for module in (apply, undo):
            module.lock_sources = self._in_turn(module.lock_sources)  # type: ignore[attr-defined]
        erasures._locks[:] = map(self._in_turn, erasures._locks)

    def _in_turn(self, lock: Callable[[Any], None]) -> Callable[[Any], None]:
        """Who holds the lock on a source draws a number: so the model knows who came first."""
        from django.db import connection

        def drawing(ids: Any) -> None:
            lock(ids)
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('worlds_order'), pg_current_xact_id()::text")
                self.drawn.append(cursor.fetchone())

        return drawing

    @property
    def turns(self) -> list[int]:
        """Those drawn in this act; not those of a transaction that the database ended, because two
        waited for each other, and that was begun anew."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT turn FROM unnest(%s::bigint[], %s::text[]) AS drawn(turn, by)"
                " WHERE pg_xact_status(by::xid8) <> 'aborted' ORDER BY turn",
                [[turn for turn, _ in self.drawn], [by for _, by in self.drawn]],
            )
            return [turn for (turn,) in cursor.fetchall()]

    def run(self, acts: int) -> None:
        from concord.kernel.errors import Problem

        often = [self.bring] * 5 + [self.undo] * 3 + [self.judge] * 3 + [self.mend] * 2
        seldom = [self.part, self.part_all, self.take_back, self.match]
        seldom += [self.erase, self.erase, self.finish_an_erasure, self.let_in]
        for number in range(acts):
            self.drawn.clear()
            try:
                self.rng.choice([*often, *seldom])(number)
            except Problem:
                pass  # somebody else was first: said, not done

    def bring(self, number: int) -> None:
        from concord.kernel.models import Source
        from concord.records.importing.replay import REPLAYED
        from concord.records.importing.run import run_import
        from concord.records.models import Rejection

        key, rows = self.rng.choice(SOURCES), self._rows()
        path = self.folder / f"{self.name}-{number}.csv"
        path.write_text("\n".join([HEADER, *(",".join(row) for row in rows)]) + "\n")
        imported = run_import(path, Source.objects.get(key=key), MAPPING)
        if not self.turns:
            raise AssertionError("nobody drew a number")
        self.events.append(Event("import", self.turns[0], key, imported.pk, tuple(rows)))
        # A row that was wrong in the same way before is mended as it was then, in a turn behind it.
        by_itself = Rejection.objects.filter(
            imported=imported, resolution=REPLAYED, resolved_by=None
        )
        mended = tuple(
            tuple(str(cells[name]) for name in HEADER.split(","))
            for row in by_itself.order_by("id")
            if (cells := row.raw | row.detail["mended"]["cells"]).keys() >= {*HEADER.split(",")}
        )
        if mended:
            self.events.append(Event("mend", self.turns[-1], key, imported.pk, mended))

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
            outcome = replay(row, self.me, {"Sum": raw["Sum"]})
            if outcome == "unchanged" and row.resolved_by != self.me:
                return  # somebody else has mended it, or an erasure has emptied it
            mended = tuple(str(raw[name]) for name in HEADER.split(","))
            self.events.append(
                Event("mend", self.turns[-1], row.imported.source.key, row.imported_id, (mended,))
            )

    def judge(self, _number: int) -> None:
        from concord.customers.actions.judgements import judge

        if (one := self._profile()) and (other := self._profile()):
            verdict = self.rng.choice(["same", "same", "different"])
            said = judge(one, other, verdict, self.me, f"{self.name} thinks so")
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

    def erase(self, _number: int) -> None:
        """Begun here; carried out here as often as by somebody else."""
        from django.db import transaction

        from concord.customers.actions import erasures
        from concord.customers.models import Customer, Erasure, Profile
        from concord.customers.rights.erase import carry_out

        alive = Customer.objects.filter(merged_into=None).order_by("id")
        erased = Erasure.objects.values("customer_id")
        if not (some := list(alive.exclude(id__in=erased))):
            return
        chosen = self.rng.choice(some)
        with transaction.atomic():
            [erasure] = erasures.confirm(self.me, chosen.pk, chosen.name, despite="They ask for it")
            if erasure.by != self.me or erasure.pk in self.erased:
                return  # somebody else erases them, or it is done
            self.erased.add(erasure.pk)
            profiles = Profile.objects.filter(id__in=erasure.profiles).select_related("source")
            rows = tuple((str(each.pk), each.source.key, each.key) for each in profiles)
        self.events.append(Event("erase", self.turns[-1], "", erasure.pk, rows))
        if self.rng.random() < 0.5:
            carry_out(erasure.pk)

    def finish_an_erasure(self, _number: int) -> None:
        from concord.customers.rights.jobs import finish_erasures

        finish_erasures(0)

    def let_in(self, _number: int) -> None:
        """In a turn of its own: behind the locks of all sources."""
        from django.db import transaction

        from concord.customers.actions.erasures import let_in
        from concord.customers.models import ErasedKey, Erasure
        from concord.kernel.models import Source
        from concord.records.importing import apply

        kept = ErasedKey.objects.filter(let_in_at=None).order_by("erasure_id")
        if not (ids := list(kept.values_list("erasure_id", flat=True))):
            return
        erasure = Erasure.objects.get(pk=self.rng.choice(ids))
        with transaction.atomic():
            apply.lock_sources(Source.objects.values_list("pk", flat=True))
            let_in(self.me, erasure, "They are a customer again")
        self.events.append(Event("let in", self.turns[-1], "", erasure.pk, ()))

    def _profile(self) -> Any:
        from concord.customers.models import Profile

        ids = list(Profile.objects.order_by("id").values_list("id", flat=True))
        return self.rng.choice(ids) if ids else None


def main(arguments: list[str]) -> None:
    worlds, first, file = [*arguments, "", "", ""][:3]
    print(json.dumps(measure(print, int(worlds or WORLDS), int(first or 0), file), indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
