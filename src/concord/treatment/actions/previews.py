"""Look who would be treated differently if a limit were moved, and put in force what was seen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from concord.customers.models import Customer
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, policies, simulate
from concord.treatment.actions.limits import lawful, move_limit
from concord.treatment.actions.publish import one_at_a_time
from concord.treatment.models import PolicyInForce, PolicyPreview
from concord.treatment.promise import Reader, Threshold, find_threshold, move

AT_ONCE: Final = 5_000  # customers that are looked at while the sponsor waits (some 0.3 s)
FRESH: Final = timedelta(minutes=5)  # a second look within these is the same one
KEPT: Final = timedelta(days=7)


def look(by: User, limit: Threshold, number: str) -> PolicyPreview:
    """Begin to look what moving a limit of the policy in force would do; changes nothing.

    Few customers are looked at here and now, many by the worker. A double click gives one preview.
    Raises `Problem` for everybody but the sponsor, and where the law would be broken.
    """
    access.check_sponsor(by)
    policy = policies.in_force(time.today())
    changed = lawful(policy, limit, number)
    said = {
        "by": by,
        "after": PolicyInForce.objects.latest("id"),
        "draft": policies.digest(changed.save()),
        "as_of": time.today(),
    }
    same = PolicyPreview.objects.filter(**said)
    fresh = same.filter(finished_at__gte=time.now() - FRESH, problem="").order_by("-id").first()
    preview = fresh or _begin(
        same, limit=limit.key, number=number.strip(), base_id=policy.version_id, **said
    )
    go_on(preview)
    return PolicyPreview.objects.get(pk=preview.pk)


def go_on(preview: PolicyPreview) -> None:
    """See to it that a preview is worked out, whatever became of who began it."""
    if preview.finished_at is not None:
        return
    if Customer.objects.all()[: AT_ONCE + 1].count() <= AT_ONCE:
        work_out(preview.pk)
        return
    from concord.treatment.jobs import preview_policy

    mine = {"preview_id": str(preview.pk)}
    jobs = ProcrastinateJob.objects.filter(task_name=preview_policy.name, args=mine)
    if not jobs.filter(status__in=("todo", "doing")).exists():
        preview_policy.defer(**mine)


def work_out(preview_id: UUID) -> None:
    """Compare both policies over all customers; a second worker finds it done.

    What goes wrong is said where the sponsor waits, and raised if it is none of theirs.
    """
    try:
        with transaction.atomic():
            preview = _found(PolicyPreview.objects.select_for_update(of=("self",)), preview_id)
            if preview.finished_at is None:
                with translation.override(preview.by.language):
                    _compare(preview)
    except Problem as problem:
        _give_up(preview_id, str(problem))
    except Exception:
        _give_up(preview_id, "")
        raise


def put_in_force(
    by: User, preview_id: UUID, from_date: date, reason: str, password: str = ""
) -> PolicyInForce:
    """Put in force what `by` has looked at, and nothing else; a second click gives the first.

    Raises `Problem` for an old look: another day's, or before another version was put in force.
    """
    access.check_sponsor(by)
    with transaction.atomic():
        one_at_a_time()
        rows = PolicyPreview.objects.select_for_update(of=("self",)).filter(by=by)
        preview = _found(rows, preview_id)
        if preview.put_in_force is not None:
            return preview.put_in_force
        if preview.result is None or (old := out_of_date(preview)):
            raise Problem(
                old if preview.result is not None else _("Nobody has seen yet what it would do."),
                mend=_("Look again who would be treated differently, then put it in force."),
                code="conflict",
            )
        seen = preview.base.number
        made = move_limit(by, limit_of(preview), preview.number, from_date, reason, seen, password)
        if made.version.digest != preview.draft:
            raise AssertionError("a draft is a function of the version, the limit and the number")
        preview.put_in_force = made
        preview.save(update_fields=["put_in_force"])
    return made


def out_of_date(preview: PolicyPreview) -> str:
    """Why a preview says nothing about today any more, or nothing."""
    if preview.after_id != PolicyInForce.objects.latest("id").pk:
        return _("Another version was put in force since this was looked at.")
    if preview.as_of != time.today():
        return _("This was looked at on another day; what is true of the customers has changed.")
    return ""


def limit_of(preview: PolicyPreview) -> Threshold:
    """The limit that was looked at, as it stands in the version that it starts from."""
    reader = Reader(policies.model_of(preview.base), translation.get_language() or "en")
    return find_threshold(reader.sections(), preview.limit)


def _begin(same: QuerySet[PolicyPreview], **said: Any) -> PolicyPreview:
    """A new one, or the one that is worked out at this moment."""
    PolicyPreview.objects.filter(created_at__lt=time.now() - KEPT, put_in_force=None).delete()
    try:
        with transaction.atomic():
            return PolicyPreview.objects.create(created_at=time.now(), **said)
    except IntegrityError:  # the other click of a double one
        return same.latest("id")


def _compare(preview: PolicyPreview) -> None:
    limit = limit_of(preview)
    old = policies.model_of(preview.base)
    found = simulate.compare(old, move(old, limit, preview.number), preview.as_of)
    preview.result, preview.finished_at = simulate.dump(found), time.now()
    preview.save(update_fields=["result", "finished_at"])


def _give_up(preview_id: UUID, why: str) -> None:
    rows = PolicyPreview.objects.filter(pk=preview_id, finished_at=None)
    rows.update(finished_at=time.now(), problem=why or _("This could not be worked out."))


def _found(rows: QuerySet[PolicyPreview], preview_id: UUID) -> PolicyPreview:
    found = rows.select_related("base", "by", "put_in_force__version").filter(pk=preview_id).first()
    if found is None:
        raise Problem(
            _("This preview is no longer there."),
            mend=_("Look again who would be treated differently, then put it in force."),
            code="not-found",
        )
    return found
