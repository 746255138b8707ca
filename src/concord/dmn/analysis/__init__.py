"""What a model does without being run: conditions without a rule, rules that contradict each other
or never apply, customers who are better and treated worse, and what a change changes.

All findings are exact for constant cells over numbers, strings, booleans, dates, times, durations,
lists and null. Cells that compute are named in a hint: their rules count as never holding for gaps
and as never covering others. What grew too large to be judged whole says so (`check.bounded`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from concord.dmn.analysis.difference import differences
from concord.dmn.analysis.finding import Finding
from concord.dmn.analysis.findings import table_findings
from concord.dmn.analysis.inversions import inversions
from concord.dmn.analysis.ranking import Order, order_of, ranking_of
from concord.dmn.analysis.reach import Reach
from concord.dmn.model import Model
from concord.dmn.problems import FeelSyntaxError, Problem

__all__ = ["Finding", "Order", "check", "differences", "order_of"]


def check(model: Model, ranking: Mapping[str, str | Order] | None = None) -> list[Problem]:
    """What the rules of a model do, in the order of its tables, then the inversions. `ranking` says
    what is better (`concord.dmn.analysis.ranking`), besides what the file says."""
    return list(_findings(model, ranking))


def _findings(model: Model, ranking: Mapping[str, str | Order] | None) -> Iterator[Problem]:
    reach = Reach(model)
    sheets = [reach.sheet(table) for table in model.compiled.tables]
    for sheet in sheets:
        yield from table_findings(sheet, reach)
    try:
        orders = ranking_of(model, ranking)
    except FeelSyntaxError as error:
        yield from error.problems
        return
    if orders:
        yield from inversions(reach, sheets, orders)
