# ruff: noqa: S608 - only names and constants of our own are put together; values are bound
"""A simulation in parts: some thousand customers each, one transaction each.

The database works out the facts, what they come to and who is alike; here only the few conditions
are judged. A part that is killed leaves nothing and is done again.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from time import monotonic
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from concord.customers.rows import as_json, fetch, run
from concord.dmn.model import Model
from concord.kernel.time import now
from concord.treatment import policies
from concord.treatment.models import Simulation, SimulationPart
from concord.treatment.simulating import kept
from concord.treatment.simulating.apart import REVENUE, SHOWN
from concord.treatment.simulating.judged import Answered, Judge, kinds

CUSTOMERS: Final = 10_000  # of a part: half a second or so
LOOKING: Final = 1.0  # seconds after which it is looked whether somebody stopped it
MEMORY: Final = "64MB"  # to sort a part without a file
# The planner takes a part for a large query and would compile it to machine code, which takes
# longer than to run it.
SETTINGS: Final = "SELECT set_config('work_mem', %s, true), set_config('jit', 'off', true)"

PLAN: Final = """
INSERT INTO treatment_simulationpart (simulation_id, first, last, customers)
SELECT %(simulation)s, (array_agg(id ORDER BY id))[1], (array_agg(id ORDER BY id DESC))[1], count(*)
FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(customers)s AS part
      FROM customers_customer WHERE merged_into_id IS NULL) c
GROUP BY part
"""
KEEP_CONDITIONS: Final = """
INSERT INTO treatment_simulatedcondition
    (simulation_id, condition, answers, differs, customers, money, unknown)
SELECT %(simulation)s, * FROM unnest(
    %(conditions)s::bigint[], %(answers)s::jsonb[], %(differs)s::boolean[], %(customers)s::int[],
    %(money)s::numeric[], %(unknown)s::int[])
ON CONFLICT (simulation_id, condition) DO UPDATE SET
    customers = treatment_simulatedcondition.customers + excluded.customers,
    money = treatment_simulatedcondition.money + excluded.money,
    unknown = treatment_simulatedcondition.unknown + excluded.unknown
"""
KEEP_CUSTOMERS: Final = f"""
INSERT INTO treatment_simulatedcustomer
    (simulation_id, condition, customer_id, weight, revenue, overdue, overdue_days)
SELECT %(simulation)s, condition, customer, coalesce({REVENUE}, 0), {", ".join(SHOWN)}
FROM part WHERE condition = ANY(%(conditions)s::bigint[])
"""


def cases(simulation: Simulation) -> int:
    """How many cases a condition has. Raises `Problem` for a policy that cannot be tried."""
    return _judge(simulation.pk).cases


def check(simulation: Simulation) -> None:
    """Raises `Problem`, before anything is done, for a policy that cannot be read or compiled."""
    _judge(simulation.pk).apart.select(simulation.as_of, None)


@transaction.atomic
def plan(simulation: Simulation) -> None:
    """All customers in parts, by their ids; once."""
    Simulation.objects.select_for_update(of=("self",)).get(pk=simulation.pk)
    if not simulation.parts.exists():
        run(PLAN, {"simulation": simulation.pk, "customers": CUSTOMERS})


def work(part: tuple[UUID, int]) -> None:
    """Work out a part; one that another worker has done, or has, is left alone, and one in whose
    middle it is stopped leaves nothing. Any process may call it: `part` is the simulation's id and
    the part's number."""
    simulation_id, part_id = part
    with suppress(_StoppedError), transaction.atomic():
        fetch(SETTINGS, [MEMORY])
        free = SimulationPart.objects.select_for_update(skip_locked=True, of=("self",))
        mine = free.filter(pk=part_id, done_at=None).first()
        if mine is None:
            return
        judge = _judge(simulation_id)
        _lay_out(judge, mine)
        _keep(judge, simulation_id)
        run("DROP TABLE part")
        mine.done_at = now()
        mine.save(update_fields=["done_at"])


def is_stopped(simulation_id: UUID) -> bool:
    """Also where it was put away meanwhile."""
    return not Simulation.objects.filter(pk=simulation_id, stopped_at=None).exists()


@lru_cache(maxsize=2)
def _judge(simulation_id: UUID) -> Judge:
    """Both policies, once a process: what was judged for a part is known to the next."""
    simulation = Simulation.objects.select_related("base").get(pk=simulation_id)
    return Judge(models(simulation), kinds(), simulation.as_of)


def models(simulation: Simulation) -> tuple[Model, Model]:
    """The policy that is compared with, and the one that is tried."""
    return policies.model_of(simulation.base), _model(simulation.digest, simulation.xml)


@lru_cache(maxsize=4)
def _model(digest: str, xml: str) -> Model:
    return policies.load(xml.encode())


def _lay_out(judge: Judge, part: SimulationPart) -> None:
    """The table `part`: each customer with the hash of the condition, and what it is made of."""
    span = (part.first, part.last)
    select, parameters = judge.apart.select(part.simulation.as_of, span)
    keys = [f"k{at}" for at in range(len(judge.apart.columns()))]
    run(
        f"CREATE TEMP TABLE part AS SELECT *, hashtextextended(ROW({', '.join(keys)})::text, 0)"
        f" AS condition FROM ({select}) c",
        parameters,
    )


class _StoppedError(Exception):
    """Somebody stopped it, or it was put away."""


def _keep(judge: Judge, simulation_id: UUID) -> None:
    """What the part's conditions come to, and who would be treated differently."""
    keys = ", ".join(f"k{at}" for at in range(len(judge.apart.columns())))
    rows = fetch(
        f"SELECT condition, count(*), coalesce(sum({REVENUE}), 0),"
        f" count(*) FILTER (WHERE {REVENUE} IS NULL), {keys}"
        f" FROM part GROUP BY condition, {keys} ORDER BY condition"
    )
    found: dict[int, tuple[list[Answered], list[Any]]] = {}
    looked = monotonic()
    for condition, customers, money, unknown, *values in rows:
        if condition in found:  # numbers that are alike in another spelling, never in a hash
            raise AssertionError("two conditions have one hash")
        found[condition] = (judge.answered(values), [customers, money, unknown])
        if monotonic() > looked + LOOKING:
            if is_stopped(simulation_id):
                raise _StoppedError
            looked = monotonic()
    if not found:
        return
    touched = [key for key, (answers, _n) in found.items() if any(a.differs for a in answers)]
    run(KEEP_CUSTOMERS, {"simulation": simulation_id, "conditions": touched})
    run(
        KEEP_CONDITIONS,
        {
            "simulation": simulation_id,
            "conditions": list(found),
            "answers": [as_json(kept.dump(answers)) for answers, _n in found.values()],
            "differs": [any(a.differs for a in answers) for answers, _n in found.values()],
            "customers": [counts[0] for _a, counts in found.values()],
            "money": [counts[1] for _a, counts in found.values()],
            "unknown": [counts[2] for _a, counts in found.values()],
        },
    )
