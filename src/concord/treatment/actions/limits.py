"""Move a limit of our promise, everywhere in its table at once."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from concord.dmn.model import Model
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.kernel.words import LANGUAGES, Words
from concord.treatment import access, law, policies
from concord.treatment.actions.publish import (
    forbidden,
    one_at_a_time,
    put_in_force,
    save_version,
)
from concord.treatment.models import PolicyInForce
from concord.treatment.policies import Policy
from concord.treatment.policy.reasons import kept_words
from concord.treatment.promise import Reader, Threshold, find_threshold, move
from concord.treatment.words import labelled


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
    """Put the moved limit in force. `seen` is the version that the sponsor looked at; who looks at
    a page puts in force what they saw (`concord.treatment.actions.previews`).

    Raises `Problem` where another version has been put in force in between.
    """
    access.check_sponsor(by)
    one_at_a_time()
    policy = policies.in_force(time.today())
    if policy.number != seen:
        raise Problem(
            _("Our promise has changed since you opened it."),
            mend=_("Open it again, look at what changed, then make your change."),
            code="conflict",
        )
    changed = _moved(policy, threshold, number)
    note = kept_words(_note(policy, threshold, number.strip()))
    return put_in_force(by, save_version(by, changed, note), from_date, reason, password)


def _note(policy: Policy, threshold: Threshold, number: str) -> Words:
    """What was moved, for readers of every language."""
    said = {}
    for language, _name in LANGUAGES:
        with translation.override(language):
            limit = find_threshold(Reader(policy.model, language).sections(), threshold.key)
            said[language] = labelled(limit.title, f"{limit.number} → {number}")
    return said


def lawful(policy: Policy, threshold: Threshold, number: str) -> Model:
    """The policy with the limit moved. Raises `Problem` where the law would be broken."""
    changed = _moved(policy, threshold, number)
    broken = law.check(changed)
    if broken:
        raise forbidden(broken[0], changed)
    return changed


def _moved(policy: Policy, threshold: Threshold, number: str) -> Model:
    changed = move(policy.model, threshold, number)
    if changed.save() == policy.model.save():
        raise Problem(_("This is the limit already."), place="number", mend=_("Choose another."))
    return changed
