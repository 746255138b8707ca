"""Tell me when it clears: decided again in the worker when something changed; the asker is told."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import date, datetime
from datetime import time as clock
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from concord.customers.models import Membership
from concord.customers.queries import current
from concord.kernel import notify, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.prepared import Asked, Prepared
from concord.kernel.time import zone
from concord.treatment import access, requests
from concord.treatment.actions.decide import Decided, find, give
from concord.treatment.answer import Answer
from concord.treatment.inputs import load
from concord.treatment.models import AnswerLog, Watch
from concord.treatment.notices import CLEARED
from concord.treatment.values import Scalar, from_json

logger = logging.getLogger(__name__)

CLEAR = ("go_ahead", "escalate")
AT_ONCE = 200  # watches of one job


@transaction.atomic
def watch(by: User, answer_id: UUID) -> Watch:
    """Tell `by` when this answer becomes "go ahead"; a second click is the same watch."""
    answer = access.find_answer(by, answer_id)
    if answer.state != "answered" or answer.act in CLEAR:
        raise Problem(
            _("There is nothing to wait for: the answer is clear already."),
            mend=_("Wait for an answer that says “not yet”."),
        )
    return Watch.objects.get_or_create(
        answer=answer,
        user=by,
        cleared_at=None,
        ended_at=None,
        defaults={"customer_id": current(answer.customer_id).pk, "created_at": time.now()},
    )[0]


def taken(by: User, answer: Answer) -> Watch | None:
    """The watch by which `by` waits for this answer already: of this customer, the same asked."""
    if answer.state != "answered" or answer.act in CLEAR:
        return None
    mine = Watch.objects.filter(
        user=by,
        customer_id=answer.customer_id,
        answer__request=answer.request,
        cleared_at=None,
        ended_at=None,
    ).select_related("answer")
    asked = dict(answer.fields)
    return next((each for each in mine if _fields_of(each.answer) == asked), None)


def _fields_of(answer: AnswerLog) -> dict[str, Scalar]:
    return {key: from_json(value) for key, value in answer.inputs["fields"].items()}


def end(by: User, watch_id: int) -> Watch | None:
    """`by` waits no longer. None where they did not wait."""
    mine = Watch.objects.filter(pk=watch_id, user=by, cleared_at=None, ended_at=None)
    found = mine.first()
    mine.update(ended_at=time.now())
    return found


def anybody_waiting(_profiles: Collection[UUID]) -> Asked:
    """Whether somebody waits at all (a row, or none), as one of several statements."""
    return _ANYBODY, {}


_ANYBODY: Final = Prepared(
    """
    SELECT 1 FROM treatment_watch WHERE cleared_at IS NULL AND ended_at IS NULL LIMIT 1
    """,
    {},
)


def records_changed(profile_ids: Collection[UUID], found: Collection[object]) -> None:
    """After a commit, with the rows of `anybody_waiting`: who waits for something of these
    profiles' customers, present, former or joined, is left to the worker. What a kill right here
    loses, the periodic job finds."""
    from concord.treatment.jobs import look_again

    if not found:
        return
    owners = Membership.objects.filter(profile__in=profile_ids).values("customer_id")
    touched = waiting().filter(Q(customer__in=owners) | Q(customer__merged_into__in=owners))
    ids = list(touched.order_by("id").values_list("pk", flat=True))
    for begin in range(0, len(ids), AT_ONCE):
        look_again.defer(watch_ids=ids[begin : begin + AT_ONCE])


def policy_comes(from_date: date) -> None:
    """A version of our promise is put in force, inside the caller's transaction: as soon as its day
    begins, everything that people wait for is decided again."""
    from concord.treatment.jobs import look_at_all

    begins = datetime.combine(from_date, clock(), zone())
    look_at_all.configure(schedule_at=max(begins, time.now())).defer()


def clear(watch_ids: Collection[int] | None = None) -> int:
    """Decide again what is waited for (these, or all); how many have cleared and were told.

    Each has a transaction of its own, so a second time tells nobody twice. Raises what went wrong
    with some of them once all others have had their turn.
    """
    rows = waiting() if watch_ids is None else waiting().filter(pk__in=watch_ids)
    cleared, wrong = 0, []
    for pk in list(rows.order_by("id").values_list("pk", flat=True)):
        try:
            cleared += _clear_one(pk)
        except Exception as error:
            logger.exception("watch %s cannot be decided", pk)
            wrong.append(error)
    if wrong:
        raise ExceptionGroup(f"{len(wrong)} watches cannot be decided", wrong)
    return cleared


def waiting() -> QuerySet[Watch]:
    return Watch.objects.filter(cleared_at=None, ended_at=None)


@transaction.atomic
def _clear_one(watch_id: int) -> bool:
    # Two workers on one watch: the second one waits for the first and then looks with its own
    # eyes, since it may have been called for a change that the first one did not see yet.
    row = (
        waiting()
        .select_for_update(of=("self",))
        .select_related("answer", "user")
        .filter(pk=watch_id)
        .first()
    )
    if row is None:
        return False
    if not row.user.is_active:  # who has left is told nothing
        row.ended_at = time.now()
        row.save(update_fields=["ended_at"])
        return False
    try:
        found = find(row.customer_id, row.answer.request, given(row.answer))
    except Problem as problem:
        # The order was cancelled, the request retired: no reason to keep the others waiting.
        logger.info("watch %s cannot be decided: %s", row.pk, problem.code)
        return False
    if not isinstance(found, Decided) or found.treatment.act not in CLEAR:
        return False
    answer = give(found, row.user, "watch")
    row.cleared_at, row.cleared_by_id = time.now(), answer.answer_id
    row.save(update_fields=["cleared_at", "cleared_by_id"])
    notify.tell(
        row.user,
        CLEARED,
        f"/answers/{answer.answer_id}/",
        customer=answer.customer_name,
        request=dict(answer.request_words),
    )
    return True


def given(answer: AnswerLog) -> dict[str, object]:
    """The fields as they were given, to ask the same again; what a record says is read anew."""
    kind = requests.kind(answer.request)
    fields = load(answer.inputs).fields
    known = {field.key for field in kind.fields} | ({kind.about} if kind.about else set())
    if kind.about and kind.about in fields:
        known -= {"amount", "unit"}
    return {key: value for key, value in fields.items() if key in known and value is not None}
