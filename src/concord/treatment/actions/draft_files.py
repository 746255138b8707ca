"""A draft out of a file that somebody brings, or of the policy of a trade."""

from __future__ import annotations

from django.db import transaction

from concord.kernel.models import User
from concord.treatment import access, brought
from concord.treatment.actions import drafts
from concord.treatment.models import PolicyDraft
from concord.treatment.policy.trades import Trade


@transaction.atomic
def begin(by: User, name: str, file: str, data: bytes) -> PolicyDraft:
    """A draft from what is in force today, made what the file says in one change. `file` is what
    the file is called. Raises `Problem` for a file that cannot be read; then there is no draft."""
    access.check_drafter(by)
    draft = drafts.begin(by, name)
    if changes := brought.changes_of(file, data, drafts.model_of(draft)):
        drafts.change(by, draft.pk, changes)
        draft.refresh_from_db()
    return draft


@transaction.atomic
def begin_from_trade(by: User, name: str, trade: Trade) -> PolicyDraft:
    """A draft beside what is in force today that says what the trade's policy says."""
    access.check_drafter(by)
    draft = drafts.begin(by, name)
    drafts.change(by, draft.pk, [{"kind": "file", "xml": trade.model.save().decode()}])
    draft.refresh_from_db()
    return draft
