"""Which source a watched file is of: that with the longest name that the file's name begins with.

A source is called by its key, and by the names under which its files have come (`WatchedName`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Source, User
from concord.records import access
from concord.records.models import WatchedName


def is_named(stem: str, name: str) -> bool:
    """Whether `invoices-2026-11-21` is a file of `invoices` (and `invoicesold` is none)."""
    rest = stem.casefold().removeprefix(name.casefold())
    return stem.casefold().startswith(name.casefold()) and not rest[:1].isalpha()


def without_date(stem: str) -> str:
    """`invoices` of `invoices-2026-11-21`: the next export is called otherwise."""
    return re.sub(r"[-_. ]*\d[\d\-_. T]*$", "", stem) or stem


def source_of(stem: str) -> Source | None:
    """The source, of those with a mapping, that takes a file of this name."""
    called = [(len(name), source) for name, source in _names() if is_named(stem, name)]
    return max(called, key=lambda one: one[0])[1] if called else None


def require_free(name: str, by: User) -> None:
    """Raises Problem where files of this name are a source's that `by` does not tend: who names a
    source so would take them away from it."""
    source = source_of(name)
    if source is not None and not access.tends(viewer_of(by), source):
        raise Problem(
            _("Files that are called so are those of “%(source)s”, and others answer for it.")
            % {"source": source},
            place=name,
            mend=_("Choose a name that does not begin so, or ask who answers for it."),
            code="taken",
        )


def _names() -> Iterator[tuple[str, Source]]:
    """The keys first: of two that are alike they hold."""
    for source in Source.objects.exclude(mapping=""):
        yield source.key, source
    for watched in WatchedName.objects.exclude(source__mapping="").select_related("source"):
        yield watched.name, watched.source
