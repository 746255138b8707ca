"""A draft out of a file that somebody brings, or of the policy of a trade."""

from __future__ import annotations

import re
from functools import cache, partial

from django.db import transaction

from concord.dmn.model import Model
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
    if changes := changes_of(draft, file, data):
        drafts.change(by, draft.pk, changes)
        draft.refresh_from_db()
    return draft


def changes_of(draft: PolicyDraft, file: str, data: bytes) -> list[brought.Change]:
    """What a file would change in a draft as it stands. A workbook that was taken out of it, or of
    the version that it began from, changes what was changed in it: what others did since stays."""
    taken = cache(partial(_taken, draft))
    return brought.changes_of(file, data, drafts.model_of(draft), taken)


def mark(draft: PolicyDraft) -> str:
    """What a workbook that is taken out of a draft says of itself."""
    return f"draft {draft.pk} {draft.revision}"


def version_mark(number: int) -> str:
    """The same of a version."""
    return f"version {number}"


def _taken(draft: PolicyDraft, said: str) -> Model | None:
    if said == version_mark(draft.base.number):
        return drafts.model_at(draft, 0)
    own, _space, revision = said.rpartition(" ")
    is_own = own == f"draft {draft.pk}" and re.fullmatch(r"[0-9]{1,9}", revision)
    if not is_own or int(revision) > draft.revision:
        return None
    return drafts.model_at(draft, int(revision))


@transaction.atomic
def begin_from_trade(by: User, name: str, trade: Trade) -> PolicyDraft:
    """A draft beside what is in force today that says what the trade's policy says."""
    access.check_drafter(by)
    draft = drafts.begin(by, name)
    drafts.change(by, draft.pk, [{"kind": "file", "xml": trade.model.save().decode()}])
    draft.refresh_from_db()
    return draft
