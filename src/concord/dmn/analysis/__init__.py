"""What a model does without being run: conditions without a rule, rules that contradict each other
or never apply, customers who are better and treated worse, and what a change changes.

All findings are exact for constant cells over numbers, strings, booleans, dates, times, durations,
lists and null. Cells that compute are named in a hint: their rules count as never holding for gaps
and as never covering others. What grew too large to be judged whole says so (`check.bounded`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from concord.dmn.analysis.costs import SpentError, budget
from concord.dmn.analysis.difference import differences
from concord.dmn.analysis.finding import Finding
from concord.dmn.analysis.findings import table_findings
from concord.dmn.analysis.inversions import inversions
from concord.dmn.analysis.ranking import Order, order_of, ranking_of
from concord.dmn.analysis.reach import Reach
from concord.dmn.model import Model
from concord.dmn.problems import FeelSyntaxError, Place, Problem

__all__ = ["Finding", "Order", "check", "differences", "order_of"]


def check(model: Model, ranking: Mapping[str, str | Order] | None = None) -> list[Problem]:
    """What the rules of a model do, in the order of its tables, then the inversions. `ranking` says
    what is better (`concord.dmn.analysis.ranking`), besides what the file says."""
    with budget():
        return list(_findings(model, ranking))


def _findings(model: Model, ranking: Mapping[str, str | Order] | None) -> Iterator[Problem]:
    reach = Reach(model)
    sheets = []
    for table in model.compiled.tables:
        try:
            sheets.append(reach.sheet(table))
        except SpentError:
            yield _spent(table.place)
    for sheet in sheets:
        yield from _as_far(table_findings(sheet, reach), sheet.table.place)
    try:
        orders = ranking_of(model, ranking)
    except FeelSyntaxError as error:
        yield from error.problems
        return
    if orders and sheets and len(sheets) == len(model.compiled.tables):
        yield from _as_far(inversions(reach, sheets, orders), sheets[-1].table.place)


def _as_far(found: Iterator[Problem], place: Place) -> Iterator[Problem]:
    """What is found before the budget is used up."""
    try:
        yield from found
    except SpentError:
        yield _spent(place)


def _spent(place: Place) -> Finding:
    message = "not judged whole: asking the cells of the model's tables took too many steps"
    return Finding("check.bounded", message, place, "hint")
