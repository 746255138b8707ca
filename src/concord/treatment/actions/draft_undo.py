"""Take back my last edit of a draft, and do it again: each person their own.

Taking back is an edit too, that names the one it took back; doing again takes back the taking
back. So nothing that was ever in a draft is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, draft_places
from concord.treatment.actions import drafts
from concord.treatment.models import DraftEdit, PolicyDraft


@transaction.atomic
def undo(by: User, draft_id: UUID, client: UUID | None = None) -> DraftEdit:
    """Take back my last edit. Raises `Problem` where there is none, and `OverlapError` where
    somebody has changed the same since."""
    return _take_back(by, draft_id, client, again=False)


@transaction.atomic
def redo(by: User, draft_id: UUID, client: UUID | None = None) -> DraftEdit:
    """Do again what I have just taken back. Raises as `undo` does."""
    return _take_back(by, draft_id, client, again=True)


def possible(draft: PolicyDraft, user_id: int) -> tuple[bool, bool]:
    """Whether this person has something to take back, and something to do again."""
    done, undone = _stacks(_own(draft, user_id))
    return bool(done), bool(undone)


def _take_back(by: User, draft_id: UUID, client: UUID | None, *, again: bool) -> DraftEdit:
    access.check_drafter(by)
    draft = drafts.locked(draft_id)
    if client is not None and (sent := draft.edits.filter(client=client, by=by).first()):
        return sent
    stack = _stacks(_own(draft, by.pk))[again]
    if not stack:
        raise Problem(
            _("There is nothing to do again.") if again else _("There is nothing to take back."),
            place="draft",
            mend=_("Each person takes back their own edits."),
            code="nothing",
        )
    edit = DraftEdit.objects.select_related("by").get(pk=stack[-1])
    later = drafts.edits_since(draft, edit.revision).exclude(pk__in=_cancelled(draft, edit))
    places = draft_places.touched(edit.changes)
    drafts.refuse_overlaps(draft, places, later.exclude(by=by))
    return drafts.write(draft, by, edit.inverse, client=client, undoes=edit)


Own = Sequence[tuple[int, int | None]]


def _own(draft: PolicyDraft, user_id: int) -> Own:
    """This person's edits in order, each with the one that it took back."""
    mine = DraftEdit.objects.filter(draft=draft, by_id=user_id).order_by("revision")
    return list(mine.values_list("pk", "undoes_id"))


def _stacks(own: Own) -> tuple[list[int], list[int]]:
    """What is done and what is undone of it, the last at the end."""
    done: list[int] = []
    undone: list[int] = []
    for edit, undoes in own:
        if undoes is None:
            done.append(edit)
            undone = []
        elif undoes in done:
            done.remove(undoes)
            undone.append(edit)
        else:
            undone.remove(undoes)
            done.append(edit)
    return done, undone


def _cancelled(draft: PolicyDraft, since: DraftEdit) -> Collection[int]:
    """Later edits that were taken back, with what took them back: together they are nothing."""
    later = DraftEdit.objects.filter(draft=draft, undoes__revision__gt=since.revision)
    nothing: set[int] = set()
    for edit, undoes in later.order_by("revision").values_list("pk", "undoes_id"):
        if undoes is not None and undoes not in nothing:  # else it does again what was taken back
            nothing |= {edit, undoes}
    return nothing
