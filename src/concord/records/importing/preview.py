"""What a correction would give, tried on the first rows of a group; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from concord.customers.said import ProfileSaid
from concord.kernel.words import say
from concord.records import types
from concord.records.importing import reasons
from concord.records.importing.amend import amended
from concord.records.importing.convert import Statement
from concord.records.importing.corrections import Correction
from concord.records.importing.rejected import cells_of
from concord.records.importing.replay import Mended, TakeUp
from concord.records.importing.values import text_of
from concord.records.models import MendingKind, Rejection, RowGroup
from concord.records.said import AllocationSaid, LineSaid, RecordSaid

TRIED: Final = 200
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One row: its cells that change (column, before, after), what it becomes, or why not."""

    line: int
    cells: list[tuple[str, str, str]]
    becomes: str
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Of `total` rows the first `tried` ones: how many `pass`, and why the others do not."""

    total: int
    tried: int
    passing: int
    still_wrong: list[tuple[str, int]]
    examples: list[Example]


def preview(groups: Sequence[RowGroup], correction: Correction) -> Preview:
    """Try a correction on rows of these groups, which are of one import, reason and column."""
    imported, first = groups[0].imported, groups[0]
    if correction.translates:
        imported.mapping = amended(imported.mapping, first.code, first.column, correction)
    rows = Rejection.objects.filter(resolved_at=None, group__in=[group.pk for group in groups])
    without = correction.columns if correction.kind == MendingKind.WITHOUT else ()
    tried = [
        Mended(row, correction.cells(row.raw), without=without)
        for row in rows.order_by("id")[:TRIED]
    ]
    TakeUp(imported, None).convert(tried)
    wrong = Counter(_why(row) for row in tried if row.error)
    return Preview(
        total=sum(group.waiting for group in groups),
        tried=len(tried),
        passing=len(tried) - wrong.total(),
        still_wrong=wrong.most_common(5),
        examples=[_example(row) for row in _telling(tried)],
    )


def _telling(rows: Sequence[Mended]) -> list[Mended]:
    """Some that pass and some that do not."""
    passing = [row for row in rows if not row.error]
    wrong = [row for row in rows if row.error]
    few = wrong[: max(2, SHOWN - len(passing))]
    return [*passing[: SHOWN - len(few)], *few]


def _example(row: Mended) -> Example:
    before = dict(cells_of(row.rejection))
    cells = [(name, text_of(before.get(name)), after) for name, after in row.corrected.items()]
    becomes = " · ".join(filter(None, map(called, row.statements)))
    return Example(row.rejection.line, cells, becomes, _why(row))


def _why(row: Mended) -> str:
    return reasons.reason(row.error.code, row.error.detail) if row.error else ""


def called(statement: Statement) -> str:
    """What a statement is about, in the reader's words: `Invoice R-17`, `Customer 4711`."""
    match statement:
        case RecordSaid():
            return f"{say(types.get(statement.type).words)} {statement.key}"
        case ProfileSaid():
            return _("Customer %(key)s") % {"key": statement.data.get("name") or statement.key}
        case LineSaid():
            return _("Line %(key)s of %(record)s") % {
                "key": statement.key, "record": statement.record.key,
            }  # fmt: skip
        case AllocationSaid():
            return _("Payment %(key)s") % {"key": statement.payment.key}
    return ""
