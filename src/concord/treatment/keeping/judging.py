"""Judge acts: what the policy in force on the day would have said, with the facts of that day.

The facts are as of the end of the day, as we know them now: a hold that was entered late counts
from the day it speaks of. Nothing is guessed: where a deciding fact cannot be known, or the record
does not tell what the policy asks for, nobody can say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import groupby
from typing import Final, Literal
from uuid import UUID

from concord.customers.rows import fetch
from concord.facts.derive import derive_some
from concord.facts.fact import UNKNOWN, FactValue, Value
from concord.kernel.errors import Problem
from concord.kernel.time import zone
from concord.treatment import policies, requests
from concord.treatment.gather import applying, engine
from concord.treatment.inputs import Exemption, Inputs, KnownFact
from concord.treatment.keeping.acts import Act
from concord.treatment.models import PolicyInForce
from concord.treatment.policies import Policy
from concord.treatment.policy_facts import HOLDS, of_units, policy_facts, read_by, unit_facts
from concord.treatment.treat import SILENT, Found, Judgement, facts_that_decided, judge

# Our word was kept; it was not; it was by an exception; nobody can say.
Verdict = Literal["kept", "deviated", "exception", "cannot_say"]
MILDEST: Final[tuple[Verdict, ...]] = ("kept", "exception", "cannot_say", "deviated")
# A deciding fact is unknown; the record does not tell a field that the policy asks for; the policy
# has no rule for it; the customer has become a part of another one meanwhile, or is a person who
# worked at several organisations on that day.
Why = Literal["", "unknown fact", "asks", "no rule", "gone"]
BATCH: Final = 1_000  # acts of one day whose customers' facts are asked for together


@dataclass(frozen=True, slots=True)
class Judged:
    """`judgement` is what the policy says, None where it says nothing; `without` what it would say
    without the `exemption` that was in force. `why` tells why nobody can say, `missing` which facts
    (FEEL names) or which field nobody told."""

    act: Act
    verdict: Verdict
    policy: int
    judgement: Judgement | None = None
    without: Judgement | None = None
    why: Why = ""
    exemption: Exemption | None = None
    missing: tuple[str, ...] = ()


def judge_acts(acts: Iterable[Act]) -> Iterator[Judged]:
    """Each of the acts (in the order of their days) judged; those before any policy are left out.

    Nobody knows the hour of an act: on a day on which a policy took the place of another one it is
    held against the milder of them. Two queries a batch, three where business units differ.
    """
    for day in days(acts):
        said = [day.judged(policy) for policy in _of(day.on)]
        for each in zip(*said, strict=True):
            yield min(each, key=lambda one: MILDEST.index(one.verdict))


def _of(on: date) -> list[Policy]:
    """The policies that answered on that day, the last one first; before any policy none."""
    last = policies.in_force(on)
    if last.in_force_from is None or last.in_force_from > on:
        return []
    if not _came_during(on, last.in_force_from, last.put_in_force_at):
        return [last]
    found = {last.number: last}
    rows = PolicyInForce.objects.filter(in_force_from__lte=on).order_by("-in_force_from", "-id")
    for row in rows.select_related("version").defer("version__xml").iterator():
        number = row.version.number
        if number not in found:
            found[number] = policies.by_number(number)
        if not _came_during(on, row.in_force_from, row.put_in_force_at):
            break
    return list(found.values())


def _came_during(on: date, begins: date, put_at: datetime | None) -> bool:
    """Whether something else answered on the morning of the day."""
    return begins == on and put_at is not None and put_at.astimezone(zone()).date() >= on


def days(acts: Iterable[Act]) -> Iterator[Day]:
    """The acts in batches, each of one day; what was true then is asked once for each batch."""
    for on, of_day in groupby(acts, key=lambda act: act.on):
        some = list(of_day)
        for start in range(0, len(some), BATCH):
            yield Day(on, some[start : start + BATCH])


class Day:
    """Acts of one day, and what was true of their customers."""

    def __init__(self, on: date, acts: list[Act]) -> None:
        self.on, self.acts = on, acts
        self.exemptions = _exemptions(list({act.customer_id: None for act in acts}), on)
        self._known: dict[tuple[str, ...], _Known] = {}
        self._found: dict[tuple[object, ...], Found] = {}

    def judged(self, policy: Policy) -> Iterator[Judged]:
        """Each of the acts as this policy would have had it."""
        for act in self.acts:
            yield self._one(act, policy)

    def _one(self, act: Act, policy: Policy) -> Judged:
        number = policy.number
        facts = self._facts(act, read_by(policy.model))
        if facts is None or act.is_unclear:
            return Judged(act, "cannot_say", number, why="gone")
        held = self.exemptions.get((act.customer_id, act.request), ())
        exemption = applying(held, act.fields)
        inputs = self._inputs(act, facts, exemption, policy)
        said = self._judge(inputs, policy)
        if isinstance(said, Problem) or SILENT in said.rules:
            return Judged(act, "cannot_say", number, why="no rule")
        if said.asks:
            return Judged(act, "cannot_say", number, said, why="asks", missing=(said.asks,))
        if missing := _not_known(inputs, said):
            return Judged(act, "cannot_say", number, said, why="unknown fact", missing=missing)
        without = self._judge(replace(inputs, exemption=None), policy) if exemption else said
        plain = without if isinstance(without, Judgement) else None
        if said.act != "go_ahead":
            return Judged(act, "deviated", number, said, plain)
        if plain is None or plain.act != "go_ahead":
            return Judged(act, "exception", number, said, plain, exemption=exemption)
        return Judged(act, "kept", number, said, plain)

    def _facts(self, act: Act, keys: tuple[str, ...]) -> dict[str, KnownFact] | None:
        """None where the customer has become another one's part meanwhile."""
        if keys not in self._known:
            self._known[keys] = _Known(self.on, self.acts, keys)
        known = self._known[keys]
        whole = known.whole.get(act.customer_id)
        if whole is None:
            return None
        if not act.unit:
            return policy_facts(keys, whole)
        return unit_facts(keys, act.unit, known.units[act.unit][act.customer_id], whole)

    def _inputs(
        self,
        act: Act,
        facts: dict[str, KnownFact],
        exemption: Exemption | None,
        policy: Policy,
    ) -> Inputs:
        kind = requests.named(act.request)
        return Inputs(
            customer=act.customer_id,
            language="en",
            request=act.request,
            table=kind.table,
            department=kind.department,
            fields=dict(act.fields),
            facts=facts,
            exemption=exemption,
            policy=policy.number,
            digest=policy.digest,
            as_of=self.on,
            known_at=datetime.combine(self.on, time(23, 59), zone()),
            zone=zone().key,
            engine=engine(),
        )

    def _judge(self, inputs: Inputs, policy: Policy) -> Judgement | Problem:
        """What rests on the facts alone is found once for all acts of a customer on the day."""
        found = self._found.setdefault((policy.digest, inputs.customer, inputs.fields["unit"]), {})
        try:
            return judge(policy.model, inputs, found)
        except Problem as problem:
            return problem


def _not_known(inputs: Inputs, said: Judgement) -> tuple[str, ...]:
    """The facts that decided and are not known, by their FEEL names."""
    facts = facts_that_decided(inputs, said.deciding)
    return tuple(each.key.replace("_", " ") for each in facts if each.state == "unknown")


class _Known:
    """What was true of the customers of some acts: the facts that policies read."""

    def __init__(self, on: date, acts: list[Act], keys: tuple[str, ...]) -> None:
        customers = list(dict.fromkeys(act.customer_id for act in acts))
        found = derive_some(customers, as_of=on, keys={*keys, HOLDS})
        self.whole = {who: _told(values, on) for who, values in found.items()}
        self.units: dict[str, dict[UUID, dict[str, FactValue]]] = {}
        for unit in {act.unit for act in acts if act.unit}:
            here = list(dict.fromkeys(act.customer_id for act in acts if act.unit == unit))
            found = derive_some(here, as_of=on, keys=of_units(keys), unit=unit)
            self.units[unit] = {who: _told(values, on) for who, values in found.items()}


def _told(values: Mapping[str, Value], on: date) -> dict[str, FactValue]:
    return {
        key: FactValue(key, value, "unknown" if value is UNKNOWN else "known", on)
        for key, value in values.items()
    }


def _exemptions(customers: list[UUID], on: date) -> dict[tuple[UUID, str], list[Exemption]]:
    """The exceptions that were in force on the day, by customer and request, the one that lasts
    longest first. One that was withdrawn held until then, and so for acts of that day."""
    rows = fetch(
        """
        SELECT c.id, l.request, l.id, l.ends_on, u.name, l.reason, l.amount
        FROM treatment_lift l
        JOIN kernel_user u ON u.id = l.granted_by_id
        JOIN customers_customer was ON was.id = l.customer_id
        JOIN customers_customer c ON c.id = coalesce(was.merged_into_id, was.id)
        WHERE c.id = ANY(%(customers)s::uuid[]) AND %(on)s BETWEEN l.starts_on AND l.ends_on
          AND (l.withdrawn_at IS NULL OR (l.withdrawn_at AT TIME ZONE %(zone)s)::date >= %(on)s)
        ORDER BY l.ends_on DESC, l.id DESC
        """,
        {"customers": customers, "on": on, "zone": zone().key},
    )
    found: dict[tuple[UUID, str], list[Exemption]] = {}
    for customer, request, *row in rows:
        found.setdefault((customer, request), []).append(Exemption(*row))
    return found
