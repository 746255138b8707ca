"""What a model does without being run: conditions without a rule, rules that contradict each other
or never apply, customers who are better and treated worse, and what a change changes.

All findings are exact for constant cells over numbers, strings, booleans, dates, times, durations,
lists and null. Cells that compute are named in a hint: their rules count as never holding for gaps
and as never covering others. What grew too large to be judged whole says so (`check.bounded`).
"""

from __future__ import annotations

from collections.abc import Iterator

from concord.dmn.analysis.finding import Finding
from concord.dmn.analysis.findings import table_findings
from concord.dmn.analysis.reach import Reach
from concord.dmn.model import Model
from concord.dmn.problems import Problem

__all__ = ["Finding", "check"]


def check(model: Model) -> list[Problem]:
    """All findings of a model, in the order of its tables."""
    return [*dict.fromkeys(model.compiled.problems), *_findings(model)]


def _findings(model: Model) -> Iterator[Problem]:
    reach = Reach(model)
    for table in model.compiled.tables:
        yield from table_findings(reach.sheet(table), reach)
