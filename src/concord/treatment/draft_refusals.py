"""What no page of ours sends as a change of a draft: refused before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from django.utils.translation import gettext as _

from concord import dmn
from concord.kernel.errors import Problem

# What a change with a key too few, or of other types, raises where it is carried out.
NO_CHANGE: Final = (dmn.DmnError, LookupError, TypeError, ValueError, AttributeError, OverflowError)


def no_change() -> Problem:
    return Problem(
        _("This is no change of a policy."),
        place="change",
        mend=_("Load the page again: the rule may be gone."),
        code="no-change",
    )


def unwritable(place: str) -> Problem:
    return Problem(
        _("A text has half a character, or one that cannot be written."),
        place=place,
        mend=_("Write it anew."),
    )


def refuse_unwritable(value: Any) -> None:
    """Raises `Problem` for what neither a file nor the database can hold."""
    match value:
        case str() if "\x00" in value or not _is_whole(value):
            raise unwritable("change")
        case float() if not isfinite(value):
            raise no_change()
        case Mapping():
            refuse_unwritable([*value.keys(), *value.values()])
        case list() | tuple():
            for each in value:
                refuse_unwritable(each)


def _is_whole(text: str) -> bool:
    """Whether it has no half of a character; a whole file is looked through at once."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
