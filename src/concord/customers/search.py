"""Find a customer: by two letters of any script, part of a phone number, an e-mail, a foreign key.

Two ways in, both bounded: the b-tree over `name_norm` for how the name starts (single letters go
no other way), and the GIN index over `search_tokens` for all else. Candidates are ranked here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from concord.customers import tokens, words
from concord.customers.near import near
from concord.customers.normal.emails import email
from concord.customers.normal.text import is_cjk, latin, plain
from concord.customers.rows import fetch
from concord.kernel.access import Viewer

CANDIDATES: Final = 60
LONGEST: Final = 100  # characters of a question
NEARLY: Final = _("spelt nearly so")
_NUMBER = re.compile(r"[+()\d\s./-]+")
_DIGITS = re.compile(r"\D+")
_ROWS: Final = """
    SELECT id, kind, name, name_norm, golden->'name_native'->>'value',
           golden->'name_latin'->>'value', golden->'city'->>'value',
           golden->'country'->>'value', profile_count
    FROM customers_customer
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer that was found; `detail` is what tells two of one name apart, `alike` says why
    it may be meant, where that is not plain from the name."""

    id: UUID
    kind: str
    name: str
    detail: str = ""
    score: float = 0.0
    alike: str | Promise = ""


def search(viewer: Viewer, text: str, limit: int = 8, *, nearly: bool = True) -> list[Hit]:
    """The customers that the text means, the best first. Everybody may find every customer.

    Where there is none, those whose names are `nearly` that (`alike` says so).
    """
    return _exactly(text, limit) or (_nearly(text, limit) if nearly else [])


def nearly(viewer: Viewer, text: str, limit: int = 8) -> list[Hit]:
    """The customers whose names are spelt nearly so, for who has looked for them exactly."""
    return _nearly(text, limit)


def _exactly(text: str, limit: int) -> list[Hit]:
    asked = text.strip()[:LONGEST]
    folded = plain(asked)
    if not asked or (not folded and "@" not in asked):
        return []
    rows = by_name(folded, limit)
    if len(folded) > 1 or is_cjk(folded):
        for wanted in token_sets(asked, folded):
            rows |= by_tokens(wanted)
    ranked = sorted(rows.values(), key=lambda row: rank(row, folded))
    return [_hit(row) for row in ranked[:limit]]


def _nearly(text: str, limit: int) -> list[Hit]:
    asked = text.strip()[:LONGEST]
    if "@" in asked or _NUMBER.fullmatch(asked):
        return []
    found = near(asked, limit)
    return hits(found, {}, dict.fromkeys(found, NEARLY))


def by_name(folded: str, limit: int) -> dict[UUID, Sequence[Any]]:
    """Names that start so: an index range in the order of names."""
    if not folded:
        return {}
    rows = fetch(
        f"{_ROWS} WHERE merged_into_id IS NULL AND name_norm >= %s AND name_norm < %s "
        "ORDER BY name_norm, id LIMIT %s",
        [folded, folded + "\U0010ffff", limit],
    )
    return {row[0]: row for row in rows}


def by_tokens(wanted: Collection[str]) -> dict[UUID, Sequence[Any]]:
    rows = fetch(
        f"{_ROWS} WHERE merged_into_id IS NULL AND search_tokens @> %s::varchar[] LIMIT %s",
        [sorted(wanted), CANDIDATES],
    )
    return {row[0]: row for row in rows}


def token_sets(asked: str, folded: str) -> list[Collection[str]]:
    """What may be meant, each as tokens of which a customer must have all."""
    sets: list[Collection[str]] = [{tokens.key_token(asked)}]
    if "@" in asked:
        if mailbox := email(asked):
            sets.append({f"@{mailbox}"[:64]})
        sets.append(_of_address(asked))
        return [wanted for wanted in sets if wanted]
    digits = _DIGITS.sub("", asked)
    if _NUMBER.fullmatch(asked):
        national = digits.removeprefix("00").lstrip("0") if len(digits) > 7 else digits
        if len(national) >= 4:
            sets.append(tokens.phone_tokens(national))
        return sets
    sets.append(of_name(folded))
    if "." in asked and " " not in asked:
        sets.append(_of_address(f"@{asked}"))  # the domain alone
    return [wanted for wanted in sets if wanted]


def _of_address(part: str) -> set[str]:
    words = [word for word in tokens.telling_words(part) if len(word) > 1]
    return {token for word in words for token in _word(word)}


def of_name(folded: str) -> set[str]:
    if not is_cjk(folded):
        return {token for word in latin(folded).split() for token in _word(word)}
    wanted: set[str] = set()
    for word in folded.split():
        if not is_cjk(word):
            wanted |= _word(word)
        elif len(word) == 1:
            wanted.add(f"^{word}")
        else:
            wanted |= {word[i : i + 2] for i in range(len(word) - 1)}
    return wanted


def _word(word: str) -> set[str]:
    """Tokens of a word that a customer's word starts with."""
    if len(word) == 1:
        return {f"^{word}"} if is_cjk(word) else set()
    if len(word) == 2:
        return {f"^{word}"}
    return {f"^{word[:3]}"} | {word[i : i + 3] for i in range(1, len(word) - 2)}


def rank(row: Sequence[Any], folded: str) -> tuple[Any, ...]:
    name = row[3]
    names = [name, *(plain(other) for other in row[4:6] if other)]
    return (
        folded not in names,
        not any(other.startswith(folded) for other in names),
        not any(f" {folded}" in other for other in names),
        not any(folded in other for other in names),
        -row[8],
        name,
        row[0],
    )


def hits(
    ids: Sequence[UUID], scores: Mapping[UUID, float], alike: Mapping[UUID, str | Promise]
) -> list[Hit]:
    """These customers, in this order. One query."""
    rows = fetch(f"{_ROWS} WHERE id = ANY(%s)", [list(ids)]) if ids else []
    found = {row[0]: row for row in rows}
    return [
        _hit(found[each], scores.get(each, 0.0), alike.get(each, ""))
        for each in ids
        if each in found
    ]


def _hit(row: Sequence[Any], score: float = 0.0, alike: str | Promise = "") -> Hit:
    other = next((n for n in row[4:6] if n and n != row[2]), "")
    detail = " · ".join(filter(None, (other, row[6], words.country(row[7] or ""))))
    return Hit(row[0], row[1], row[2], detail, score, alike)
