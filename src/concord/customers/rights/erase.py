"""An erasure is carried out: step by step, each a batch of its own, begun again after a kill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from django.db import connection, transaction

from concord.customers.actions.rights_log import log
from concord.customers.models import ErasureRun, RightsRequest
from concord.customers.rights import registry
from concord.customers.rights.person import keys_of, own_words, words_of
from concord.customers.rights.registry import Erasing, Holding, Person
from concord.customers.rows import fetch, run
from concord.kernel.deadlocks import despite_deadlocks
from concord.kernel.time import now

_LOCKS: Final = 0x0E5A  # our class of advisory locks: one for each erasure


def carry_out(erasure_id: int) -> bool:
    """Do what is left of an erasure; False where somebody else is at it. Twice changes nothing.

    The words are read from the profiles, which are emptied last: an erasure that was killed finds
    them again.
    """
    with _alone(erasure_id) as ours:
        if not ours:
            return False
        going = ErasureRun.objects.select_related("erasure").get(pk=erasure_id)
        if going.finished_at is None:
            _carry_out(going)
        return True


def unfinished() -> list[int]:
    return list(ErasureRun.objects.filter(finished_at=None).values_list("pk", flat=True))


def _carry_out(going: ErasureRun) -> None:
    erasing, steps = _erasing(going), registry.to_erase()
    ErasureRun.objects.filter(pk=going.pk).update(steps=len(steps))
    for number, holding in enumerate(steps[going.step :], going.step + 1):
        despite_deadlocks(partial(_step, going, holding, erasing))
        ErasureRun.objects.filter(pk=going.pk).update(step=number)
    _finish(going)


def _erasing(going: ErasureRun) -> Erasing:
    erasure = going.erasure
    person = Person(erasure.customer_id, tuple(erasure.customers), tuple(erasure.profiles))
    return Erasing(
        person.id, person.customers, person.profiles,
        number=erasure.pk, said=words_of(person), words=own_words(person), keys=keys_of(person),
    )  # fmt: skip


def _step(going: ErasureRun, holding: Holding, erasing: Erasing) -> None:
    batches = holding.erase(erasing)
    while True:
        with transaction.atomic():
            touched = next(batches, None)
            if touched is None:
                return
            if touched:
                run(
                    """
                    UPDATE customers_erasurerun SET touched = touched || jsonb_build_object(
                        %(key)s::text, coalesce((touched->>%(key)s)::int, 0) + %(touched)s)
                    WHERE erasure_id = %(id)s
                    """,
                    {"key": holding.key, "touched": touched, "id": going.pk},
                )


@transaction.atomic
def _finish(going: ErasureRun) -> None:
    ErasureRun.objects.filter(pk=going.pk).update(finished_at=now())
    erasure = going.erasure
    asked = erasure.request_id
    request = RightsRequest.objects.filter(pk=asked).first() if asked else None
    log(erasure.customer_id, "erased", None, request=request, erasure=erasure.pk)
    ids = list(erasure.customers)
    RightsRequest.objects.filter(customer_id__in=ids, closed_at=None).update(closed_at=now())


@contextmanager
def _alone(erasure_id: int) -> Iterator[bool]:
    """Only one process carries out an erasure; the lock goes with the process."""
    ours = fetch("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, erasure_id])[0][0]
    try:
        yield ours
    finally:
        if ours and connection.connection is not None and not connection.connection.closed:
            run("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, erasure_id])
