"""Tell me when it clears: decided again when something changed, and the asker is told."""

from __future__ import annotations

import logging
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from concord.customers.models import Membership
from concord.customers.queries import current
from concord.kernel import notify, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, requests
from concord.treatment.actions.decide import Decided, find, give
from concord.treatment.inputs import load
from concord.treatment.models import AnswerLog, Watch
from concord.treatment.notices import CLEARED

logger = logging.getLogger(__name__)

CLEAR = ("go_ahead", "escalate")
MOST = 500  # watches decided after one commit; the periodic job looks at all of them


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


def end(by: User, watch_id: int) -> None:
    """`by` waits no longer."""
    mine = Watch.objects.filter(pk=watch_id, user=by, cleared_at=None, ended_at=None)
    mine.update(ended_at=time.now())


def records_changed(profile_ids: frozenset[UUID]) -> None:
    """After a commit: the watches of whom these profiles belong to are decided again."""
    if waiting().exists():
        clear(profile_ids)


def clear(profile_ids: Collection[UUID] | None = None) -> int:
    """Decide again what is waited for (of these profiles, or all); how many have cleared."""
    ids, most = waiting(), None
    if profile_ids is not None:
        most = MOST
        touched = Membership.objects.filter(profile__in=profile_ids, known_to=None)
        customers = set(touched.values_list("customer_id", flat=True))
        former = set(
            Membership.objects.filter(profile__in=profile_ids).values_list("customer_id", flat=True)
        )
        ids = ids.filter(customer_id__in=customers | former)
    return sum(
        _clear_one(pk) for pk in list(ids.order_by("id").values_list("pk", flat=True)[:most])
    )


def waiting() -> QuerySet[Watch]:
    return Watch.objects.filter(cleared_at=None, ended_at=None)


@transaction.atomic
def _clear_one(watch_id: int) -> bool:
    # Two workers that saw the same change: one of them decides, the other one skips the row.
    row = (
        waiting()
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("answer", "user")
        .filter(pk=watch_id)
        .first()
    )
    if row is None:
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
