"""Random histories of imports, undos and replays, against a model of a few lines."""

import random
import threading
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from tests.records.builders import a_source

from concord.customers.models import Membership, Profile, ProfileVersion, Relationship
from concord.kernel.errors import Problem
from concord.records.importing import batches, undo
from concord.records.importing.counts import adds_up
from concord.records.importing.replay import replay
from concord.records.importing.run import run_import
from concord.records.importing.undo import undo_import
from concord.records.models import (
    Import,
    Record,
    RecordLine,
    RecordLink,
    RecordVersion,
    Rejection,
    WaitingPart,
)

pytestmark = pytest.mark.django_db(transaction=True)

MAPPING = """\
[defaults]
number = "1234.56"

[[profile]]
when = { column = "Name", empty = false }
key = "Cust"
repeated = "first"
[profile.set]
name = "Name"

[[record]]
type = "invoice"
key = "No"
profile = "Cust"
parent = { type = "order", column = "Order" }
amount = "Sum"

[[record]]
when = { column = "Kind", in = ["both"] }
type = "order"
key = "No"
profile = "Cust"

[[line]]
record = { type = "invoice", column = "Order" }
key = "No"
amount = "Sum"

[[link]]
from = { type = "invoice", column = "No" }
role = "for"
to = { type = "order", column = "Order" }
"""
HEADER = "No,Cust,Name,Order,Sum,Kind"
KEYS = [f"k{n}" for n in range(12)]


def a_file(folder: Path, rng: random.Random, name: str) -> Path:
    lines = [HEADER]
    for key in rng.sample(KEYS, rng.randint(1, 9)):
        customer, other = f"c{rng.randint(1, 3)}", rng.choice(KEYS)
        amount = rng.choice(["1", "2", "3", "bad"])
        who = rng.choice(["", "", "Hanbit", "Daehan"])
        lines.append(f"{key},{customer},{who},{other},{amount},{rng.choice(['', 'both'])}")
    path = folder / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def said() -> dict[str, Any]:
    """All that holds now, by names: what an undo must restore exactly."""
    live = Record.objects.filter(withdrawn_at=None).select_related("profile")
    return {
        "records": {
            (r.type, r.key): (r.profile.key, r.parent_ref, r.amount, bytes(r.digest), r.import_id)
            for r in live
        },
        "parts": parts(),
        "profiles": {
            p.key: (p.data, p.is_stub, p.import_id)
            for p in Profile.objects.filter(withdrawn_at=None)
        },
    }


def parts() -> set[tuple[Any, ...]]:
    """Lines and links, whether they have found their records or still wait for them."""
    lines = RecordLine.objects.filter(known_to=None).select_related("record")
    links = RecordLink.objects.filter(known_to=None).select_related("from_record", "to_record")
    waiting = WaitingPart.objects.values_list("part", "said", "import_id")
    found: set[tuple[Any, ...]] = {
        ("line", ln.record.key, ln.key, f"{ln.amount:.4f}", ln.import_id) for ln in lines
    }
    found |= {("link", ln.from_record.key, ln.to_record.key, ln.import_id) for ln in links}
    for part, raw, import_id in waiting:
        if part == "line":
            found.add(("line", raw["record"][1], raw["key"], raw["amount"], import_id))
        else:
            found.add(("link", raw["from_record"][1], raw["to_record"][1], import_id))
    return found


class Model:
    """What should hold: for each record all states in order, each with the import that said it."""

    def __init__(self) -> None:
        self.states: dict[tuple[str, str], list[tuple[tuple[str, str, str], int]]] = {}
        self.now: dict[tuple[str, str], tuple[tuple[str, str, str], int] | None] = {}
        self.undone: set[int] = set()

    def import_(self, number: int, rows: Iterable[list[str]]) -> None:
        for no, customer, _, order, amount, kind in rows:
            if amount == "bad":
                continue
            self._say(("invoice", no), (customer, order, amount), number)
            if kind == "both":
                self._say(("order", no), (customer, "", ""), number)

    def undo(self, number: int) -> None:
        self.undone.add(number)
        for key, state in self.now.items():
            if state and state[1] == number:
                valid = [s for s in self.states[key][:-1] if s[1] not in self.undone]
                self.now[key] = valid[-1] if valid else None
                if valid:
                    self.states[key].append(valid[-1])

    def _say(self, key: tuple[str, str], content: tuple[str, str, str], number: int) -> None:
        state = self.now.get(key)
        if state is None or state[0] != content:
            self.now[key] = (content, number)
            self.states.setdefault(key, []).append((content, number))

    def holds(self) -> dict[tuple[str, str], tuple[str, str, str]]:
        return {key: state[0] for key, state in self.now.items() if state}


def held() -> dict[tuple[str, str], tuple[str, str, str]]:
    return {
        (r.type, r.key): (
            r.profile.key,
            r.parent_ref.rpartition(":")[2],
            "" if r.amount is None else str(int(r.amount)),
        )
        for r in Record.objects.filter(withdrawn_at=None).select_related("profile")
    }


def check_histories() -> None:
    """Every row's knowledge periods follow each other without overlap; counts are true."""
    for record in Record.objects.all():
        versions = list(record.versions.order_by("known_from"))
        assert all(v.known_from < v.known_to for v in versions)
        assert all(a.known_to <= b.known_from for a, b in pairwise(versions))
        if versions and record.withdrawn_at is None:
            assert versions[-1].known_to <= record.known_from
        parent = record.parent_ref.rpartition(":")[2]
        if parent and record.withdrawn_at is None:
            known = Record.objects.filter(type="order", key=parent).first()
            assert record.parent_id == (known.pk if known else None)
    for part in WaitingPart.objects.all():
        assert not Record.objects.filter(type=part.wants_type, key=part.wants_key).exists()
    for profile in Profile.objects.all():
        assert Membership.objects.filter(profile=profile, known_to=None).count() == 1
    for imported in Import.objects.all():
        assert adds_up(imported.counts), imported.counts
        if imported.state == "done":
            open_rows = imported.rejections.exclude(resolution="replayed").count()
            assert imported.counts["rows"]["rejected"] == open_rows


@pytest.mark.parametrize("seed", range(6))
def test_any_history_holds_what_the_model_holds_and_undo_restores_exactly(
    seed, tmp_path, monkeypatch
):
    rng = random.Random(seed)
    monkeypatch.setattr(batches, "SIZE", 3)
    source, model, done = a_source(), Model(), []
    for step in range(14):
        action = rng.choice(["import", "import", "undo", "there and back"])
        if action == "undo" and done:
            imported = done.pop(rng.randrange(len(done)))
            undo_import(imported, None)
            model.undo(imported.pk)
        else:
            before = said()
            path = a_file(tmp_path, rng, f"f{step}")
            imported = run_import(path, source, MAPPING, match=False)
            rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
            if action == "there and back":
                undo_import(imported, None)
                model.undo(imported.pk)
                assert said() == before, f"step {step}"
            else:
                model.import_(imported.pk, rows)
                done.append(imported)
        assert held() == model.holds(), f"step {step}: {action}"
    check_histories()
    for imported in reversed(done):
        undo_import(imported, None)
    assert said() == {"records": {}, "parts": set(), "profiles": {}}
    assert Relationship.objects.count() == 0


class KilledError(Exception):
    """The process that undoes ends here."""


def undo_killed_after(imported: Import, batches_done: int) -> None:
    left = iter(range(batches_done))

    def progress(_done: int, _total: int | None) -> None:
        if next(left, None) is None:
            raise KilledError

    try:
        undo_import(imported, None, progress)
    except KilledError:
        imported.refresh_from_db()
        assert imported.state == "undoing"


@pytest.mark.parametrize("seed", range(2))
def test_what_is_said_while_undos_lie_half_done_stays_as_if_they_had_been_whole(
    seed, tmp_path, monkeypatch
):
    rng = random.Random(1000 + seed)
    monkeypatch.setattr(batches, "SIZE", 3)
    monkeypatch.setattr(undo, "SIZE", 1)
    source, model = a_source(), Model()
    done: list[Import] = []
    halves: list[Import] = []
    for step in range(16):
        if done and rng.random() < 0.4:
            half = done.pop(rng.randrange(len(done)))
            undo_killed_after(half, rng.randint(0, 5))
            model.undo(half.pk)
            halves.append(half)
        else:
            path = a_file(tmp_path, rng, f"f{step}")
            imported = run_import(path, source, MAPPING, match=False)
            model.import_(
                imported.pk, [line.split(",") for line in path.read_text().splitlines()[1:]]
            )
            done.append(imported)
        if rng.random() < 0.4:
            finish(halves)
            assert held() == model.holds(), f"step {step}"
    finish(halves)
    assert held() == model.holds()
    check_histories()
    for imported in reversed(done):
        undo_import(imported, None)
    assert said() == {"records": {}, "parts": set(), "profiles": {}}


def finish(halves: list[Import]) -> None:
    while halves:
        half = halves.pop()
        undo_import(half, None)
        if half.state == "undone":
            taken = sum(sum(kind.values()) for name, kind in half.undo_counts.items()
                        if name != "waiting")  # fmt: skip
            assert (half.undo_done, taken) == (half.undo_total, half.undo_total)


@pytest.mark.parametrize("seed", range(3))
def test_two_workers_at_once_lose_nothing(seed, tmp_path, monkeypatch):
    monkeypatch.setattr(batches, "SIZE", 4)
    source, errors = a_source(), []

    def work(name: int) -> None:
        rng = random.Random(100 * seed + name)
        mine: list[Import] = []
        try:
            for step in range(8):
                if mine and rng.random() < 0.3:
                    take_back(mine, rng)
                elif rng.random() < 0.3:
                    mend(rng)
                else:
                    path = a_file(tmp_path, rng, f"w{name}-{step}")
                    mine.append(run_import(path, source, MAPPING))
        except BaseException as error:  # noqa: BLE001 - shown by the test itself
            errors.append(error)
        finally:
            connection.close()

    def take_back(mine: list[Import], rng: random.Random) -> None:
        chosen = rng.choice(mine)
        try:
            undo_import(chosen, None)
        except Problem as problem:
            assert problem.code == "running"  # noqa: PT017 - the other mends a row of it
        else:
            mine.remove(chosen)

    def mend(rng: random.Random) -> None:
        rows = list(Rejection.objects.filter(resolved_at=None))
        if rows:
            try:
                replay(rng.choice(rows), None, {"Sum": "7"})
            except Problem as problem:
                assert problem.message in {  # noqa: PT017
                    "This import has been undone.",
                    "This import is being run or undone right now.",
                }

    workers = [threading.Thread(target=work, args=(name,)) for name in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert errors == []
    check_histories()
    undone = set(Import.objects.filter(state="undone").values_list("pk", flat=True))
    for record in Record.objects.all():
        states = [*RecordVersion.objects.filter(record=record), record]
        valid = {s.import_id for s in states} - undone
        # A record is there if and only if somebody whose word still counts has changed it.
        assert (record.withdrawn_at is None) == bool(valid)
        if record.withdrawn_at is None:
            assert record.import_id in valid
    for profile in Profile.objects.filter(withdrawn_at=None, is_stub=False):
        assert profile.import_id not in undone
    hanging = Record.objects.filter(withdrawn_at=None, profile__withdrawn_at__isnull=False)
    assert hanging.count() == 0
    for imported in Import.objects.exclude(state="undone").order_by("-id"):
        undo_import(imported, None)
    assert said() == {"records": {}, "parts": set(), "profiles": {}}
    assert ProfileVersion.objects.filter(known_from__gt=F("known_to")).count() == 0
