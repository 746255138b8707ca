"""Decide: the one action behind the page, the command line and the API."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers import restrictions
from concord.customers.models import Customer
from concord.customers.rows import as_json, run
from concord.facts.fact import FactValue
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.models import Unit, User
from concord.kernel.prepared import insertion, together
from concord.treatment import gather, policies, requests
from concord.treatment.about import about_record
from concord.treatment.answer import Answer, Option
from concord.treatment.gather import Situation
from concord.treatment.identity import treatment_id
from concord.treatment.inputs import Inputs, dump
from concord.treatment.models import AnswerLog
from concord.treatment.months import first_id
from concord.treatment.policies import Policy
from concord.treatment.present import answer_of, every_unit, which_customer
from concord.treatment.requests import FieldValue, RequestKind
from concord.treatment.treat import Judgement, Treatment, compose
from concord.treatment.words import CHANNELS

AGAIN: Final = timedelta(minutes=10)  # in which the same answer on a page is the same telling
_LOCKS: Final = 0x0A5C  # our class of advisory locks: one for each customer, request and person


@dataclass(frozen=True)
class Decided:
    """A treatment that was found, before anybody was told."""

    customer: Customer
    kind: RequestKind
    policy: Policy
    inputs: Inputs
    treatment: Treatment
    at: datetime

    @cached_property
    def id(self) -> UUID:
        """The treatment's: the same for whoever asks."""
        return treatment_id(self.inputs, self.treatment)


@transaction.atomic
def decide(
    customer: Customer | UUID,
    request: str,
    fields: Mapping[str, Any],
    *,
    as_of: date | None = None,
    asked_by: User,
    channel: str,
) -> Answer:
    """How `customer` (one just read, or an id) is treated who comes with `request`; logged.

    `fields` may be texts as a person types them; where the request is about a record, its type
    ("order") names one by id or KEY@SOURCE. Who asks, and how, is no part of the answer. A person
    who works at several organisations gives a question and no log entry: nobody was treated.
    Raises `Problem` for an unknown customer, request or field, and for a value of a wrong type.
    """
    if channel not in CHANNELS:
        raise ValueError(f"unknown channel {channel!r}")
    found = find(customer, request, fields, as_of)
    return found if isinstance(found, Answer) else give(found, asked_by, channel)


@transaction.atomic
def ask_on_page(
    customer: Customer | UUID, request: str, fields: Mapping[str, Any], asked_by: User
) -> Answer:
    """As `decide` from a page. What this person was told to the letter within the last minutes, and
    nothing else of that request since, is not written down again: a page that is loaded anew, a
    double click, a task that is made of it.
    """
    found = find(customer, request, fields)
    if isinstance(found, Answer):
        return found
    kind = found.inputs.request
    run(
        "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",  # of two clicks the second one waits
        [_LOCKS, f"{found.inputs.customer} {kind} {asked_by.pk}"],
    )
    told = AnswerLog.objects.filter(
        customer=found.inputs.customer, request=kind, asked_by=asked_by, channel="page",
        id__gte=first_id(found.at - AGAIN),
    )  # fmt: skip
    last = told.order_by("-id").values_list("treatment_id", "pk", "at").first()
    if last and last[0] == found.id:
        return _present(replace(found, at=last[2]), last[1])
    return give(found, asked_by, "page")


def find(
    customer: Customer | UUID,
    request: str,
    fields: Mapping[str, Any],
    as_of: date | None = None,
) -> Decided | Answer:
    """The treatment, not written down; an `Answer` where first somebody must say which customer."""
    when, at = as_of or time.today(), time.now()
    kind = requests.kind(request)
    who = gather.treated(customer, when)
    policy = policies.in_force(when)
    if who.choices:
        return which_customer(who, kind, policy, when, at)
    said = read(who.customer, kind, fields, when)
    restricted = _restricted(customer, who.customer)
    situation = Situation(who.customer, when, [policy.model], restricted=restricted)
    inputs, judged = judge_kind(situation, kind, said, _lifts(situation, [kind]), policy, at)
    known = gather.directory(gather.wanted(inputs, judged), gather.unit_of(said))
    inputs = gather.with_people(inputs, judged, situation, known)
    return Decided(who.customer, kind, policy, inputs, compose(inputs, judged), at)


def give(found: Decided, asked_by: User, channel: str) -> Answer:
    """Write the treatment down as told to `asked_by`, inside the caller's transaction."""
    answer_id = new_id()
    row = {
        "id": answer_id,
        "treatment_id": found.id,
        "customer_id": found.inputs.customer,
        "request": found.inputs.request,
        "state": found.treatment.state,
        "act": found.treatment.act,
        "department": found.treatment.to,
        "rule": found.treatment.rules[0],
        "policy_id": found.policy.version_id,
        "asked_by_id": asked_by.pk,
        "channel": channel,
        "at": found.at,
        "as_of": found.inputs.as_of,
        "inputs": as_json(dump(found.inputs)),
        "treatment": as_json(found.treatment.dump()),
    }
    together((insertion(AnswerLog), row))
    return _present(found, answer_id)


def _present(
    found: Decided, answer_id: UUID | None, units: Callable[[], Sequence[Option]] = every_unit
) -> Answer:
    return answer_of(
        found.customer,
        found.kind,
        found.inputs,
        found.treatment,
        found.policy,
        found.at,
        answer_id,
        found.id,
        units,
    )


@dataclass(frozen=True, slots=True)
class Overview:
    """The answers to every request, and the facts of the customer who is treated."""

    answers: list[Answer]
    facts: Mapping[str, FactValue]
    treated: UUID


def all_requests(customer: Customer | UUID, as_of: date | None = None) -> list[Answer]:
    """The answers to every request with no field given; not logged."""
    return overview(customer, as_of).answers


def overview(
    customer: Customer | UUID, as_of: date | None = None, beside: Collection[str] = ()
) -> Overview:
    """The same from one derivation, with the facts that are asked for beside the policy's.

    Where it is not known who is treated, there are questions and no facts.
    """
    when, at = as_of or time.today(), time.now()
    kinds = requests.all_kinds()
    who = gather.treated(customer, when)
    policy = policies.in_force(when)
    if who.choices:
        asks = [which_customer(who, kind, policy, when, at) for kind in kinds]
        return Overview(asks, {}, who.customer.id)
    restricted = _restricted(customer, who.customer)
    situation = Situation(who.customer, when, [policy.model], beside, restricted=restricted)
    lifts = _lifts(situation, kinds)
    nothing = [{field.key: None for field in kind.fields} for kind in kinds]
    asked = [
        judge_kind(situation, kind, fields, lifts, policy, at)
        for kind, fields in zip(kinds, nothing, strict=True)
    ]
    known = gather.directory(set().union(*(gather.wanted(*each) for each in asked)), None)
    answers, units = [], cache(every_unit)
    for kind, (inputs, judged) in zip(kinds, asked, strict=True):
        full = gather.with_people(inputs, judged, situation, known)
        found = Decided(who.customer, kind, policy, full, compose(full, judged), at)
        answers.append(_present(found, None, units))
    return Overview(answers, situation.derived, who.customer.id)


def _restricted(asked: Customer | UUID, treated: Customer) -> bool:
    """Whether what is kept of them is stored and not used: of whoever asks, or is treated."""
    if restrictions.holds(treated):
        return True
    if isinstance(asked, Customer):
        return asked.pk != treated.pk and restrictions.holds(asked)
    return asked != treated.pk and restrictions.of_customer(asked) is not None


def read(
    customer: Customer, kind: RequestKind, given: Mapping[str, Any], as_of: date
) -> dict[str, FieldValue]:
    """The request's fields, typed, and filled from the record it is about."""
    about = given.get(kind.about) if kind.about else None
    fields = requests.read_fields(kind, {k: v for k, v in given.items() if k != kind.about})
    unit = fields.get("unit")
    if unit and not Unit.objects.filter(key=unit).exists():
        known = ", ".join(Unit.objects.order_by("key").values_list("key", flat=True))
        raise Problem(
            _("There is no business unit “%(unit)s”.") % {"unit": unit},
            place="unit",
            mend=_("Known units: %(units)s.") % {"units": known},
            code="wrong-field",
        )
    if not about:
        return fields
    return about_record(customer, kind, str(about), fields, as_of)


def _lifts(situation: Situation, kinds: Sequence[RequestKind]) -> gather.Exemptions:
    keys = [kind.key for kind in kinds]
    return gather.exemptions(situation.customer.id, situation.as_of, keys)


def judge_kind(
    situation: Situation,
    kind: RequestKind,
    fields: Mapping[str, FieldValue],
    lifts: gather.Exemptions,
    policy: Policy,
    at: datetime,
) -> tuple[Inputs, Judgement]:
    """What the policy says, and on what; whom to name is looked up after."""
    facts = situation.facts(gather.unit_of(fields))
    held = lifts.get(kind.key, ())
    exemption = gather.applying(held, fields)
    inputs = gather.assemble(situation, kind, fields, facts, exemption, policy, at)
    judged = situation.judge(policy, inputs)
    if not judged.asks and situation.depends_on_unit(inputs, kind, judged, policy):
        inputs = replace(inputs, asks_unit=True)
    elif held and exemption is None and inputs.fields.get("amount") is None:
        then = situation.judge(policy, replace(inputs, exemption=held[0]))
        if not judged.asks and kind.field("amount") and then.differs(judged):
            inputs = replace(inputs, asks_amount=True)  # an exception up to an amount: up to which?
    return inputs, judged
