"""Move a limit of our promise: look who would be treated differently, then put in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from concord.dmn.model import Model
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, law, policies
from concord.treatment.actions.publish import forbidden, put_in_force, save_version
from concord.treatment.models import PolicyInForce
from concord.treatment.policies import Policy
from concord.treatment.promise import Threshold, move
from concord.treatment.simulate import Comparison, compare


@dataclass(frozen=True, slots=True)
class Preview:
    """What moving a limit would do; nothing is changed by looking."""

    policy: Policy
    model: Model
    comparison: Comparison


def preview(by: User, threshold: Threshold, number: str) -> Preview:
    """Raises `Problem` for everybody but the sponsor, and where the law would be broken."""
    access.check_sponsor(by)
    policy = policies.in_force(time.today())
    changed = _lawful(policy, threshold, number)
    return Preview(policy, changed, compare(policy.model, changed, time.today()))


@transaction.atomic
def move_limit(
    by: User,
    threshold: Threshold,
    number: str,
    from_date: date,
    reason: str,
    seen: int,
    password: str = "",
) -> PolicyInForce:
    """Put the moved limit in force. `seen` is the version that the sponsor looked at.

    Raises `Problem` where another version has been put in force in between.
    """
    access.check_sponsor(by)
    policy = policies.in_force(time.today())
    if policy.number != seen:
        raise Problem(
            _("Our promise has changed since you opened it."),
            mend=_("Open it again, look at what changed, then make your change."),
            code="conflict",
        )
    changed = _lawful(policy, threshold, number)
    note = f"{threshold.title}: {threshold.number} → {number.strip()}"
    return put_in_force(by, save_version(by, changed, note), from_date, reason, password)


def _lawful(policy: Policy, threshold: Threshold, number: str) -> Model:
    changed = move(policy.model, threshold, number)
    if changed.save() == policy.model.save():
        raise Problem(_("This is the limit already."), place="number", mend=_("Choose another."))
    broken = law.check(changed)
    if broken:
        raise forbidden(broken[0])
    return changed
