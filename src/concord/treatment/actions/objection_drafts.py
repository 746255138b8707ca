"""What follows of an accepted objection to a rule in force: a draft in which the rule changes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from concord.dmn.model import Model
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, policies
from concord.treatment.actions import drafts, objections
from concord.treatment.models import Concern, Outcome, PolicyDraft
from concord.treatment.promise import Reader


@transaction.atomic
def begin_draft(by: User, objection_id: int) -> PolicyDraft:
    """A draft in which the rule in force is changed to which an objection was accepted, or that
    fell; a second click gives the first. Raises `Problem` where there is nothing to change."""
    access.check_drafter(by)
    found = objections.locked(objection_id)
    if not may_be_changed(found):
        raise Problem(
            _("There is nothing to change: the rule stays as it is, or is gone."),
            place="objection",
            mend=_("Look at “Our promise”."),
            code="conflict",
        )
    model, language = policies.in_force(time.today()).model, get_language() or "en"
    title = Reader(model, language).title(decision_of(model, found.rule) or "")[0]
    name = _("Objection %(number)d: %(table)s") % {"number": found.pk, "table": title}
    base = policies.in_force(time.today()).version_id
    mine = PolicyDraft.objects.filter(made_by=by, name=name, base_id=base, closed_at=None)
    return mine.order_by("made_at").first() or drafts.begin(by, name)


def may_be_changed(found: Concern) -> bool:
    """Whether an objection asks for a change of a rule that is in force today."""
    if found.proposal_id is not None or found.outcome not in (Outcome.ACCEPTED, Outcome.FALLS):
        return False
    return decision_of(policies.in_force(time.today()).model, found.rule) is not None


def decision_of(model: Model, rule: str) -> str | None:
    """The id of the decision whose table has the rule."""
    for decision in model.decisions:
        table = model.tables.get(decision.name)
        if table is not None and any(each.id == rule for each in table.rules):
            return decision.id
    return None
