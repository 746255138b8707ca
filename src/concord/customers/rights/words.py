"""What is done about rights, in the reader's words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from concord.customers.models import Kind, RelationshipKind, Right, Verdict

EVENTS: Final[dict[str, str | Promise]] = {
    "asked": _("Asked for"),
    "extended": _("Two months more"),
    "done": pgettext_lazy("request", "Answered"),
    "refused": pgettext_lazy("request", "Refused"),
    "taken_back": _("Taken back by the person"),
    "to_correct": _("Values were gone through on the person's request"),
    "file_asked": _("A file is made"),
    "file_made": _("The file was made"),
    "downloaded": _("The file was taken"),
    "forgotten": _("The file was deleted"),
    "restricted": _("Restricted"),
    "lifted": _("Restriction lifted"),
    "to_erase": _("Erasure proposed"),
    "agreed": _("Agreed to erase"),
    "not_erased": _("Erasure not agreed to"),
    "erasing": _("Erasure begun"),
    "erased": _("Erased"),
    "let_in": _("Let in again"),
}
ACTIONS: Final[dict[str, str | Promise]] = {
    "customers.create": _("Typed in here"),
    "customers.correct": _("Corrected by hand"),
    "customers.judge_same": _("Judged by a person"),
    "customers.judge_different": _("Judged by a person"),
    "customers.unmerge": _("Taken apart"),
    "customers.unmerge_all": _("Taken apart altogether"),
    "customers.relate": _("Relationship added"),
    "customers.rights_asked": _("Asked for a right"),
    "customers.person_file": _("A file is made"),
    "customers.person_file_taken": _("The file was taken"),
    "customers.pin": _("Chosen by hand"),
    "customers.unpin": _("No longer chosen by hand"),
    "customers.withdraw": _("Taken back"),
    "customers.not_belonging": _("Said not to belong to a group"),
    "customers.belonging_again": _("May belong to a group again"),
    "customers.end_relation": _("Relationship ended"),
    "customers.restrict": _("Restricted"),
    "customers.lift_restriction": _("Restriction lifted"),
    "customers.keep": _("Said to belong together"),
    "treatment.ask_exception": _("Exception asked for"),
    "treatment.grant_exception": _("Exception granted"),
    "treatment.withdraw_exception": _("Exception taken back"),
}
_OURS: Final[dict[str, str | Promise]] = {
    **EVENTS,
    **ACTIONS,
    **{value: label for choices in (Kind, RelationshipKind, Right, Verdict)
       for value, label in choices.choices},
}  # fmt: skip


def said(text: str) -> str:
    return str(_OURS.get(text, text))


def event(what: str) -> str:
    return str(EVENTS.get(what, what))
