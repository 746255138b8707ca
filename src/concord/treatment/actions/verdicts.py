"""Judge what was done, and keep the verdicts: the first look over all acts, what is due, and the
nightly look for what nobody told of.

One at a time judges. Each step is a transaction of its own, so a kill loses one step; a step that
is done again finds the same verdicts and writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Final

from django.db import transaction
from django.db.models import Sum

from concord.customers.rows import fetch, run
from concord.kernel import time
from concord.kernel.models import Department, Unit
from concord.records import types
from concord.records.models import Import, ImportState
from concord.treatment.keeping import due
from concord.treatment.keeping.acts import acts, by_day, deeds, orders_are_told
from concord.treatment.keeping.judging import Judged, judge_acts
from concord.treatment.models import ActVerdict, PolicyInForce, VerdictCount, VerdictSweep

PROFILES: Final = 500  # whose acts are judged in one step
SPAN: Final = 10_000  # acts, about, of one step of the first look
FEW, KNOWN, MOST = timedelta(days=2), timedelta(days=7), timedelta(days=62)
_JUDGING: Final = 0x4A5544  # our advisory lock
Progress = Callable[[int], None]


def judge_all(progress: Progress = lambda acts: None) -> int:
    """Judge whatever waits, to the end; how many acts were looked at."""
    done = 0
    while step := judge_some():
        done += step.acts
        progress(done)
    return done


def judge_anew(since: date, until: date) -> None:
    """What was done on these days becomes due, whether or not anything changed."""
    if VerdictSweep.objects.exists():
        mine = ActVerdict.objects.filter(known_to=None, day__range=(since, until))
        due.mark(set(mine.values_list("record__profile_id", flat=True)), since)


def judge_for(seconds: float) -> bool:
    """Judge for about so long; whether something is left. What a file that is coming in speaks of
    waits for its end, for a while: what it says further down may be why."""
    until = monotonic() + seconds
    while monotonic() < until:
        if judge_some(_running()) is None:
            return False
    return True


def _running() -> list[int]:
    """Imports that go on; one that was killed hours ago holds nobody up."""
    running = Import.objects.filter(state__in=(ImportState.RUNNING, ImportState.UNDOING))
    since = time.now() - timedelta(hours=6)
    return list(running.filter(started_at__gt=since).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: how many acts it looked at, and how many verdicts it wrote or closed."""

    acts: int
    written: int


def judge_some(running: Collection[int] = ()) -> Step | None:
    """One step of what waits: what is due, then the first look. None where nothing waits, or only
    for the end of these imports."""
    with transaction.atomic():
        run("SELECT pg_advisory_xact_lock(%s, 0)", [_JUDGING])
        first = PolicyInForce.objects.order_by("in_force_from").first()
        if first is None:
            return None
        sweep = _first_look()
        _look_at_deeds(sweep, first.in_force_from)
        return _judge_due(running) or _look_back(sweep, first.in_force_from, running)


def _first_look() -> VerdictSweep:
    sweep = VerdictSweep.objects.order_by("pk").first()
    return sweep or VerdictSweep.objects.create(began_at=time.now())


def _look_at_deeds(sweep: VerdictSweep, first: date) -> None:
    """With the first order that a system tells of, invoices are acts no more; with the last one
    gone they are again."""
    told = orders_are_told()
    if told == sweep.orders_told:
        return
    seen = first if sweep.finished_at else sweep.back_to
    if sweep.orders_told is not None and seen is not None:
        due.mark_other_deeds(seen)
    sweep.orders_told = told
    sweep.save(update_fields=["orders_told"])


def _judge_due(running: Collection[int]) -> Step | None:
    taken = due.take(PROFILES, running)
    if taken is None:
        return None
    days = taken.since
    since = min(days.values(), default=due.ALL)
    some = acts(since, time.today(), customers=list(days))
    found = [act for act in some if act.on >= days[act.customer_id]]
    before = ActVerdict.objects.filter(known_to=None, customer__in=days, day__gte=since)
    theirs = [each for each in before if each.day >= days[each.customer_id]]
    moved = ActVerdict.objects.filter(
        known_to=None, record__in=[act.record_id for act in found]
    ).exclude(pk__in=[each.pk for each in theirs])
    step = Step(len(found), write(judge_acts(found), [*theirs, *moved]))
    due.done(taken)
    return step


# The first look -------------------------------------------------------------------------------


def _look_back(sweep: VerdictSweep, first: date, running: Collection[int]) -> Step | None:
    """From today to the first policy's first day, as many days at once as make a step. While files
    come in it waits, but goes on by a step where it has waited for long."""
    if sweep.finished_at:
        return None
    if running and (sweep.stepped_at or sweep.began_at) > time.now() - due.LONGEST:
        return None
    until = (sweep.back_to or time.today() + timedelta(days=1)) - timedelta(days=1)
    since = max(_days_back(until), first)
    found = list(acts(since, until))
    before = ActVerdict.objects.filter(known_to=None, record__in=[act.record_id for act in found])
    written = write(judge_acts(found), list(before))
    sweep.back_to, sweep.stepped_at = since, time.now()
    if since <= first:
        sweep.finished_at = time.now()
    sweep.save(update_fields=["back_to", "stepped_at", "finished_at"])
    return Step(len(found), written)


def _days_back(until: date) -> date:
    """The first of the days up to `until` that have SPAN acts at most, or of the one day that has
    more. How far to look for it tell the days after them."""
    guessed = _guessed(until)
    whole = 0
    for day, count in by_day(guessed, until):
        if whole + count > SPAN:
            return day + timedelta(days=1) if whole else day
        whole += count
    return guessed


def _guessed(until: date) -> date:
    after = VerdictCount.objects.filter(day__gt=until, day__lte=until + KNOWN)
    told = after.aggregate(acts=Sum("acts"))["acts"]
    if told is None:  # nobody knows yet; later: a quiet week, and perhaps years of them
        return until - (MOST if until < time.today() else FEW)
    days = min(SPAN * KNOWN.days // max(told, 1), MOST.days)
    return until - timedelta(days=max(days - 1, 0))


def look_for_forgotten() -> int:
    """The nightly look: what nobody told of becomes due; how many profiles."""
    with transaction.atomic():
        run("SELECT pg_advisory_xact_lock(%s, 0)", [_JUDGING])
        last = VerdictSweep.objects.order_by("-pk").first()
        first = PolicyInForce.objects.order_by("in_force_from").first()
        if last is None or first is None:
            return 0  # the first look begins by itself
        at = time.now()
        found = due.mark_forgotten(last.began_at, first.in_force_from)
        VerdictSweep.objects.create(began_at=at, finished_at=at, marked=found)
        return found


def progress_of_first_look() -> tuple[date, date] | None:
    """While it goes on: the day from which on all is judged, and that down to which it looks."""
    sweep = VerdictSweep.objects.order_by("pk").first()
    first = PolicyInForce.objects.order_by("in_force_from").first()
    if first is None or (sweep and sweep.finished_at):
        return None
    back_to = sweep.back_to if sweep else None
    return back_to or time.today() + timedelta(days=1), first.in_force_from


# Written --------------------------------------------------------------------------------------

# What makes two verdicts of an act the same; whose system told and what is shown of it is no part.
SAME: Final = ("day", "customer_id", "unit_id", "verdict", "why", "act", "standing",
               "policy", "lift_id", "rules", "deciding", "waited")  # fmt: skip


def write(judged: Iterable[Judged], before: Sequence[ActVerdict]) -> int:
    """Close the verdicts among `before` that hold no more and add those that are new; how many.

    `before` are the current verdicts of all acts that were looked at.
    """
    at = time.now()
    known = {(each.record_id, each.request): each for each in before}
    fresh: list[ActVerdict] = []
    for each in _verdicts(list(judged), at):
        old = known.pop((each.record_id, each.request), None)
        if old is None:
            fresh.append(each)
        elif any(getattr(old, name) != getattr(each, name) for name in SAME):
            each.first = old.first
            known[(each.record_id, each.request)] = old
            fresh.append(each)
    closed = list(known.values())
    _first_again(fresh, closed)
    if closed:
        ids = [each.pk for each in closed]
        ActVerdict.objects.filter(pk__in=ids, known_to=None).update(known_to=at)
    ActVerdict.objects.bulk_create(fresh, batch_size=1_000)
    _count(fresh, closed)
    return len(fresh) + len(closed)


def _first_again(fresh: Sequence[ActVerdict], closed: Sequence[ActVerdict]) -> None:
    """An act that was gone for a while keeps the verdict that it got first."""
    known = {(each.record_id, each.request) for each in closed}
    new = [each for each in fresh if (each.record_id, each.request) not in known]
    rows = ActVerdict.objects.filter(record__in=[each.record_id for each in new])
    firsts = {(row.record_id, row.request): row.first for row in rows}
    for each in new:
        each.first = firsts.get((each.record_id, each.request), each.first)


def _verdicts(judged: Sequence[Judged], at: datetime) -> Iterable[ActVerdict]:
    told = _told([each.act.record_id for each in judged])
    units = dict(Unit.objects.values_list("key", "pk"))
    for each in judged:
        act, said = each.act, each.judgement
        department, waited = told[act.record_id]
        is_plain = each.verdict == "kept"
        yield ActVerdict(
            record_id=act.record_id,
            request=act.request,
            day=act.on,
            month=act.on.replace(day=1),
            customer_id=act.customer_id,
            department_id=department,
            unit_id=units.get(act.unit or ""),
            verdict=each.verdict,
            first=each.verdict,
            why=each.why,
            act=said.act if said else "",
            standing=said.standing if said else "",
            rules=list(said.rules) if said and not is_plain else [],
            deciding=list(each.missing or (said.deciding if said and not is_plain else ())),
            lift_id=each.exemption.id if each.exemption else None,
            policy=each.policy,
            waited=waited,
            judged_at=at,
        )


def _told(records: Collection[int]) -> Mapping[int, tuple[int | None, int | None]]:
    """Of each record the department whose system tells of it, else the one whose kind of record it
    is; and the days from opening to closing, where the act is that it was closed."""
    own = dict(Department.objects.values_list("key", "pk"))
    of_type = {key: own.get(each.department) for key, each in types.all_types().items()}
    ends = {deed.type for deed in deeds() if deed.on == "closed_at"}
    rows = fetch(
        """
        SELECT r.id, r.type, s.department_id, r.closed_at - r.opened_at
        FROM records_record r JOIN kernel_source s ON s.id = r.source_id
        WHERE r.id = ANY(%s)
        """,
        [list(records)],
    )
    return {
        id_: (department or of_type.get(type_), waited if type_ in ends else None)
        for id_, type_, department, waited in rows
    }


_ADD: Final = """
INSERT INTO treatment_verdictcount AS c (day, request, verdict, department_id, unit_id, acts)
SELECT * FROM unnest(%s::date[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::int[])
ON CONFLICT (day, request, verdict, department_id, unit_id)
DO UPDATE SET acts = c.acts + excluded.acts
"""


def _count(fresh: Iterable[ActVerdict], closed: Iterable[ActVerdict]) -> None:
    changes: Counter[tuple[object, ...]] = Counter()
    for some, by in ((fresh, 1), (closed, -1)):
        for each in some:
            key = (each.day, each.request, each.verdict, each.department_id, each.unit_id)
            changes[key] += by
    rows = [(*key, by) for key, by in changes.items() if by]
    if rows:
        run(_ADD, [list(column) for column in zip(*rows, strict=True)])
