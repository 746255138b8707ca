"""What the page asks for, as changes of the model: what was typed or ticked becomes FEEL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.kernel.words import LANGUAGES
from concord.treatment.grid import conditions, results, typed
from concord.treatment.grid.columns import WHY, Column
from concord.treatment.grid.sheet import Sheet

Change = Mapping[str, Any]
CODES = frozenset(code for code, _name in LANGUAGES)


def read(sheet: Sheet, asked: Sequence[Change]) -> list[Change]:
    """The changes in which every cell has its `text`. A cell may come as `text`, as `typed`, as
    `form`, or, of reasons, as `reasons` by language. Raises `Problem` that names rule and column.
    """
    return [_change(sheet, each) for each in asked]


def _change(sheet: Sheet, asked: Change) -> Change:
    if not isinstance(asked, Mapping):
        raise _unknown()
    own = {**asked, "table": sheet.table.id}
    match asked:
        case {"kind": "cells", "cells": [*cells]}:
            return {**own, "cells": [said for cell in cells for said in _cell(sheet, cell)]}
        case {"kind": "insert", "rules": [*rules]}:
            return {**own, "rules": [_rule(sheet, rule) for rule in rules]}
        case {"kind": "delete" | "move" | "duplicate" | "hit policy"}:
            return own
    raise _unknown()


def _rule(sheet: Sheet, rule: Any) -> Change:
    if not isinstance(rule, Mapping) or not isinstance(rule.get("cells", {}), Mapping):
        raise _unknown()
    cells = [
        said
        for column, cell in rule.get("cells", {}).items()
        for said in _cell(sheet, {"rule": "", "column": column, **_given(cell)})
    ]
    given = {each["column"]: each["text"] for each in cells}
    defaults = {each.id: each.default for each in sheet.columns if each.default}
    return {"cells": defaults | given}


def _given(cell: Any) -> Change:
    return cell if isinstance(cell, Mapping) else {"text": str(cell)}


def _cell(sheet: Sheet, cell: Any) -> Iterator[dict[str, str]]:
    if not isinstance(cell, Mapping):
        raise _unknown()
    rule, name = str(cell.get("rule", "")), str(cell.get("column", ""))
    column = sheet.by_id.get(name)
    if column is None:
        raise _unknown()
    if column.id == WHY:
        for language, text in _reasons(sheet, cell):
            yield {"rule": rule, "column": language, "text": text}
        return
    try:
        yield {"rule": rule, "column": name, "text": _text(sheet, column, cell)}
    except Problem as problem:
        raise _at(sheet, rule, column, problem) from None


def _text(sheet: Sheet, column: Column, cell: Change) -> str:
    match cell:
        case {"typed": str(said)}:
            return typed.read(column, said, sheet.names)
        case {"form": dict(form)}:
            try:
                return conditions.write(form) if column.side == "in" else results.write(form)
            except (ValueError, TypeError, KeyError, AttributeError):
                raise typed.not_understood(column, "") from None
        case {"text": str(text)}:
            return text
    raise _unknown()


def _reasons(sheet: Sheet, cell: Change) -> Iterator[tuple[str, str]]:
    """The reasons that are given, by annotation."""
    if isinstance(cell.get("reasons"), Mapping):
        given = {str(key): str(text) for key, text in cell["reasons"].items()}
    else:
        own = sheet.language if sheet.language in sheet.table.annotations else ""
        given = {own or sheet.table.annotations[0]: str(cell.get("typed", cell.get("text", "")))}
    for language, text in given.items():
        if language in sheet.table.annotations:
            yield language, " ".join(text.split())


def _at(sheet: Sheet, rule: str, column: Column, problem: Problem) -> Problem:
    """The problem with its place: which rule, which column."""
    numbers = {each.id: each.index for each in sheet.table.rules}
    place = column.title
    if rule in numbers:
        place = _("Rule %(number)d, %(column)s") % {"number": numbers[rule], "column": column.title}
    return Problem(problem.message, place=place, mend=problem.mend, code=problem.code)


def _unknown() -> Problem:
    return Problem(
        _("This is no change of a policy."),
        place="change",
        mend=_("Load the page again: the rule may be gone."),
        code="no-change",
    )
