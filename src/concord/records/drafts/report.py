"""Files that are no table of rows but a report for people: what they look like, what to export."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem
from concord.records.drafts.survey import Survey
from concord.records.importing.values import text_of

_APART: Final = re.compile(r"\S(?: {2,}|\t)\S")
_TOTAL: Final = re.compile(
    r"(?:sub)?totals?(?: for)?:? +(.+)|(.+?):? +(?:sub)?total", re.IGNORECASE
)
_MOST: Final = 3  # headings that are shown


def of_report(survey: Survey) -> Problem | None:
    """What the file is, where no column of it can say whose a row is; None for a table."""
    if _is_aligned(survey):
        return Problem(
            _("The columns are only set apart by spaces, as in a printed list."),
            mend=_("Export the same as CSV or as an Excel workbook, where each column is its own."),
            code="report",
        )
    if names := _headings(survey):
        shown = ", ".join(f"“{name}”" for name in names[:_MOST])
        return Problem(
            _("This is a report: customers stand as headings above their rows (%(names)s).")
            % {"names": shown},
            mend=_(
                "Export a list that names the customer in each row: the report without its groups,"
                " or the list of invoices (in QuickBooks “Invoice List”)."
            ),
            code="report",
        )
    return None


def _is_aligned(survey: Survey) -> bool:
    """Whether all stands in one column, with runs of spaces in nearly every row."""
    if survey.format != "csv" or len(survey.columns) != 1:
        return False
    texts = survey.texts(0)
    return bool(texts) and 10 * sum(bool(_APART.search(text)) for text in texts) >= 8 * len(texts)


def _headings(survey: Survey) -> list[str]:
    """Names that stand alone in their row, and below them once more with “Total”."""
    said = [[text for cell in row if (text := text_of(cell))] for row in survey.sample]
    alone = dict.fromkeys(texts[0] for texts in said if len(texts) == 1)
    summed = set()
    for texts in said:
        if texts and (found := _TOTAL.fullmatch(texts[0])):
            summed.add((found[1] or found[2]).strip())
    return [name for name in alone if name in summed]
