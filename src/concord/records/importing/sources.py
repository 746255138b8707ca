"""Finding the source that a command or a mapping names, or adding it."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from concord.kernel.errors import Problem
from concord.kernel.models import Source

NEAR: Final = 85.0
_KEY = re.compile(r"^[a-z0-9][a-z0-9_-]{0,49}$")


def source_named(key: str, *, new: bool = False) -> Source:
    """The source of that key; with `new`, made where there is none. Else raises Problem."""
    found = Source.objects.filter(key=key).first()
    if found:
        return found
    if not _KEY.match(key):
        raise Problem(
            _("“%(key)s” is no name for a source.") % {"key": key},
            place=_("source"),
            mend=_("Use small letters, digits, - and _, such as accounting."),
        )
    if not new:
        make = _("If it is a new one, make it: add --new-source, or add it under Sources.")
        near = nearly_named(key)
        mean = _("Did you mean “%(hint)s”?") % {"hint": near} if near else ""
        raise Problem(
            _("There is no source “%(key)s”.") % {"key": key},
            place=_("source"),
            mend=f"{mean} {make}".strip(),
            code="not-found",
        )
    label = key.replace("-", " ").replace("_", " ").capitalize()
    return Source.objects.create(key=key, words={"en": label})


def nearly_named(key: str) -> str:
    """The key of a source that is nearly called so, or ""."""
    near = [
        (fuzz.ratio(other, key), other) for other in Source.objects.values_list("key", flat=True)
    ]
    score, best = max(near, default=(0.0, ""))
    return best if score >= NEAR else ""
