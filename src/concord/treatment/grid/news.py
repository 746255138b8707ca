"""What others did to a draft, in words: "Bob changed rule 3"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concord.treatment import draft_places
from concord.treatment.actions.drafts import Clash
from concord.treatment.draft_places import RULES
from concord.treatment.grid.sheet import Sheet
from concord.treatment.models import DraftEdit


def told(sheet: Sheet, edits: Iterable[DraftEdit], user_id: int) -> list[dict[str, Any]]:
    """Each edit with who did what; of one's own in another window, too."""
    return [
        {
            "revision": edit.revision,
            "mine": edit.by_id == user_id,
            "said": _said(sheet, edit),
            "cells": [
                [place[2], place[3]]
                for place in draft_places.touched(edit.changes)
                if len(place) == 4 and place[0] == sheet.table.id
            ],
        }
        for edit in edits
    ]


def _said(sheet: Sheet, edit: DraftEdit) -> str:
    name, kinds = edit.by.name, {each.get("kind") for each in edit.changes}
    here = draft_places.rules_of(draft_places.touched(edit.changes), sheet.table.id)
    if edit.undoes_id is not None:
        return _("%(name)s took a change back.") % {"name": name}
    if kinds == {"words"}:
        return _("%(name)s changed our own words.") % {"name": name}
    if here is None or not here:
        place = _("%(name)s changed this table.") if here is None else None
        return (place or _("%(name)s changed another table.")) % {"name": name}
    numbers = [rule.index for rule in sheet.table.rules if rule.id in here]
    if not numbers:
        many = ngettext("%(name)s removed a rule.", "%(name)s removed rules.", len(here))
        return many % {"name": name}
    pattern = _pattern(kinds, len(numbers))
    return pattern % {"name": name, "numbers": words_of(numbers)}


def _pattern(kinds: set[Any], count: int) -> str:
    if kinds <= {"insert", "duplicate"}:
        return ngettext(
            "%(name)s added rule %(numbers)s.", "%(name)s added rules %(numbers)s.", count
        )
    if kinds == {"move"}:
        return _("%(name)s moved rule %(numbers)s.")
    return ngettext(
        "%(name)s changed rule %(numbers)s.", "%(name)s changed rules %(numbers)s.", count
    )


def words_of(numbers: Iterable[int]) -> str:
    return ", ".join(str(each) for each in numbers)


def clashing(sheet: Sheet, clashes: Iterable[Clash]) -> list[dict[str, Any]]:
    """Where two changed the same: who, what stood there and what stands there now."""
    rows = {row.id: row for row in sheet.rows({place[2] for place in _rules(clashes)})}
    return [_clash(sheet, clash, rows) for clash in clashes]


def _rules(clashes: Iterable[Clash]) -> Iterable[tuple[str, ...]]:
    return [each.place for each in clashes if len(each.place) > 2 and each.place[1] == RULES]


def _clash(sheet: Sheet, clash: Clash, rows: dict[str, Any]) -> dict[str, Any]:
    place = clash.place
    rule, column = (place[2], place[3]) if len(place) == 4 and place[1] == RULES else ("", "")
    found = {"by": clash.edit.by.name, "rule": rule, "column": column, "was": "", "now": ""}
    known = sheet.by_id.get(column)
    row = rows.get(rule)
    if known is not None and row is not None:
        now = next(cell for cell in row.cells if cell.column.id == column)
        was = sheet.cell(known, clash.was or "").shown if clash.was is not None else ""
        found |= {"was": was, "now": now.shown, "title": known.title, "number": row.index}
    return found
