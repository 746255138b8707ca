"""What a condition comes to: every request of its customers, as both policies answer it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, Final

from django.utils.translation import gettext as _

from concord import dmn
from concord.dmn.model import Model
from concord.facts.own import refresh
from concord.kernel.errors import Problem
from concord.kernel.time import zone
from concord.treatment import requests
from concord.treatment.inputs import ELSEWHERE
from concord.treatment.outcome import NOBODY, Outcome
from concord.treatment.requests import RequestKind
from concord.treatment.simulating.apart import Apart, is_of_customer
from concord.treatment.treat import decision_for, needs
from concord.treatment.tried import tried
from concord.treatment.values import Scalar

OTHER: Final = RequestKind(
    requests.ANY_OTHER,
    requests.words("Any other request", "그 밖의 요청", "其他請求"),
    (),
    None,
    "",
)
UpTo = tuple[Decimal | None]  # of an exception: the largest amount that it is for, None: any
MOST_CASES: Final = 2_000  # of a request: a second or so for each condition
NOT_FIELDS: Final = ("exception", "request")


@dataclass(frozen=True, slots=True)
class Answered:
    """A request as both policies answer it: where nothing else is said or, where only then they
    differ, in the first case of what may be `given` in which they do."""

    request: str
    before: Outcome
    after: Outcome
    given: Mapping[str, Scalar]

    @property
    def differs(self) -> bool:
        return self.before.noticed != self.after.noticed


def kinds() -> list[RequestKind]:
    """The requests that are simulated: all kinds, and what no kind is of."""
    return [*requests.all_kinds(), OTHER]


class Judge:
    """Two policies over conditions. What is alike for a request is asked once. Raises `Problem`
    where a policy cannot be tried: it has too many cases, or tells some apart that nobody can list.
    """

    def __init__(self, models: tuple[Model, Model], of: Sequence[RequestKind], on: date) -> None:
        self.models = models
        self.clock = datetime.combine(on, time(12), zone())
        refresh()  # what is a fact of the customer, and what only who asks can say
        self.asked = [_Asked(kind, models, self.clock) for kind in of]
        self.apart = Apart(models, [each.decisions for each in self.asked])

    @property
    def cases(self) -> int:
        """How many cases of its fields all requests have."""
        return sum(len(each.cases) for each in self.asked)

    def answered(self, condition: Sequence[Any]) -> list[Answered]:
        """Every request under a condition, whose values are in the order of `Apart.columns`."""
        values = [_value(each) for each in condition]
        given: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        at = 0
        for grade in self.apart.grades:
            some = values[at : at + len(grade.outputs)]
            at += len(grade.outputs)
            whole = some[0] if len(some) == 1 else dict(zip(grade.outputs, some, strict=True))
            given[grade.of][grade.decision] = whole
        for own in self.apart.own:
            given[0][own.name] = given[1][own.name] = values[at]
            at += 1
        lifts = lifts_of(values[at])
        return [each.answered(given, lifts.get(each.kind.key), self.clock) for each in self.asked]


def lifts_of(told: Mapping[str, str | None] | str | None) -> dict[str, UpTo]:
    """The exceptions of a customer, as the database tells them (JSON), by request."""
    said = json.loads(told) if isinstance(told, str) else told or {}
    return {request: (None if text is None else Decimal(text),) for request, text in said.items()}


class _Asked:
    """A request: its decision in each policy, and every case of the fields that they look at."""

    def __init__(self, kind: RequestKind, models: tuple[Model, Model], clock: datetime) -> None:
        self.kind, self.models = kind, models
        self.decisions = (decision_for(models[0], kind.table), decision_for(models[1], kind.table))
        self.cases = self._all_cases(clock)
        self._known: dict[tuple[Any, ...], Answered] = {}

    def _all_cases(self, clock: datetime) -> list[dict[str, Scalar]]:
        """That nothing is said comes first: so the customer's page answers."""
        below = [
            (model, each)
            for model, decision in zip(self.models, self.decisions, strict=True)
            for each in dict.fromkeys((decision, *_all_below(model, decision)))
        ]
        names = dict.fromkeys(
            name
            for model, decision in zip(self.models, self.decisions, strict=True)
            for name in _fields(model, decision)
        )
        values = [tried(below, name, clock) for name in names]
        self._check_number(prod(map(len, values)), list(names))
        return [dict(zip(names, case, strict=True)) for case in product(*values)]

    def _check_number(self, cases: int, names: Sequence[str]) -> None:
        if cases > MOST_CASES:
            raise Problem(
                _("%(fields)s have %(cases)d cases together; at most %(most)d can be tried.")
                % {"fields": ", ".join(names), "cases": cases, "most": MOST_CASES},
                place=self.decisions[1],
                mend=_("Ask for fewer fields in this table, or compare them with fewer limits."),
            )

    def _cases(self, lift: UpTo | None) -> Iterator[dict[str, Scalar]]:
        """The amount up to which there is an exception is one that the answers tell apart."""
        yield from self.cases
        if lift and lift[0] is not None and self.kind.field("amount"):
            for case in self.cases:
                yield {**case, "amount": lift[0]}

    @cached_property
    def inputs(self) -> tuple[frozenset[str], frozenset[str]]:
        """All that each policy's decision rests on, however far below."""
        both = zip(self.models, self.decisions, strict=True)
        one, other = (frozenset(_all_below(model, decision)) for model, decision in both)
        return one, other

    def answered(
        self, given: tuple[dict[str, Any], dict[str, Any]], lift: UpTo | None, clock: datetime
    ) -> Answered:
        read = tuple(
            tuple((name, _key(value)) for name, value in of.items() if name in names)
            for of, names in zip(given, self.inputs, strict=True)
        )
        key = (*read, lift)
        if key not in self._known:
            self._known[key] = self._find(given, lift, clock)
        return self._known[key]

    def _find(
        self, given: tuple[dict[str, Any], dict[str, Any]], lift: UpTo | None, clock: datetime
    ) -> Answered:
        plain: Answered | None = None
        for case in self._cases(lift):
            beside = {**case, "exception": _is_lifted(lift, case), "request": self.kind.key}
            before, after = (
                _outcome(model, decision, {**of, **beside}, clock)
                for model, decision, of in zip(self.models, self.decisions, given, strict=True)
            )
            said = {name.replace(" ", "_"): v for name, v in case.items() if v is not None}
            found = Answered(self.kind.key, before, after, said)
            plain = plain or found
            if found.differs:
                return found
        assert plain is not None  # there is one case at least: nothing is said
        return plain


def _is_lifted(lift: UpTo | None, case: Mapping[str, Scalar]) -> bool:
    """An exception up to an amount is for none that is larger, or that nobody knows."""
    if lift is None or lift[0] is None:
        return lift is not None
    amount = case.get("amount")
    return isinstance(amount, int | Decimal) and amount <= lift[0]


def _all_below(model: Model, decision: str) -> Iterator[str]:
    for name in needs(model).get(decision, ()):
        yield name
        yield from _all_below(model, name)


def _fields(model: Model, decision: str) -> Iterator[str]:
    """What only who asks can say of all that the decision rests on."""
    decisions = needs(model)
    for name in _all_below(model, decision):
        is_fact = is_of_customer(name) or name.replace(" ", "_") in ELSEWHERE
        if name not in decisions and not is_fact and name not in NOT_FIELDS:
            yield name


def _outcome(model: Model, decision: str, given: Mapping[str, Any], clock: datetime) -> Outcome:
    result = model.evaluate(decision, given, clock)
    said = result.value
    if not isinstance(said, dict) or said.get("act") is None:
        return NOBODY
    rule = next((each.rule_id for each in result.matched if each.decision == decision), "")
    return Outcome.of(rule, said)


def _value(value: Any) -> Any:
    return dmn.number(value) if type(value) in (int, Decimal) else value


def _key(value: Any) -> Any:
    return str(value) if isinstance(value, dict | list) else value
