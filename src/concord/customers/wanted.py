"""Which questions somebody wants, as an address says it; what is no such word is not wanted."""

from __future__ import annotations

from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from concord.customers.models import Kind
from concord.customers.questions import STAKES, WHICH, Place, Wanted
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.ui.paging import decode, encode

WHICH_WORDS: Final[dict[str, str | Promise]] = {
    "": _("All questions"),
    "pairs": _("One customer or two"),
    "doubts": _("Entries that changed"),
    "bridges": _("Weak bridges"),
    "opinions": _("Wanted of me: a second opinion"),
    "asked": _("I asked for a second opinion"),
    "aside": _("Set aside until tomorrow"),
}
STAKE_WORDS: Final[dict[str, str | Promise]] = {
    "": _("Whatever is at stake"),
    "treatment": _("Treatment would change"),
    "money": _("Money is open"),
    "little": _("Little at stake"),
}


def read_wanted(given: QueryDict, me: User, *, also_open: bool = False) -> Wanted:
    which, stake = given.get("which", ""), given.get("stake", "")
    about, source = given.get("about", ""), given.get("source", "")
    return Wanted(
        me=me.pk,
        which=which if which in WHICH else "",
        stake=stake if stake in STAKES else "",
        about=about if about in Kind.values else "",
        source=int(source)
        if source.isascii() and source.isdecimal() and len(source) < 10
        else None,
        also_open=also_open,
    )


def wanted_query(wanted: Wanted) -> dict[str, str]:
    """The same for an address."""
    said = {
        "which": wanted.which,
        "stake": wanted.stake,
        "about": wanted.about,
        "source": str(wanted.source or ""),
    }
    return {name: text for name, text in said.items() if text}


def place_text(place: Place) -> str:
    """A place in the order, for an address."""
    stake, rank, score, pair = place
    return encode(repr(stake), rank, repr(score), pair)


def place_of(text: str) -> Place | None:
    """None for a place that we did not give out: then it begins at the first."""
    try:
        stake, rank, score, pair = decode(text, str, int, str, int)
        return float(stake), rank, float(score), pair
    except (Problem, ValueError):
        return None
