"""One profile received and matched on line, against a million: `script/bench online [PROFILES]`.

Half of those who come in are known in another spelling, half are new. Each is received, matched and
written, as the REST API or a page does it; told are the clock and the work (our processor's time
and the database's), of those who were new and of those who joined a known customer apart. Beside
all calls stand those during which the host took no processor away: what a shared machine waits for
others is none of ours, and how many were left out is said. The limit is of a server that has run
for a while, and has read each table and index once; what it takes when its database has just been
started, which then gets each page and each piece of memory for the first time, is told before. How
many pages a call gets from outside the database's own memory stands beside each. At last stands the
least that this machine takes whatever we do: the same statements with no program around them, a
commit of one row, and a loop of nothing that works as long as we do.
`CONCORD_BENCH_CROWD` chooses another number of profiles.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from bench.crowd import Told, told_of
from bench.harness import Limits, Say, server_clock, taken_away
from bench.house import CROWD_BLOCK, crowded_house

if TYPE_CHECKING:
    from bench.least import Replayed
    from concord.customers.actions.profiles import Receipt

CROWD = int(os.environ.get("CONCORD_BENCH_CROWD", "1000000"))
FIRST = 200  # calls of every kind and region, whose statements are counted: plans are made
CALLS = 3_200
WARM = 4_000  # calls between those of a server just started and those that are measured
ALONE = 400  # calls whose statements are asked again, commits and loops beside them
WITHIN = 10.0  # milliseconds, of 99 in a hundred


def measure(say: Say, profiles: int = CROWD) -> dict[str, Any]:
    with crowded_house(say, profiles, matched=True):
        return measure_here(say, profiles)


def measure_here(say: Say, profiles: int) -> dict[str, Any]:
    """In the house that Django is set up over."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from concord.customers.models import BlockKey, Profile
    from concord.kernel.memory import collect_little

    _prepare(say)
    collect_little()  # as the server's processes do
    visit = _Visit(profiles)
    for _ in range(FIRST):
        with CaptureQueriesContext(connection) as asked:
            visit.come()
        visit.queries[visit.calls[-1].profile] = len(asked)
    visit.come_often(CALLS)
    at_first = _sorts(say, visit, "just started, ")
    say("tables and indexes are read once, as after a while of work")
    _read_once()
    visit.come_often(WARM)
    visit.come_often(CALLS)
    say(f"received and matched against {Profile.objects.count():,}")
    limits = Limits(say)
    found = _told(say, visit, limits) | {"just_started": at_first}
    found["least"] = _least(say, visit, found["all"]["ours_ms"] / 1000)
    keys = BlockKey.objects.filter(profile_id__in=[one.profile for one in visit.calls]).count()
    return found | {
        "profiles": profiles,
        "keys_a_profile": round(keys / CALLS, 1),
        "limits": limits.kept,
    }


def _prepare(say: Say) -> None:
    from django.db import ProgrammingError, connection

    from concord.customers.actions import normal_forms

    say("normal forms that are missing, as a job writes them")
    normal_forms.write_all_missing(os.cpu_count() or 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) customers_normalform")
        with suppress(ProgrammingError):  # on a server of others it may not be ours to say
            cursor.execute("CHECKPOINT")  # nothing of the copying is left to be written


# The indexes that can be walked through in their order, and by which columns.
_WALKED = """
    SELECT t.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY keys.place)
    FROM pg_index x
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_am m ON m.oid = i.relam AND m.amname = 'btree'
    CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS keys(number, place)
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = keys.number
    WHERE t.relname LIKE 'customers\\_%%' AND x.indpred IS NULL AND x.indexprs IS NULL
    GROUP BY t.relname, x.indexrelid
"""


def _read_once() -> None:
    """By SQL alone: the packaged PostgreSQL comes without `pg_prewarm`."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WALKED)
        walked = cursor.fetchall()
        for table in sorted({table for table, _ in walked}):
            cursor.execute(f"SELECT count(*) FROM {table}")
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        for table, columns in walked:
            inner = f"SELECT {columns} FROM {table} ORDER BY {columns} OFFSET 0"
            cursor.execute(f"SELECT count(*) FROM ({inner}) walked")


def _pages_read() -> int:
    """From outside the database's own memory, by all who ask it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT blks_read FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def _least(say: Say, visit: _Visit, ours: float) -> dict[str, Any]:
    """What no program of ours can give back: `ours` are the seconds that it works."""
    from bench.least import committed, looped, replayed

    found: dict[str, Any] = {}
    calls = [replayed(visit.next_call(), visit.theirs) for _ in range(ALONE)]
    for sort, some in {"all": calls, "new": calls[::2], "known": calls[1::2]}.items():
        found[sort] = _spread([one.clock for one in some]) | _work(some)
        say(f"the least, {sort}: the same statements and an empty program: {_clock(found[sort])}; "
            f"work {found[sort]['ours_ms']} ms of it, {found[sort]['database_ms']} ms the "
            f"database's")  # fmt: skip
    found["commit"] = _spread(committed(ALONE))
    say(f"the least: a commit of one row: {_clock(found['commit'])}")
    found["loop"] = _spread(looped(ours, ALONE))
    say(f"the least: a loop of nothing of {round(ours * 1000, 1)} ms: {_clock(found['loop'])}")
    return found


class _Call(NamedTuple):
    profile: UUID
    seconds: float  # by the clock
    ours: float  # of the processor
    theirs: float  # the same of the database
    was_disturbed: bool

    @property
    def work(self) -> float:
        return self.ours + self.theirs


class _Visit:
    """Those who come, one after the other."""

    def __init__(self, profiles: int) -> None:
        from concord.kernel.models import Source

        self._source = Source.objects.create(key=f"online-{os.getpid()}", words={"en": "On line"})
        self._coming = _coming(profiles)
        self.theirs = server_clock()
        self.calls: list[_Call] = []
        self.queries: dict[UUID, int] = {}
        self.pages = 0.0

    def next_call(self) -> Callable[[], Receipt]:
        from concord.customers.actions.arrivals import arrive
        from concord.customers.said import ProfileSaid

        told = next(self._coming)
        return partial(arrive, self._source, ProfileSaid(told.key, told.kind, told.data))

    def come(self) -> None:
        from concord.kernel.memory import collect_due

        call = self.next_call()
        taken, theirs = taken_away(), self.theirs()
        begin, begun = time.perf_counter(), time.process_time()
        profile = call().profile_id
        ours, seconds = time.process_time() - begun, time.perf_counter() - begin
        theirs = self.theirs() - theirs
        self.calls.append(_Call(profile, seconds, ours, theirs, taken_away() > taken))
        collect_due()  # as the server's processes do between two answers

    def come_often(self, calls: int) -> None:
        """`calls` has these alone from here on, `pages` those read a call."""
        self.calls.clear()
        before = _pages_read()
        for _ in range(calls):
            self.come()
        self.pages = round((_pages_read() - before) / calls, 1)

    def joined(self) -> set[UUID]:
        """Those of all who came that belong to a customer who was there."""
        from django.db.models import F

        from concord.customers.models import Membership

        now = Membership.objects.filter(known_to=None, profile__source=self._source)
        return set(now.exclude(customer_id=F("profile_id")).values_list("profile_id", flat=True))


def _coming(profiles: int) -> Iterator[Told]:
    """Every second one another spelling of somebody who is there, from everywhere in the crowd."""
    starts = range(0, profiles, CROWD_BLOCK)
    known = (
        told[-1]
        for at in range(CROWD_BLOCK // 2)  # of a block's people those who have come in
        for start in starts
        if len(told := told_of(4 * start + at)) > 1
    )
    new = (told_of(10**9 + who)[0] for who in range(10**6))
    for at, pair in enumerate(zip(new, known, strict=False)):
        for place, one in enumerate(pair):
            yield Told(one.who, f"on-line-{at}-{place}", one.kind, one.data)


def _told(say: Say, visit: _Visit, limits: Limits) -> dict[str, Any]:
    """Of all, of the new and of the joined: how long they took, and what must hold."""
    joined, found = visit.joined(), _sorts(say, visit)
    for which, clock in (
        ("", "clock"),
        (", the host taking no processor away", "clock_undisturbed"),
    ):
        p99, work = (found["all"][of]["p99_ms"] for of in (clock, "work"))
        limits.at_most(f"99 of 100 received and matched{which}", p99, WITHIN, work=work)
    for sort, is_joined in (("new", False), ("joined", True)):
        some = [asked for one, asked in visit.queries.items() if (one in joined) == is_joined]
        found.setdefault(sort, {})["queries_at_most"] = max(some, default=0)
    return found


def _sorts(say: Say, visit: _Visit, when: str = "") -> dict[str, Any]:
    joined = visit.joined()
    say(f"{when}a call read {visit.pages} pages from outside the database's own memory")
    sorts = {
        "all": visit.calls,
        "new": [one for one in visit.calls if one.profile not in joined],
        "joined": [one for one in visit.calls if one.profile in joined],
    }
    found: dict[str, Any] = {"pages_read": visit.pages}
    for sort, calls in sorts.items():
        if not calls:
            continue
        quiet = [one.seconds for one in calls if not one.was_disturbed]
        found[sort] = {
            "calls": len(calls),
            "left_out": len(calls) - len(quiet),
            "clock": _spread([one.seconds for one in calls]),
            "clock_undisturbed": _spread(quiet),
            "work": _spread([one.work for one in calls]),
        } | _work(calls)
        say(f"{when}{sort}: {_shown(found[sort])}")
    return found


def _shown(found: dict[str, Any]) -> str:
    return (
        f"{found['calls']} calls, {_clock(found['clock'])}; without {found['left_out']} in which "
        f"the host took a processor away, {_clock(found['clock_undisturbed'])}; work "
        f"{_clock(found['work'])}: ours median {found['ours_ms']} ms, p99 {found['ours_p99_ms']} "
        f"ms, the database's median {found['database_ms']} ms, p99 {found['database_p99_ms']} ms"
    )


def _clock(spread: dict[str, float]) -> str:
    return f"median {spread['median_ms']} ms, p99 {spread['p99_ms']} ms"


def _work(calls: Sequence[_Call | Replayed]) -> dict[str, float]:
    """Whose it was."""
    ours, theirs = [one.ours for one in calls], [one.theirs for one in calls]
    return {
        "ours_ms": _p(ours, 50),
        "ours_p99_ms": _p(ours, 99),
        "database_ms": _p(theirs, 50),
        "database_p99_ms": _p(theirs, 99),
    }


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    return {"median_ms": _p(seconds, 50), "p95_ms": _p(seconds, 95), "p99_ms": _p(seconds, 99)}


def _p(seconds: Sequence[float], percent: int) -> float:
    """In milliseconds; 0 of none."""
    ordered = sorted(seconds)
    at = min(len(ordered) - 1, len(ordered) * percent // 100)
    return round(ordered[at] * 1000, 2) if ordered else 0.0


def main(arguments: list[str]) -> None:
    measure(print, int(arguments[0]) if arguments else CROWD)


if __name__ == "__main__":
    main(sys.argv[1:])
