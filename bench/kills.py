"""Killed at a thousand random points: `script/bench kills [KILLS [FILE]]`.

Imports, undos, judgements, merges and unmerges of a small world run in a process that is ended by
SIGKILL at random points and taken up again until all is done; the process that matches beside it
is killed, too, and now and then the database itself (an immediate shutdown). A tenth of the kills
meets worlds in which a first load is matched all together and weights are learnt. Then everything
must be as where nobody was killed: nothing acknowledged lost, nothing twice, counts true. One that
was interrupted goes on after its last world.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from bench.database import scratch_database
from bench.harness import CHECKOUT, Say
from bench.kept import Kept
from bench.killing import Act, Plan, Tally, random_plan, run_killed

KILLS: Final = 1_000
A_WORLD: Final = 8  # kills of one world, before it may come to its end
MODULE: Final = "bench.kills"
BATCH: Final = 7  # rows of an import's batch: a file has many

BOOKS: Final = """
[defaults]
number = "1234.56"

[[profile]]
key = "Cust"
kind = "organisation"
repeated = "first"
[profile.set]
name = "Name"
tax_id = "Tax"
country = { value = "DE" }

[[record]]
type = "invoice"
key = "No"
profile = "Cust"
parent = { type = "order", column = "Order" }
amount = "Sum"

[[line]]
record = { type = "order", column = "Order" }
key = "No"
amount = "Sum"
"""
CRM: Final = """
[[profile]]
key = "Id"
kind = "organisation"
[profile.set]
name = "Company"
tax_id = "VAT"
country = { value = "DE" }

[[relationship]]
from = "Id"
kind = "part_of"
to = "Parent"
"""
ORDERS: Final = '[[record]]\ntype = "order"\nkey = "Order"\nprofile = "Cust"\n'
FILES: Final = {
    "january.csv": ("books", BOOKS), "february.csv": ("books", BOOKS), "crm.csv": ("crm", CRM),
    "orders.csv": ("books", ORDERS),
}  # fmt: skip
TAX: Final = ("811907980", "136695976", "129274202", "811193231", "129273398", "811115368")


def measure(say: Say, kills: int = KILLS, file: str = "") -> dict[str, Any]:
    """`file` keeps what is done, for one who wants to go on with it after the sources changed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    kept = Kept(Path(file)) if file else Kept.of_these_sources("kills")
    is_ours = not os.environ.get("DATABASE_URL")
    if is_ours:  # a server of its own: it is killed, too
        chosen = os.environ.get("CONCORD_BENCH_DATA", str(CHECKOUT / ".data" / "bench"))
        os.environ["CONCORD_BENCH_DATA"] = f"{chosen}-kills"
    with tempfile.TemporaryDirectory() as folder, scratch_database("concord_kills"):
        large = kills // 10
        figures = survive(say, Path(folder), kills - large, kept=kept, with_database=is_ours)
        figures["with_first_load_and_training"] = survive(
            say, Path(folder), large, kept=kept, module="bench.kills_of_jobs"
        )
    if not file:
        kept.forget()
    return figures


def survive(
    say: Say,
    folder: Path,
    kills: int,
    *,
    seed: str = "1907",
    a_world: int = A_WORLD,
    module: str = MODULE,
    kept: Kept | None = None,
    with_database: bool = False,
) -> dict[str, Any]:
    """Worlds are lived through until so many processes were killed; raises where one ends other
    than the one in which nobody was. Each world has a chance of its own: those that are `kept`
    are not lived through again."""
    done = [line for line in kept.lines if line["module"] == module] if kept else []
    total = Counter[str]()
    for line in done:
        total.update({what: n for what, n in line.items() if isinstance(n, int)})
    write(folder)
    acts: Sequence[Act] = import_module(module).acts(str(folder))
    number = len(acts)
    begin = time.perf_counter()
    whole = Tally()
    expected = lived(module, folder, number, lambda _: Plan(), whole)
    while total["kills"] < kills:
        world = total["worlds"]
        most = min(a_world, kills - total["kills"])
        plan = Fate(
            random.Random(f"{seed}-{module}-{world}"),
            spent=whole.spent,
            most=most,
            with_beside=world % 5 == 4,
            with_database=with_database and world % 20 == 10,
        )
        tally = Tally()
        found = lived(module, folder, number, plan, tally)
        require_equal(expected, found, f"world {world} after {tally.kills} kills")
        counted = Counter({"worlds": 1, "kills": tally.kills, "beside": tally.beside,
                           "database": plan.restarts})  # fmt: skip
        for act, times in tally.during.items():
            counted[f"during {acts[act].kind}"] += times
        total.update(counted)
        if kept:
            kept.add({"module": module, **counted})
        if total["worlds"] % 20 == 0:
            say(f"{total['kills']:,} kills in {total['worlds']} worlds, "
                f"{time.perf_counter() - begin:.0f} s")  # fmt: skip
    say(f"{total['kills']:,} kills in {total['worlds']} worlds: each ended as if there were none")
    return {
        "kills": total["kills"],
        "of_the_process_beside": total["beside"],
        "of_the_database": total["database"],
        "during": {kind: total[f"during {kind}"] for kind in sorted({act.kind for act in acts})},
        "worlds": total["worlds"],
        "acts_of_a_world": number,
        "words_with_the_database_of_a_world": sum(words for words, _ in whole.spent.values()),
        "worlds_that_ended_otherwise": 0,
    }


@dataclass
class Fate:
    """What happens to the processes of one world, and to the database: each of the acts is as
    likely as any other to be the one in which a process is killed."""

    rng: random.Random
    spent: Mapping[int, tuple[int, float]]  # words and seconds of each act where nobody is killed
    most: int  # kills, after which the world may come to its end
    with_beside: bool
    with_database: bool  # once in the middle of it, the server is ended at once
    restarts: int = 0

    def __post_init__(self) -> None:
        self.acts = sorted(self.rng.choices(range(len(self.spent)), k=self.most))

    def __call__(self, so_far: Tally) -> Plan:
        if self.with_database and not self.restarts and so_far.kills >= 2:
            self.restarts += 1
            restart_the_database()
        beside = self.rng.random() * 0.2 if self.with_beside else None
        if so_far.kills >= self.most:
            return Plan(beside=beside)
        act = max(self.acts[so_far.kills], so_far.done)
        return replace(random_plan(self.rng, act, *self.spent[act]), beside=beside)


def lived(module: str, folder: Path, number: int, plan: Any, tally: Tally) -> dict[str, Any]:
    empty()
    run_killed(module, str(folder), number, plan, tally)
    return everything()


def restart_the_database() -> None:
    """Every connection breaks, nothing is flushed: what was acknowledged comes from its journal."""
    import psutil
    from django.db import connection

    from concord.config.cluster import Cluster

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    connection.close()
    if server is None:
        raise RuntimeError("The database's processes are not to be seen from here.")
    command = server.cmdline()
    data = Path(command[command.index("-D") + 1])
    server.send_signal(signal.SIGQUIT)
    server.wait(60)
    Cluster(data.parent).start()


# The world


def write(folder: Path) -> None:
    """The files: firms in two systems, known by their tax numbers; some rows are wrong."""
    firms = [(f"c{n}", f"Firm {chr(65 + n)} Messtechnik", f"DE{tax}") for n, tax in enumerate(TAX)]
    january = ["No,Cust,Name,Tax,Sum,Order"]
    february = ["No,Cust,Name,Tax,Sum,Order"]
    for n in range(30):
        cust, name, tax = firms[n % len(firms)]
        january.append(f"r{n},{cust},{name},{tax},{'bad' if n % 11 == 5 else n},o{n % 9}")
        if n % 2:
            february.append(f"r{n},{cust},{name} AG,{tax},{n + n % 3},o{n % 9}")
    february.append(f"r99,c9,New one,,5,o77\nr99,c9,New one,,6,o77\nr98,{firms[0][0]},,,1,")
    crm = ["Id,Company,VAT,Parent"]
    crm += [f"k{n},{name},{tax},{'k0' if n else ''}" for n, (_, name, tax) in enumerate(firms)]
    crm.append("k8,Somebody else,,k9")
    orders = ["Order,Cust", *(f"o{n},c{n % 3}" for n in range(5))]
    for name, lines in (("january", january), ("february", february), ("crm", crm),
                        ("orders", orders)):  # fmt: skip
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def acts(folder: str) -> Sequence[Act]:
    """What is done in the world, one after the other: each may be done again."""
    from functools import partial

    from concord.records.importing import batches, undo

    batches.SIZE, undo.SIZE = BATCH, BATCH - 2  # type: ignore[misc]
    of = {name: Act("import", partial(bring, Path(folder) / name)) for name in FILES}
    return [
        of["january.csv"],
        of["crm.csv"],
        Act("merge", partial(_judge, "books", "c1", "crm", "k2", "same")),
        of["february.csv"],
        Act("unmerge", partial(_part, "crm", "k3")),
        of["orders.csv"],
        Act("undo", partial(_undo, "february.csv")),
        Act("judgement", partial(_judge, "books", "c4", "crm", "k4", "different")),
        Act("unmerge", partial(_take_back, "books", "c1", "crm", "k2")),
        of["february.csv"],
        Act("undo", partial(_undo, "crm.csv")),
        Act("undo", partial(_undo, "orders.csv")),
        of["crm.csv"],
        Act("undo", partial(_undo, "january.csv")),
        Act("matching", _match),
    ]


def bring(path: Path, *, match: bool = True) -> None:
    from concord.kernel.models import Source
    from concord.records.importing.run import run_import

    key, mapping = FILES[path.name]
    source, _ = Source.objects.get_or_create(key=key, defaults={"words": {"en": key}})
    run_import(path, source, mapping, match=match)


def _undo(file_name: str) -> None:
    from concord.records.importing.undo import undo_import
    from concord.records.models import Import

    for imported in Import.objects.filter(file_name=file_name).exclude(state="undone"):
        undo_import(imported, None)


def _judge(one: str, key: str, other: str, other_key: str, verdict: str) -> None:
    from concord.customers.actions.judgements import judge
    from concord.customers.models import Judgement

    reason = f"{key} {other_key} {verdict}"
    if not Judgement.objects.filter(reason=reason).exists():  # a person sees what they have said
        judge(_profile(one, key), _profile(other, other_key), verdict, _alice(), reason)


def _part(source: str, key: str) -> None:
    from concord.customers.actions.merge import unmerge
    from concord.customers.models import Judgement

    if not Judgement.objects.filter(reason=f"{key} apart").exists():
        unmerge(_profile(source, key), _alice(), f"{key} apart")


def _take_back(one: str, key: str, other: str, other_key: str) -> None:
    from concord.customers.actions.judgements import take_back
    from concord.customers.models import Judgement

    said = Judgement.objects.filter(reason=f"{key} {other_key} same").earliest("pk")
    taken = Judgement.objects.filter(verdict="withdrawn", evidence__takes_back=said.pk)
    if not taken.exists():
        take_back(said, _alice())


def _match() -> None:
    from concord.customers.actions.matching import match_pending

    match_pending()


def _profile(source: str, key: str) -> Any:
    from concord.customers.models import Profile

    return Profile.objects.get(source__key=source, key=key).pk


def _alice() -> Any:
    from concord.kernel.models import User

    return User.objects.get_or_create(email="alice@kills.example", defaults={"name": "Alice"})[0]


# What became of it


def empty() -> None:
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)


def everything() -> dict[str, Any]:
    """All that is known, by names: no ids, no times."""
    from bench.known import everything_known

    return everything_known()


def require_equal(expected: dict[str, Any], found: dict[str, Any], where: str) -> None:
    for what, value in expected.items():
        if found[what] != value:
            raise AssertionError(
                f"{where}: {what} are not as they should be.\n"
                f"missing: {_minus(value, found[what])}\nbeyond: {_minus(found[what], value)}"
            )


def _minus(one: Any, other: Any) -> str:
    left = [each for each in one if each not in other] if len(one) < 5000 else "…"
    return str(left)[:1500]


def main(arguments: list[str]) -> None:
    kills, file = [*arguments, "", ""][:2]
    print(json.dumps(measure(print, int(kills or KILLS), file), indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
