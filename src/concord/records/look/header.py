"""Whether a line names columns or is a row already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from concord.records.importing.readers import Cell
from concord.records.importing.values import text_of
from concord.records.look import titles
from concord.records.look.aging import buckets
from concord.records.look.content import is_firm, is_guid, is_mailbox, is_phone, is_site

_DAY: Final = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[ T]\d.*)?|(?:19|20)\d{6}")
_NUMBER: Final = re.compile(r"[-+]?[\d.,' ]*\d{2,}[\d.,' ]*")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def how_named(header: Sequence[str]) -> float:
    """How much of it names columns: what we know counts for it, what is a value against it."""
    found = float(len(buckets(header)))
    roles = set()
    for title in header:
        said = titles.read(title)
        if said.scores:
            roles.add(max(said.scores, key=lambda role: said.scores[role]))
        elif said.is_known and said.words:
            found += 0.3
        elif _form_of(title):
            found -= 1
    return found + len(roles)


def is_without_header(first: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first line is a row like the others: its values have their forms."""
    if any(titles.read(title).scores for title in first):
        return False
    alike = formed = 0
    for place, title in enumerate(first):
        if form := _form_of(title):
            formed += 1
            below = [text for row in rows[1:] if place < len(row) and (text := text_of(row[place]))]
            alike += bool(below) and 2 * sum(_form_of(text) == form for text in below) > len(below)
    return len(rows) > 1 and alike > 0 and alike * 2 >= formed


def _form_of(text: str) -> str:
    """What a value is that no column would be called by."""
    if is_mailbox(text):
        return "mail"
    if _DAY.fullmatch(text):
        return "day"
    if is_guid(text):
        return "guid"
    if _NUMBER.fullmatch(text) and not _YEAR.fullmatch(text):
        return "number"
    if is_phone(text):
        return "phone"
    if is_firm(text):
        return "firm"
    return "site" if is_site(text) else ""
