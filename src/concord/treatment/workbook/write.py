"""A policy's tables as an Excel workbook. Every cell is text: no spreadsheet makes a date of 1-2,
nor a formula of what begins like one."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from concord.dmn.model import DecisionTable, Model
from concord.dmn.sentences import Say
from concord.kernel.errors import Problem
from concord.treatment.workbook import sheet
from concord.treatment.workbook.sheet import Column
from concord.treatment.workbook.talk import Talk

TEXT: Final = "@"
BOLD: Final = Font(bold=True)
QUIET: Final = Font(color="FF6B7280")
GIVEN: Final = PatternFill("solid", fgColor="FFF3F4F6")
TOP: Final = Alignment(vertical="top", wrap_text=True)
WIDTHS: Final = {"input": 22, "output": 18, "annotation": 44}
HIDDEN: Final = (sheet.KIND, sheet.ID)


def workbook(model: Model, say: Say, mark: str = "", talk: Talk | None = None) -> bytes:
    """All tables of the model, a sheet each; `say` puts columns and tables into the reader's words,
    `talk` the cells (without one they are FEEL). `mark` says what the model is, for the one who
    reads the workbook when it comes back.

    Raises `Problem` for a text that no cell can hold.
    """
    rules = {table.id: _rules(table, talk) for table in model.tables.values()}
    book = Workbook(write_only=True)
    titles = [say(name, "decision") for name in model.tables]
    for name, table in zip(sheet.sheet_names(titles), model.tables.values(), strict=True):
        page = book.create_sheet(name)
        columns = sheet.columns(table)
        _shape(page, columns)
        for row in _head(table, columns, say, mark, talk):
            page.append([_cell(page, text, font, GIVEN) for text, font in row])
        for texts in rules[table.id]:
            page.append(
                [_cell(page, text, QUIET if n < 2 else None) for n, text in enumerate(texts)]
            )
    if not model.tables:
        book.create_sheet("table")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _rules(table: DecisionTable, talk: Talk | None) -> list[list[str]]:
    """Each rule's id, its number and its cells."""
    columns = sheet.columns(table)
    rows = []
    for at, rule in enumerate(table.rules):
        texts = sheet.cells(table, at)
        if talk:
            pairs = zip(columns, texts, strict=True)
            texts = [talk.say(table.id, column.id, text) for column, text in pairs]
        if any(len(sheet.kept(text)) > sheet.LONGEST for text in texts):
            raise Problem(
                _("A cell is longer than the %(most)d characters that Excel keeps.")
                % {"most": sheet.LONGEST},
                place=_("%(table)s, rule %(rule)d") % {"table": table.name, "rule": at + 1},
                mend=_("Take the policy out as DMN."),
            )
        rows.append([rule.id, str(at + 1), *texts])
    return rows


def _shape(page: Any, columns: Sequence[Column]) -> None:
    page.freeze_panes = f"C{sheet.FIRST_RULE}"
    page.column_dimensions["A"].hidden = True
    page.column_dimensions["B"].width = 16
    for at, column in enumerate(columns, sheet.FIRST_COLUMN):
        dimension = page.column_dimensions[get_column_letter(at)]
        dimension.width = WIDTHS[column.kind]
        dimension.number_format = TEXT  # of rules that are typed below, too
    for row in HIDDEN:
        page.row_dimensions[row].hidden = True


def _head(
    table: DecisionTable, columns: Sequence[Column], say: Say, mark: str, talk: Talk | None
) -> list[list[tuple[str, Font | None]]]:
    if talk:
        titles = [talk.heading(table.id, each.id) for each in columns]
    else:
        titles = [say(each.reads, "column") if each.reads else each.title for each in columns]
    captions = (
        _("Which rules count"), mark, talk.language if talk else "", _("In words"), _("Title"),
        _("Reads"), _("Type"), _("Listed values"),
    )  # fmt: skip
    rows = (
        [sheet.POLICIES[table.hit_policy], table.aggregation],
        [each.kind for each in columns],
        [each.id for each in columns],
        titles,
        [each.title for each in columns],
        [each.reads for each in columns],
        [each.type for each in columns],
        [each.values for each in columns],
    )
    head: list[list[tuple[str, Font | None]]] = [[(table.id, None), (table.name, BOLD)]]
    for key, caption, row in zip(sheet.HEAD, captions, rows, strict=True):
        font = BOLD if key == "in words" else None
        head.append([(key, None), (caption, QUIET), *((text, font) for text in row)])
    return head


def _cell(page: Any, text: str, font: Font | None = None, fill: PatternFill | None = None) -> Any:
    written = sheet.kept(text)
    cell = WriteOnlyCell(page, value=written or None)
    if written:
        cell.data_type = "s"  # whatever it begins with
    cell.number_format = TEXT
    cell.alignment = TOP
    cell.quotePrefix = True
    if font:
        cell.font = font
    if fill:
        cell.fill = fill
    return cell
