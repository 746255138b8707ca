"""Briefings: when a version is put in force, every department that it concerns gets what changes.

Written by a job after publication, once for each department, in all languages; who works there is
told, and acknowledges. Others see the share that has, never who.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Subquery

from concord.dmn.model import Model
from concord.kernel import audit, notify, time
from concord.kernel.errors import Problem
from concord.kernel.models import Department, User
from concord.kernel.words import LANGUAGES
from concord.treatment import access, changes, policies, requests, simulate
from concord.treatment.actions.publish import one_at_a_time
from concord.treatment.models import Acknowledgement, Briefing, PolicyInForce
from concord.treatment.notices import BRIEFING

EXAMPLES: Final = 3  # customers a department is shown
LATELY: Final = timedelta(days=30)  # for how long it is looked whether anybody was told
NOBODY: Final = frozenset({"", "-", "null"})  # cells of a rule that passes nobody on
KEPT: Final = 20  # customers kept of a department: some may be held back from a reader


Asked = dict[str, set[str]]  # departments by the table of their requests


def write(in_force_id: int) -> list[Briefing]:
    """The briefings of what was put in force; bears being run twice. The first policy has none:
    before it nothing was promised.

    What comes before a row in force never changes, so all is compared before the lock: nobody who
    publishes waits for that.
    """
    row = PolicyInForce.objects.select_related("version").get(pk=in_force_id)
    before = _before(row)
    if before is None or Briefing.objects.filter(in_force=row).exists():
        return []
    old, new = policies.model_of(before.version), policies.model_of(row.version)
    contents = _contents(old, new)
    with transaction.atomic():
        one_at_a_time()
        if Briefing.objects.filter(in_force=row).exists():
            return []
        return [_give(row, department, content) for department, content in contents]


def _contents(old: Model, new: Model) -> list[tuple[Department, dict[str, Any]]]:
    """What each department that the change concerns is told."""
    tables = _tables(old, new)
    if not tables:
        return []
    touched, asked = _touched(old, new), _asked()
    found = []
    for department in Department.objects.order_by("pk"):
        mine = [
            each for each in tables if _concerns(each["decision"], department.key, old, new, asked)
        ]
        if mine:
            named = [each for each in touched if _comes_to(each, department.key, asked)][:KEPT]
            found.append((department, {"tables": mine, "customers": named}))
    return found


def forgotten() -> list[int]:
    """What was put in force lately and nobody was told of: a job may have been lost. Never the
    first, which is no change."""
    rows = PolicyInForce.objects.filter(put_in_force_at__gte=time.now() - LATELY)
    told = Briefing.objects.values("in_force_id")
    first = PolicyInForce.objects.order_by("pk").values("pk")[:1]
    rows = rows.exclude(pk__in=told).exclude(pk=Subquery(first))
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def acknowledge(by: User, briefing: Briefing) -> Acknowledgement:
    """`by` has read it; a second click gives the first. Raises `Problem` for another department's:
    its share is its own."""
    access.check_briefed(by, briefing)
    made, is_new = Acknowledgement.objects.get_or_create(
        briefing=briefing, user=by, defaults={"at": time.now()}
    )
    if is_new:
        audit.record(by, "treatment.acknowledge", "briefing", briefing.pk)
    return made


def _before(row: PolicyInForce) -> PolicyInForce | None:
    """What would have answered from that day on without it."""
    earlier = PolicyInForce.objects.select_related("version").filter(pk__lt=row.pk)
    on_the_day = earlier.filter(in_force_from__lte=row.in_force_from)
    return on_the_day.order_by("-in_force_from", "-pk").first() or earlier.order_by("pk").first()


def _give(row: PolicyInForce, department: Department, content: dict[str, Any]) -> Briefing:
    made = Briefing.objects.create(
        in_force=row, department=department, content=content, made_at=time.now()
    )
    people = User.objects.filter(department=department, is_active=True, is_system=False)
    for person in people.order_by("pk"):
        notify.tell(
            person,
            BRIEFING,
            f"/promise/briefings/{made.pk}/",
            **{"from": row.in_force_from.isoformat()},
        )
    return made


def _tables(old: Model, new: Model) -> list[dict[str, Any]]:
    """What changes, table by table, in every language."""
    said = {key: changes.between(old, new, key) for key, _name in LANGUAGES}
    return [
        {
            "decision": one.decision,
            "whole": one.whole,
            "sentences": {key: list(tables[at].sentences) for key, tables in said.items()},
        }
        for at, one in enumerate(said["en"])
    ]


def _asked() -> Asked:
    """The departments whose requests each table answers, also those of the company's own."""
    found: Asked = {}
    for kind in requests.all_kinds():
        found.setdefault(kind.table, set()).add(kind.department)
    return found


def _concerns(decision: str, department: str, old: Model, new: Model, asked: Asked) -> bool:
    """Whether a table is a department's: it is of one of its requests, passes somebody on to it, or
    is what all requests rest on."""
    if not decision:
        return True  # words of our own, which anybody may have to say
    ids = {each.name: each.id for model in (old, new) for each in model.decisions}
    passed = set(_passes_to(old, decision)) | set(_passes_to(new, decision))
    theirs = passed | asked.get(ids[decision], set())
    return not theirs or department in theirs  # of nobody: standing and the like, for every answer


def _passes_to(model: Model, decision: str) -> Iterator[str]:
    """The departments that a table's rules name."""
    table = model.tables.get(decision)
    names = [output.name for output in table.outputs] if table else []
    if table and "to" in names:
        for rule in table.rules:
            said = rule.outputs[names.index("to")].strip().strip('"')
            if said not in NOBODY:
                yield said


def _touched(old: Model, new: Model) -> list[list[Any]]:
    """Who would be treated differently today, as `simulate.dump` keeps it. Where that cannot be
    worked out the briefing has no examples; the changes in words stand for themselves."""
    with suppress(Problem):
        named: list[list[Any]] = simulate.dump(simulate.compare(old, new, time.today()))["named"]
        return named
    return []


def _comes_to(touched: list[Any], department: str, asked: Asked) -> bool:
    """Whether a customer comes to the department with what would be answered differently."""
    return any(
        department in {*asked.get(request, ()), before["to"], after["to"]}
        for request, before, after in touched[1]
    )
