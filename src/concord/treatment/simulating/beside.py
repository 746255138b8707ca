"""One customer opened: a request's two answers beside each other, each with its rules and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import cast

from concord.customers.models import Customer
from concord.kernel import time
from concord.treatment import gather
from concord.treatment.actions.decide import judge_kind
from concord.treatment.answer import Answer
from concord.treatment.gather import Situation
from concord.treatment.models import Simulation
from concord.treatment.policies import Policy
from concord.treatment.present import answer_of
from concord.treatment.requests import FieldValue, RequestKind
from concord.treatment.simulating import parts
from concord.treatment.treat import compose
from concord.treatment.values import Scalar


def both(
    simulation: Simulation,
    customer: Customer,
    kind: RequestKind,
    given: Mapping[str, Scalar],
) -> tuple[Answer, Answer]:
    """As both policies answer it on the simulation's day; given to nobody, and not logged.

    Raises `Problem` where a policy has no answer, or says what is no sentence of ours.
    """
    base = simulation.base
    old, new = parts.models(simulation)
    policies = (
        Policy(base.pk, base.number, base.digest, old),
        Policy(0, 0, simulation.digest, new),
    )
    said = {key: Decimal(v) if type(v) is int else v for key, v in given.items()}
    fields = cast(dict[str, FieldValue], {field.key: None for field in kind.fields} | said)
    one, other = (
        # What a policy found of the facts is its own.
        _answer(Situation(customer, simulation.as_of, [policy.model]), kind, fields, policy)
        for policy in policies
    )
    return one, other


def _answer(
    situation: Situation, kind: RequestKind, fields: Mapping[str, FieldValue], policy: Policy
) -> Answer:
    lifts = gather.exemptions(situation.customer.pk, situation.as_of, [kind.key])
    at = time.now()
    inputs, judged = judge_kind(situation, kind, fields, lifts, policy, at)
    # As the simulation looked: at the whole company, so nobody asks for which unit it is.
    inputs = replace(inputs, asks_unit=False, asks_amount=False)
    known = gather.directory(gather.wanted(inputs, judged), gather.unit_of(fields))
    inputs = gather.with_people(inputs, judged, situation, known)
    return answer_of(situation.customer, kind, inputs, compose(inputs, judged), policy, at, None)
