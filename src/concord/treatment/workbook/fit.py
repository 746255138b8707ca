"""What somebody changed in a workbook, fitted to a table that others have changed meanwhile."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from concord.dmn.edit import Change
from concord.dmn.model import DecisionTable
from concord.kernel.errors import Problem
from concord.treatment.workbook import sheet


def fitted(changes: Iterable[Change], order: Sequence[str], now: DecisionTable) -> Iterator[Change]:
    """The changes of the table as it was taken out, as changes of what it is `now`; `order` is the
    sheet's rules. Raises `Problem` for a rule that was changed here and is gone there."""
    left = {rule.id for rule in now.rules}
    for change in changes:
        match change["kind"]:
            case "delete":
                gone = [key for key in change["rules"] if key in left]
                left.difference_update(gone)
                if gone:
                    yield {**change, "rules": gone}
            case "cells":
                for cell in change["cells"]:
                    if cell["rule"] not in left:
                        raise _gone(now, order.index(cell["rule"]) + 1)
                yield change
            case "move":
                if change["rule"] in left:
                    yield {**change, "after": _nearest(order, change["after"], left)}
            case "insert":
                yield from _inserted(change, order, left, now)
            case _:
                yield change


def _inserted(
    change: Change, order: Sequence[str], left: set[str], now: DecisionTable
) -> Iterator[Change]:
    """New rules; those that came with the same workbook before say what they say now."""
    after = _nearest(order, change["after"], left)
    for is_there, group in groupby(change["rules"], lambda each: each["id"] in left):
        rules = list(group)
        if is_there:
            cells = [cell for rule in rules for cell in _other(rule, now)]
            if cells:
                yield {"kind": "cells", "table": change["table"], "cells": cells}
        else:
            yield {**change, "after": after, "rules": rules}
            left.update(rule["id"] for rule in rules)
        after = rules[-1]["id"]


def _other(said: Mapping[str, Any], now: DecisionTable) -> Iterator[Change]:
    """The cells of a rule that is there, where they say something else."""
    at = next(n for n, rule in enumerate(now.rules) if rule.id == said["id"])
    for column, text in zip(sheet.columns(now), sheet.cells(now, at), strict=True):
        wanted = said["cells"].get(column.id, text)
        if wanted.strip() != text.strip():
            yield {"rule": said["id"], "column": column.id, "text": wanted}


def _nearest(order: Sequence[str], after: str, left: Container[str]) -> str:
    """The rule itself, or the last one before it on the sheet that is still there."""
    before = order[: order.index(after) + 1] if after else []
    return next((key for key in reversed(before) if key in left), "")


def _gone(table: DecisionTable, at: int) -> Problem:
    return Problem(
        _("Somebody has taken away a rule that was changed in the file."),
        place=_("%(table)s, rule %(rule)d") % {"table": table.name, "rule": at},
        mend=_("Take the workbook out again, and make the change there if it is still wanted."),
    )
