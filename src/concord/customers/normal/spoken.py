"""How the name of a person sounds, whole and in parts: so those of one name find each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from concord.customers.normal.korean import FAMILIES, sound
from concord.customers.normal.nicknames import full_forms

_ROMAN: Final = {spelling: forms[0] for forms in FAMILIES.values() for spelling in reversed(forms)}


def family(given: Sequence[str], names: Sequence[str]) -> str:
    """The sound of the last of the family names; where there is none, of what is given."""
    if not names:
        return sound("".join(given))
    return sound(_ROMAN.get(names[-1], names[-1]))


def whole(given: Sequence[str], names: Sequence[str], *, is_native: bool) -> frozenset[str]:
    """The sounds of the whole name, its parts in any order, short forms as the full ones. Of Susan
    Meyer Thomas, Meyer may be the family's name, too."""
    if not given or not names:
        one = "".join((*given, *names))
        return frozenset({sound(one)} if one else ())
    own, called = family(given, names), sound("".join(given))
    found = {" ".join(sorted((own, called)))}
    if is_native:
        return frozenset(found)
    if len(names) > 1:  # LIN ZHI-MING, of which the last word was taken for the family's
        found.add(" ".join(sorted((sound("".join(names)), called))))
    families = {own, *(sound(word) for word in given[1:] if len(word) > 2)}
    first = full_forms(given[0])
    others = {" ".join(sorted((own, sound(form)))) for form in first for own in families}
    return frozenset(found | others)
