"""Why something is put in force, in the words of whoever does it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.ui.http import Request

LONGEST: Final = 400


def reason_of(request: Request) -> str:
    """What was typed; raises `Problem` where nothing was."""
    said = request.POST.get("reason", "").strip()[:LONGEST]
    if not said:
        raise Problem(_("A reason is needed."), mend=_("Write in a sentence why."))
    return said
