"""Exceptions as people meet them: whom the policy names, what one would change, which there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from concord.customers.access import held_back
from concord.customers.models import Customer
from concord.dmn.model import DecisionTable, Model
from concord.kernel import time
from concord.kernel.access import Viewer
from concord.kernel.models import User
from concord.kernel.words import Words
from concord.treatment import access, gather, policies, requests, treat
from concord.treatment.actions.decide import find
from concord.treatment.answer import Answer
from concord.treatment.inputs import Exemption
from concord.treatment.models import Asking, Concern, ConcernKind, Lift
from concord.treatment.present import answer_of
from concord.treatment.requests import RequestKind
from concord.ui.paging import Page, decode, encode

GRANTING: Final = "who may grant an exception"
EXCEPTION: Final = "exception"  # the policy's input
CLEAR: Final = ("go_ahead", "escalate")
OF_NO_TABLE: Final = frozenset({"rights.restriction", "promise.silent"})
PAGE: Final = 30
KEPT: Final = 256
NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class AtAnswer:
    """What an answer has to do with exceptions: it was `decided` by one; this viewer may grant one
    that could change it (`offered`); one may be `asked` for, `asks_amount` where the request has an
    amount that nobody named. `closed` answers are those that one may have to go round."""

    decided: bool = False
    offered: bool = False
    asked: bool = False
    asks_amount: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class ShownLift:
    """An exception in a list; `state` is `in_force`, `to_come`, `ended` or `taken_back`."""

    lift: Lift
    customer: Customer
    request: Words
    state: str
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """The answer as it is, and as it would be by an exception."""

    now: Answer
    then: Answer

    @property
    def changes(self) -> bool:
        return (self.now.act, self.now.priority) != (self.then.act, self.then.priority)


def who_may_grant(
    request: str, as_of: date, amount: Decimal | None = None, standing: str = ""
) -> tuple[str, ...]:
    """Whom the policy of that date names (`sponsor`, `officer`, `manager of accounts`) for a
    customer in this standing and up to this amount; None is any amount."""
    return named_by(policies.in_force(as_of).model, request, amount, standing)


@lru_cache(maxsize=KEPT)
def named_by(
    model: Model, request: str, amount: Decimal | None = None, standing: str = ""
) -> tuple[str, ...]:
    """Whom a policy names for exceptions of a request; nobody where it does not say."""
    if not any(decision.name == GRANTING for decision in model.decisions):
        return ()
    given = {"request": request, "amount": amount, "standing": standing or None}
    named = model.evaluate(GRANTING, given).value
    return tuple(str(each) for each in named or ())


@lru_cache(maxsize=KEPT)
def ever_named(model: Model, request: str) -> tuple[str, ...]:
    """Whom a policy names for some amount and some standing: who may at least look at the form."""
    table = model.tables.get(GRANTING)
    amounts: list[Decimal | None] = [None, *(_numbers(table, "amount") if table else ())]
    standings = ("", "on hold", "watch", "good", "excellent")
    given = product(amounts, standings)
    return tuple(dict.fromkeys(who for each in given for who in named_by(model, request, *each)))


def _numbers(table: DecisionTable, column: str) -> list[Decimal]:
    """The numbers that a column tells apart, and those on both sides of them."""
    at = [n for n, each in enumerate(table.inputs) if each.expression == column]
    cells = [rule.inputs[n] for n in at for rule in table.rules]
    found = {Decimal(text) for cell in cells for text in NUMBER.findall(cell)}
    return sorted({number + step for number in found for step in (-1, 0, 1)})


@lru_cache(maxsize=KEPT)
def rules_by_exception(model: Model, table: str) -> frozenset[str] | None:
    """The rules of a request's table that hold only by an exception; None where the table does
    not look at exceptions at all: there, one would change nothing."""
    names = {decision.id: decision.name for decision in model.decisions}
    found = model.tables.get(names.get(table) or names.get(requests.ANY_OTHER, ""))
    if found is None:
        return None
    at = [n for n, column in enumerate(found.inputs) if column.expression == EXCEPTION]
    if not at:
        return None
    wants = [(rule.id, rule.inputs[at[0]].strip()) for rule in found.rules]
    if all(cell in ("", "-") for _id, cell in wants):
        return None
    return frozenset(rule for rule, cell in wants if cell not in ("", "-", "false"))


def at_answer(viewer: Viewer, kind: RequestKind, answer: Answer) -> AtAnswer:
    """What exceptions have to do with an answer. No query where its policy is in memory."""
    model = policies.known(answer.policy.digest)
    rules = rules_by_exception(model, kind.table)
    closed = answer.state == "answered" and answer.act not in CLEAR
    if rules is None or not answer.why.rules or answer.why.rules[0].id in OF_NO_TABLE:
        return AtAnswer(closed=closed)
    asked = closed and answer.exemption is None
    has_amount = kind.field("amount") is not None
    return AtAnswer(
        decided=answer.exemption is not None and answer.why.rules[0].id in rules,
        offered=asked and access.is_named(viewer, ever_named(model, kind.key)),
        asked=asked,
        asks_amount=asked and has_amount and answer.fields.get("amount") is None,
        closed=closed,
    )


def may_be_granted(viewer: Viewer) -> list[RequestKind]:
    """The requests for which this person may grant exceptions that change something."""
    model = policies.in_force(time.today()).model
    return [
        kind
        for kind in requests.all_kinds()
        if rules_by_exception(model, kind.table) is not None
        and access.is_named(viewer, ever_named(model, kind.key))
    ]


def outlook(
    customer: Customer,
    kind: RequestKind,
    by: User,
    ends_on: date,
    fields: Mapping[str, Any] | None = None,
) -> Outlook | None:
    """What an exception would change today; None where it is not known who is treated."""
    found = find(customer, kind.key, fields or {})
    if isinstance(found, Answer):
        return None
    granted = Exemption(0, ends_on, str(by), "")
    inputs = replace(found.inputs, exemption=granted, asks_amount=False)
    judged = treat.judge(found.policy.model, inputs)
    known = gather.directory(gather.wanted(inputs, judged), gather.unit_of(inputs.fields))
    situation = gather.Situation(found.customer, inputs.as_of, [found.policy.model])
    inputs = gather.with_people(inputs, judged, situation, known)
    now, then = (
        answer_of(found.customer, kind, given, treatment, found.policy, found.at, None)
        for given, treatment in (
            (found.inputs, found.treatment),
            (inputs, treat.compose(inputs, judged)),
        )
    )
    return Outlook(now, then)


def of_customer(customer_id: UUID) -> QuerySet[Lift]:
    """The exceptions of a customer, those of who was joined with them included."""
    return Lift.objects.filter(Q(customer=customer_id) | Q(customer__merged_into=customer_id))


def listing(
    viewer: Viewer,
    *,
    customer_id: UUID | None = None,
    past: bool = False,
    cursor: str = "",
    limit: int = PAGE,
) -> Page[ShownLift]:
    """Exceptions in force and to come, the first to end first; or past ones, the latest first."""
    today = time.today()
    rows = of_customer(customer_id) if customer_id else Lift.objects.all()
    if past:
        rows = rows.exclude(withdrawn_at=None, ends_on__gte=today).order_by("-id")
    else:
        rows = rows.filter(withdrawn_at=None, ends_on__gte=today).order_by("ends_on", "id")
    last = Lift.objects.filter(pk=decode(cursor, int)[0]).first() if cursor else None
    if last is not None:
        later = Q(ends_on__gt=last.ends_on) | Q(ends_on=last.ends_on, pk__gt=last.pk)
        rows = rows.filter(Q(pk__lt=last.pk) if past else later)
    related = ("customer__merged_into", "granted_by", "withdrawn_by")
    found = list(rows.select_related(*related)[: limit + 1])
    following = encode(found[limit - 1].pk) if len(found) > limit else ""
    return Page(_shown(viewer, found[:limit], today), following)


def asked_listing(
    viewer: Viewer, customer_id: UUID | None = None, cursor: str = "", limit: int = PAGE
) -> Page[Asking]:
    """Exceptions that are or were asked for, the latest first. One query."""
    rows = Asking.objects.select_related("customer", "asked_by", "answered_by")
    rows = rows.exclude(customer__in=held_back(viewer)).order_by("-id")
    if customer_id:
        rows = rows.filter(Q(customer=customer_id) | Q(customer__merged_into=customer_id))
    if cursor:
        rows = rows.filter(id__lt=decode(cursor, UUID)[0])
    found = list(rows[: limit + 1])
    return Page(found[:limit], encode(str(found[limit - 1].pk)) if len(found) > limit else "")


def _shown(viewer: Viewer, lifts: Iterable[Lift], today: date) -> list[ShownLift]:
    rows = list(lifts)
    if not rows:
        return []
    model = policies.in_force(today).model
    kinds = {kind.key: kind.words for kind in requests.all_kinds()}
    return [
        ShownLift(
            lift,
            lift.customer.merged_into or lift.customer,
            kinds.get(lift.request, {"en": lift.request}),
            state_of(lift, today),
            access.is_named(viewer, ever_named(model, lift.request)),
        )
        for lift in rows
    ]


def state_of(lift: Lift, today: date) -> str:
    if lift.withdrawn_at is not None:
        return "taken_back"
    if lift.ends_on < today:
        return "ended"
    return "to_come" if lift.starts_on > today else "in_force"


def asked_for(customer_id: UUID) -> QuerySet[Concern]:
    """Who said "it is a special case" of this customer and has no reply yet."""
    of = Q(answer__customer=customer_id) | Q(answer__customer__merged_into=customer_id)
    return (
        Concern.objects.filter(of, kind=ConcernKind.SPECIAL, replied_at=None)
        .select_related("raised_by", "answer")
        .defer("answer__inputs", "answer__treatment")
        .order_by("id")
    )


def told_of(lift: Lift) -> list[User]:
    """Who had asked for it, and was told."""
    replied = Concern.objects.filter(
        kind=ConcernKind.SPECIAL,
        answer__request=lift.request,
        replied_by=lift.granted_by_id,
        replied_at=lift.granted_at,
    )
    return list(User.objects.filter(pk__in=replied.values("raised_by")).order_by("pk"))
