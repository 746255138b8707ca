"""How many findings of one sort are told, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from concord.dmn.analysis.finding import Finding
from concord.dmn.analysis.sheet import Sheet
from concord.dmn.analysis.sweep import Sweep

MAX_FINDINGS = 100  # of one sort in one table


def first(sheet: Sheet, found: Sequence[Any], tell: Callable[..., Finding]) -> Iterator[Finding]:
    """The first findings of a sort, and a word on how many there are."""
    for each in found[:MAX_FINDINGS]:
        yield tell(sheet, each)
    if len(found) > MAX_FINDINGS:
        message = f"only the first {MAX_FINDINGS} of {len(found):,} of these findings are told"
        yield sheet.finding("check.bounded", message, "hint")


def given_up(sheet: Sheet, sweep: Sweep, what: str) -> Iterator[Finding]:
    if sweep.bounded:
        message = f"not all was judged: the search for {what} grew too large"
        yield sheet.finding("check.bounded", message, "hint")


def perhaps(doubt: bool) -> str:
    return " (if that can be: these columns rest on the same input)" if doubt else ""
