"""Finding the source that a command or a mapping names, or adding it."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from concord.kernel.errors import Problem
from concord.kernel.models import Source

_KEY = re.compile(r"^[a-z0-9][a-z0-9_-]{0,49}$")


def source_named(key: str) -> Source:
    """The source of that key; a new one where there is none and none is nearly called so."""
    found = Source.objects.filter(key=key).first()
    if found:
        return found
    if not _KEY.match(key):
        raise Problem(
            _("“%(key)s” is no name for a source.") % {"key": key},
            place=_("source"),
            mend=_("Use small letters, digits, - and _, such as accounting."),
        )
    near = [other for other in Source.objects.values_list("key", flat=True)
            if fuzz.ratio(other, key) >= 85]  # fmt: skip
    if near:
        raise Problem(
            _("There is no source “%(key)s”.") % {"key": key},
            place=_("source"),
            mend=_("Did you mean “%(near)s”? If it is a new one, add it under Sources first.")
            % {"near": near[0]},
        )
    label = key.replace("-", " ").replace("_", " ").capitalize()
    return Source.objects.create(key=key, words={"en": label})
