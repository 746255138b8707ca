"""Erase a person: seen before, typed to confirm, agreed by a second one where that is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from concord.customers import access
from concord.customers.actions.departures import withdraw_all
from concord.customers.actions.golden import lock_customers
from concord.customers.actions.rights_log import log
from concord.customers.models import (
    Customer,
    ErasedKey,
    Erasure,
    ErasurePlan,
    ErasureRun,
    RightsRequest,
)
from concord.customers.queries import current
from concord.customers.rights import keys, registry
from concord.customers.rights.person import keys_of, parted, person_of, persons_of
from concord.customers.rights.registry import Kept, Objection, Person
from concord.kernel import audit, deadlocks, notify, proof
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.time import now

AGREEMENT_WANTED: Final = "erasure-agreement"  # the notification of those who may agree
LockSources = Callable[[Collection[int]], None]
_locks: list[LockSources] = []


def lock_with(lock: LockSources) -> None:
    """Who receives what sources say registers how to wait for it."""
    if lock not in _locks:
        _locks.append(lock)


@dataclass(frozen=True, slots=True)
class Going:
    """Things of one kind that are theirs; of those that the law keeps (`worded`) the words go."""

    title: str
    count: int
    worded: int

    @property
    def whole(self) -> int:
        return self.count - self.worded


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would do. `goes` counts what is theirs, by what it is; what is `searched` for
    them is not counted before it is done."""

    person: Person
    goes: Sequence[Going]
    searched: Sequence[str]
    kept: Sequence[Kept]
    objections: Sequence[Objection]
    parted: Sequence[Customer]


def preview(by: User, customer_id: UUID) -> Preview:
    access.check_handles_rights(by)
    person = person_of(customer_id)
    searched = [str(each.title) for each in registry.holdings() if each.is_searched]
    kept = registry.kept(person)
    told = (
        Going(
            str(each.title),
            sum(1 for _ in each.tell(person)),
            sum(one.count for one in kept if one.holding == each.key),
        )
        for each in registry.holdings()
        if not each.is_searched
    )
    return Preview(
        person,
        [each for each in told if each.count],
        searched,
        kept,
        registry.objections(person),
        parted(person),
    )


@deadlocks.atomic
def confirm(
    by: User,
    customer_id: UUID,
    typed: str,
    *,
    despite: str = "",
    also: Sequence[UUID] = (),
    request: RightsRequest | None = None,
) -> list[Erasure]:
    """Erase the customer, and those of `also` that were parted from them: there is no way back.

    `typed` is the customer's name, `despite` the reason why what is open does not hinder. Where
    two persons are needed, the first one's word waits for another's (an empty list).
    """
    access.check_handles_rights(by)
    planned = ErasurePlan.objects.filter(customer_id=current(customer_id).pk).first()
    _hold([customer_id, *(planned.also if planned else ()), *also])
    customer = current(customer_id)
    if done := Erasure.objects.filter(customer_id=customer.pk).first():
        return [done]  # the second click
    if typed.strip().casefold() != customer.name.strip().casefold():
        raise Problem(
            _("This is not the customer's name."),
            place=_("Name"),
            mend=_("Type it as it stands at the top: nothing was erased."),
        )
    if registry.objections(person_of(customer.pk)) and not despite.strip():
        raise Problem(
            _("Something is still open with this customer."),
            mend=_("Settle it first, or write why it is erased all the same."),
            code="open",
        )
    plan = ErasurePlan.objects.filter(customer=customer).first()
    needs_two = plan is not None or keys.settings().two_persons  # what waits for another, does so
    if needs_two and (plan is None or plan.by_id == by.pk):
        _plan(by, customer, also, request, despite)
        return []
    first = plan.by if plan else by
    chosen = dict.fromkeys([customer.pk, *(plan.also if plan else ()), *also])
    allowed = {customer.pk, *(each.pk for each in parted(person_of(customer.pk)))}
    asked = plan.request if plan else request
    second = by if plan else None
    why, agreed = (plan.despite, despite.strip()) if plan else (despite.strip(), "")
    return [_begin(first, second, each, asked, why, agreed) for each in chosen if each in allowed]


def _hold(customer_ids: Sequence[UUID]) -> None:
    """Until the transaction ends, no source says anything of these customers and nobody joins or
    parts them. The sources first, then customers, as imports do: so nobody waits in a circle."""
    while True:
        savepoint = transaction.savepoint()
        before = persons_of(customer_ids)
        for lock in _locks:
            lock(keys_of(before))
        lock_customers(before.customers)
        if persons_of(customer_ids) == before:
            transaction.savepoint_commit(savepoint)
            return
        transaction.savepoint_rollback(savepoint)


@transaction.atomic
def take_back_plan(by: User, customer_id: UUID) -> None:
    """Either of the two says: not after all. Twice changes nothing."""
    access.check_handles_rights(by)
    customer = current(customer_id)
    if ErasurePlan.objects.filter(customer=customer).delete()[0]:
        log(customer.pk, "not_erased", by)


@transaction.atomic
def let_in(by: User, erasure: Erasure, because: str) -> None:
    """They are a customer again: what sources call them is taken once more from now on."""
    access.check_handles_rights(by)
    if not because.strip():
        raise Problem(_("A reason is needed."), mend=_("Write in a sentence why."))
    if ErasureRun.objects.filter(erasure=erasure, finished_at=None).exists():
        raise Problem(  # what a source said now would go with what is still to be erased
            _("The erasure is not done yet."),
            mend=_("Wait until it is done, then let them in again."),
            code="running",
        )
    let = ErasedKey.objects.filter(erasure=erasure, let_in_at=None).update(
        let_in_at=now(), let_in_by=by
    )
    if let:
        log(erasure.customer_id, "let_in", by, note=because.strip()[:2_000])
        audit.record(by, "customers.let_in", "erasure", erasure.pk)


def _plan(
    by: User,
    customer: Customer,
    also: Sequence[UUID],
    request: RightsRequest | None,
    despite: str,
) -> None:
    _plan_made, is_new = ErasurePlan.objects.get_or_create(
        customer=customer,
        defaults={
            "by": by, "at": now(), "also": list(also), "request": request,
            "despite": despite.strip()[:2_000],
        },
    )  # fmt: skip
    if is_new:
        log(customer.pk, "to_erase", by, request=request, note=despite.strip()[:2_000])
        for other in access.handlers_of_rights().exclude(pk=by.pk):
            notify.tell(
                other, AGREEMENT_WANTED, reverse("customers:erase", args=[customer.pk]), by=by.name
            )


def _begin(
    by: User,
    second: User | None,
    customer_id: UUID,
    request: RightsRequest | None,
    why: str,
    agreed: str,
) -> Erasure:
    """The tombstone stands, nobody finds or matches them, no source brings them back; the worker
    does the rest. `why` is what `by` wrote, `agreed` what the second person did."""
    from concord.customers.rights.jobs import erase

    person = person_of(customer_id)
    number = proof.call(
        "SELECT begin_erasure(%s, %s, %s, %s, %s, %s)",
        by.pk, second and second.pk, person.id, list(person.customers), list(person.profiles),
        request and request.pk,
        refused=_refused(),
    )  # fmt: skip
    ErasureRun.objects.create(erasure_id=number)
    _guard(number, keys_of(person))
    withdraw_all(person.profiles, now())
    if second is not None:
        log(
            person.id, "agreed", second, request=request, note=agreed[:2_000], erasure=number
        )  # fmt: skip
    log(person.id, "erasing", by, request=request, note=why[:2_000], erasure=number)
    erase.defer(erasure_id=number)
    return Erasure.objects.get(pk=number)


def _guard(number: int, called: Mapping[int, Sequence[str]]) -> None:
    secret = bytes(keys.settings().secret)
    ErasedKey.objects.bulk_create(
        [
            ErasedKey(erasure_id=number, source_id=source, digest=keys.digest(secret, source, key))
            for source, some in called.items()
            for key in some
        ],
        ignore_conflicts=True,
    )


def _refused() -> Problem:
    return Problem(
        _("The database refuses this erasure."),
        mend=_("A customer officer begins it; where two persons are needed, another one agrees."),
        code="forbidden",
    )
