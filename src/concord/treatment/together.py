"""Treatments of customers that are not one yet: what is at stake in a question, and what a merge
changes in what we answer them. Judged as `decide` judges, from facts of profiles taken as one;
nothing is logged and nobody is treated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from concord.customers.as_one import AsOne, employers
from concord.customers.consequences import Consequence, View
from concord.customers.models import Customer, Kind
from concord.customers.stakes import Sides, Stake
from concord.facts.derive import derive_given, relation
from concord.facts.fact import UNKNOWN, FactValue
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.models import Department, Unit
from concord.kernel.words import Words, say
from concord.treatment import gather, policies, requests, words
from concord.treatment.actions.decide import judge_kind
from concord.treatment.gather import Situation
from concord.treatment.inputs import Inputs
from concord.treatment.policies import Policy
from concord.treatment.policy_facts import HOLDS, of_groups, of_units, read_by
from concord.treatment.requests import RequestKind
from concord.treatment.simulate import grade_sql
from concord.treatment.treat import Judgement

TROUBLE: Final = frozenset({"on hold", "watch"})
TONES: Final = {"on hold": "stop", "watch": "route", "good": "go", "excellent": "go"}


def at_stake(questions: Sequence[Sides]) -> list[Stake]:
    """How many sides of each question would come into trouble or out of it. One query.

    That a namesake without any records "always pays" together with one who has is no reason to
    hurry; that somebody on hold is told to go ahead is.
    """
    nothing = [Stake()] * len(questions)
    try:
        model = policies.in_force(time.today()).model
        grade = grade_sql(model, "standing")
    except Problem:  # no policy yet, or one that SQL cannot say: the queue is by money alone
        return nothing
    if of_groups(read_by(model)):  # what is true of a group is not known before they are one
        return nothing
    sides = [side for each in questions for side in (each.left, each.right, each.together)]
    facts, given = relation(keys=read_by(model), given=sides)
    rows = _graded(facts, grade, given)
    return [
        Stake(
            treated=sum(_is_other(rows.get(3 * at + side), rows.get(3 * at + 2)) for side in (0, 1))
        )
        for at in range(len(questions))
    ]


def _graded(facts: str, grade: str, given: dict[str, Any]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH f AS MATERIALIZED ({facts}) SELECT f.customer, g.value"  # noqa: S608
            f" FROM f CROSS JOIN LATERAL ({grade}) g",
            given,
        )
        return dict(cursor.fetchall())


def _is_other(alone: str | None, together: str | None) -> bool:
    return alone != together and bool({alone, together} & TROUBLE)


# What a merge changes


def consequences(view: View) -> Iterator[Consequence]:
    """Standing, value and the answer to every request, of either side and of both as one.

    Persons who work somewhere are treated as that organisation; of them only that is said.
    """
    today = time.today()
    try:
        policy = policies.in_force(today)
    except Problem as problem:
        if problem.code != "no-policy":
            raise
        return
    if view.together.kind == Kind.PERSON and any(work := employers(view.sides, today)):
        one, other, both = map(_treated_as, view.sides, work)
        yield Consequence("standing", _("Treated as"), one, other, both)
        return
    yield from _answers(view.sides, policy, today)


def _treated_as(side: AsOne, work: Mapping[Any, str]) -> str:
    if not work:
        return side.name
    return words.listed(work.values())


def _answers(
    sides: tuple[AsOne, AsOne, AsOne], policy: Policy, today: date
) -> Iterator[Consequence]:
    kinds = requests.all_kinds()
    facts = _Facts(sides, today, policy)
    lifts = _lifts(sides, kinds, today)
    judged = [
        _judged(_AsIf(side, today, policy, facts, number), kinds, lifts[number], policy)
        for number, side in enumerate(sides)
    ]
    yield _line("standing", _("Standing"), [_standing(each[0][1]) for each in judged])
    yield _line("standing", _("Kind of customer"), [_value(each[0][1]) for each in judged])
    departments = {row.key: row.words for row in Department.objects.all()}
    for at, kind in enumerate(kinds):
        said = [_answer(*each[at], departments) for each in judged]
        yield _line("answers", say(kind.words), said)


def _line(group: Any, label: str, said: Sequence[tuple[str, str]]) -> Consequence:
    left, right, together = said
    return Consequence(
        group, label, left[0], right[0], together[0], (left[1], right[1], together[1])
    )


def _standing(judged: Judgement) -> tuple[str, str]:
    text = str(words.STANDINGS.get(judged.standing, judged.standing))
    return text, TONES.get(judged.standing, "none")


def _value(judged: Judgement) -> tuple[str, str]:
    return str(words.VALUES.get(judged.value, judged.value)), ""


def _answer(inputs: Inputs, judged: Judgement, departments: Mapping[str, Words]) -> tuple[str, str]:
    """The answer in a word or three, as the customer page has it."""
    if judged.asks or inputs.asks_unit:
        return words.act_words(""), "none"
    said = words.act_words(judged.act)
    if judged.act in {"pass_on", "not_yet", "escalate"} and judged.to:
        said = f"{said} → {say(departments.get(judged.to, {'en': judged.to}))}"
    is_first = judged.act == "go_ahead" and judged.priority == 1
    return said, "first" if is_first else words.TONES.get(judged.act, "none")


def _judged(
    situation: Situation,
    kinds: Sequence[RequestKind],
    lifts: gather.Exemptions,
    policy: Policy,
) -> list[tuple[Inputs, Judgement]]:
    """What the policy says to each request with no field given."""
    return [
        judge_kind(
            situation, kind, {field.key: None for field in kind.fields}, lifts, policy, time.now()
        )
        for kind in kinds
    ]


def _lifts(
    sides: Sequence[AsOne], kinds: Sequence[RequestKind], today: date
) -> list[gather.Exemptions]:
    """The exceptions of each side, for each request the one that lasts longest first."""
    keys = [kind.key for kind in kinds]
    of = {
        customer: gather.exemptions(customer, today, keys)
        for customer in dict.fromkeys(each for side in sides for each in side.customers)
    }
    return [_joined([of[customer] for customer in side.customers]) for side in sides]


def _joined(some: Sequence[gather.Exemptions]) -> gather.Exemptions:
    keys = dict.fromkeys(key for each in some for key in each)
    return {
        key: sorted(
            (lift for each in some for lift in each.get(key, ())),
            key=lambda lift: lift.ends_on,
            reverse=True,
        )
        for key in keys
    }


class _Facts:
    """The policy's facts of all sides at once: one query, and one for each business unit where
    somebody is in trouble."""

    def __init__(self, sides: Sequence[AsOne], as_of: date, policy: Policy) -> None:
        self.sides = sides
        self.keys = read_by(policy.model)
        self.as_of = as_of

    @cached_property
    def whole(self) -> list[dict[str, FactValue]]:
        return self._derived({*self.keys, HOLDS}, None)

    @cached_property
    def units(self) -> dict[str, list[dict[str, FactValue]]]:
        return {
            unit: self._derived(of_units(self.keys), unit)
            for unit in ["", *Unit.objects.order_by("key").values_list("key", flat=True)]
        }

    def _derived(self, keys: Collection[str], unit: str | None) -> list[dict[str, FactValue]]:
        """What is true of a whole group is not known of a customer who is none yet."""
        groups = of_groups(keys)
        own = set(keys) - groups
        found = derive_given(self.sides, keys=own, as_of=self.as_of, unit=unit)
        return [self._as_values(each | dict.fromkeys(groups, UNKNOWN)) for each in found]

    def _as_values(self, found: Mapping[str, Any]) -> dict[str, FactValue]:
        return {
            key: FactValue(key, value, "unknown" if value is UNKNOWN else "known", self.as_of)
            for key, value in found.items()
        }


class _AsIf(Situation):
    """The situation of some profiles, as if they were a customer."""

    def __init__(
        self, side: AsOne, as_of: date, policy: Policy, facts: _Facts, number: int
    ) -> None:
        customer = Customer(id=side.id, kind=side.kind, name=side.name, golden=side.golden)
        super().__init__(customer, as_of, [policy.model])
        self._shared, self._number = facts, number

    @cached_property
    def derived(self) -> dict[str, FactValue]:
        return self._shared.whole[self._number]

    @cached_property
    def _units(self) -> dict[str, dict[str, FactValue]]:
        return {unit: each[self._number] for unit, each in self._shared.units.items()}
