"""Drafts of the policy: begun from what is in force, changed by several people, nothing lost.

A change is a small JSON object with its `kind`; each gives a new model and the change that takes it
back. The whole file at once is one kind: `{"kind": "file", "xml": …}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.dmn.model import Model
from concord.kernel import audit, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, policies
from concord.treatment.models import DraftEdit, PolicyDraft

Change = Mapping[str, Any]
LONGEST_NAME: Final = 200


@transaction.atomic
def begin(by: User, name: str, number: int | None = None) -> PolicyDraft:
    """A draft from the version with that number, or from the one in force today."""
    access.check_drafter(by)
    base = policies.in_force(time.today()) if number is None else policies.by_number(number)
    title = name.strip()
    if not title or len(title) > LONGEST_NAME:
        raise Problem(
            _("A draft has a name, of at most %(most)d characters.") % {"most": LONGEST_NAME},
            place="name",
            mend=_("Say in a few words what is to change."),
        )
    now = time.now()
    draft = PolicyDraft.objects.create(
        name=title,
        base_id=base.version_id,
        xml=base.model.save().decode(),
        made_by=by,
        made_at=now,
        changed_at=now,
    )
    audit.record(by, "treatment.begin_draft", "draft", draft.pk, base=base.number)
    return draft


@transaction.atomic
def change(by: User, draft_id: UUID, changes: Sequence[Change]) -> DraftEdit:
    """Carry out changes, all or none, as the draft's next revision."""
    access.check_drafter(by)
    draft = locked(draft_id)
    xml = draft.xml
    inverse: list[Change] = []
    for each in changes:
        xml, back = _apply(xml, each)
        inverse.insert(0, back)
    draft.xml, draft.revision, draft.changed_at = xml, draft.revision + 1, time.now()
    draft.save(update_fields=["xml", "revision", "changed_at"])
    return DraftEdit.objects.create(
        draft=draft,
        revision=draft.revision,
        changes=list(changes),
        inverse=inverse,
        by=by,
        at=draft.changed_at,
    )


def locked(draft_id: UUID) -> PolicyDraft:
    """The draft, while nobody else changes it. Raises `Problem` where it is closed or not there."""
    draft = PolicyDraft.objects.select_for_update(of=("self",)).filter(pk=draft_id).first()
    if draft is None:
        raise Problem(_("There is no such draft."), place="draft", code="not-found")
    if draft.closed_at is not None:
        raise Problem(
            _("This draft is not changed any more."),
            place="draft",
            mend=_("Begin a new one from what is in force."),
            code="conflict",
        )
    return draft


def model_of(draft: PolicyDraft) -> Model:
    """The draft as it stands. Raises `Problem` where its file cannot be read."""
    return policies.load(draft.xml.encode())


def _apply(xml: str, change: Change) -> tuple[str, Change]:
    """The file after a change, and the change that takes it back."""
    match change:
        case {"kind": "file", "xml": str(text)}:
            after = policies.load(text.encode()).save().decode()
            return after, {"kind": "file", "xml": xml}
        case _:
            raise Problem(_("This is no change of a policy."), place="change")
