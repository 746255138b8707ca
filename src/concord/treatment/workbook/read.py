"""What somebody changed in a workbook, as changes of the model that it was taken out of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

import openpyxl
from django.utils.translation import gettext as _

from concord.dmn.edit import Change, fresh
from concord.dmn.model import DecisionTable, Model
from concord.kernel.errors import Problem
from concord.records.importing.readers.unpacked import look_through
from concord.treatment.draft_refusals import unwritable
from concord.treatment.workbook import fit, sheet
from concord.treatment.workbook.sheet import Column
from concord.treatment.workbook.talk import CODES, Talk

MOST_RULES: Final = 5_000
MOST_COLUMNS: Final = 200


@dataclass(frozen=True, slots=True)
class Brought:
    """A table as a sheet says it: rules by id in their order, texts by the columns' ids. `table` is
    what it was when it was taken out, as far as that is known."""

    table: DecisionTable
    policy: str
    aggregation: str
    columns: Mapping[str, Column]
    rules: Mapping[str, Mapping[str, str]]


Taken = Callable[[str], Model | None]  # what a workbook with that mark was taken out of


def changes(path: Path, model: Model, taken: Taken = lambda mark: None) -> list[Change]:
    """The changes that make the model's tables as the workbook says; none where it says the same.
    A table without a sheet stays as it is. Where it is known what the workbook was taken out of,
    only what was changed since then on its sheets is changed.

    Raises `Problem` that names sheet and row: no workbook, one too large, a sheet of another table,
    a column that is new or gone.
    """
    look_through(path)
    found: list[Change] = []
    tables = {table.id: table for table in model.tables.values()}
    for brought in _sheets(path, model, taken):
        said, now = _table_changes(brought), tables.get(brought.table.id)
        if now is None or now is brought.table:
            found += said
        else:
            found += fit.fitted(said, list(brought.rules), now)
    return found


# Reading --------------------------------------------------------------------------------------


def _sheets(path: Path, model: Model, taken: Taken) -> Iterator[Brought]:
    seen: set[str] = set()
    talks = cache(Talk)
    with _whole(path):
        book = openpyxl.load_workbook(BytesIO(path.read_bytes()), read_only=True, data_only=True)
    try:
        for page in book.worksheets:
            page.reset_dimensions()  # what a sheet says of its own size is not believed
            with _whole(path):
                rows = _rows(page)
            key = rows[0][0] if rows and rows[0] else ""
            if not any(any(row) for row in rows):
                continue
            mark = rows[sheet.KIND - 1][1] if len(rows) >= sheet.KIND else ""
            then = taken(mark)
            tables = {table.id: table for table in (then or model).tables.values()}
            if key not in tables or key in seen:
                raise _no_table(page.title, key in seen)
            seen.add(key)
            language = rows[sheet.ID - 1][1] if len(rows) >= sheet.ID else ""
            talk = talks(then or model, language) if language in CODES else None
            yield _brought(page.title, rows, tables[key], mark if then else "", talk)
    finally:
        book.close()


def _rows(page: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in page.iter_rows(values_only=True, max_col=MOST_COLUMNS):
        if len(rows) >= MOST_RULES + sheet.VALUES:
            raise Problem(
                _("A table has at most %(most)d rules.") % {"most": MOST_RULES}, place=page.title
            )
        try:
            rows.append([_text(cell) for cell in row])
        except UnicodeDecodeError as error:
            where = _("%(sheet)s, row %(row)d") % {"sheet": page.title, "row": len(rows) + 1}
            raise unwritable(where) from error
    return rows


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """What the library meets in a damaged workbook, as a `Problem`: it raises whatever it likes."""
    try:
        yield
    except Problem:
        raise
    except Exception as error:
        raise Problem(
            _("This Excel workbook is damaged."),
            place=path.name,
            mend=_("Open it in a spreadsheet and save it anew."),
        ) from error


def _text(cell: Any) -> str:
    """A cell as FEEL: what a spreadsheet made a number, a date or a truth of is written as one."""
    match cell:
        case None:
            return ""
        case str():
            return sheet.unkept(cell)
        case bool():
            return "true" if cell else "false"
        case int() | float():
            return f"{cell:.15g}"
        case datetime() if cell.time() == time():
            return f'date("{cell.date().isoformat()}")'
        case datetime():
            return f'date and time("{cell.isoformat()}")'
        case date():
            return f'date("{cell.isoformat()}")'
        case _:
            return str(cell)


def _brought(
    title: str, rows: Sequence[Sequence[str]], table: DecisionTable, mark: str, talk: Talk | None
) -> Brought:
    for at, key in enumerate(sheet.HEAD, sheet.POLICY):
        if len(rows) < at or rows[at - 1][:1] != [key]:
            raise Problem(
                _("This sheet has lost its head: the row “%(key)s” is not there.") % {"key": key},
                place=_("%(sheet)s, row %(row)d") % {"sheet": title, "row": at},
                mend=_("Take the workbook out again, and copy the rules into it."),
            )
    at = sheet.FIRST_COLUMN - 1
    head = [list(row[at:]) for row in rows[: sheet.VALUES]]
    columns = _columns(title, head, table)
    said = dict(enumerate(columns.values()))
    first, second = (*head[sheet.POLICY - 1], "", "")[:2]
    places = {column.id: n for n, column in said.items()}
    rules: dict[str, dict[str, str]] = {}
    last, new = "", 0
    for number, row in enumerate(rows[sheet.VALUES :], sheet.FIRST_RULE):
        texts = row[at:]
        if any(text.strip() for text in texts):
            key = row[0].strip()
            # A rule that was copied brings its id with it: the first of the two keeps it.
            if key and key not in rules:
                last, new = key, 0
            else:
                new += 1
                key = _new(mark, f"{table.id} {last} {new}")
            cells = {c: texts[n] if n < len(texts) else "" for c, n in places.items()}
            where = _("%(sheet)s, row %(row)d") % {"sheet": title, "row": number}
            rules[key] = _meant(cells, table, talk, where) if talk else cells
    return Brought(table, first, second, columns, rules)


def _meant(said: Mapping[str, str], table: DecisionTable, talk: Talk, where: str) -> dict[str, str]:
    """The cells of a rule as FEEL. Raises `Problem` with row and column."""
    meant: dict[str, str] = {}
    for column, text in said.items():
        try:
            meant[column] = talk.read(table.id, column, text)
        except Problem as problem:
            place = f"{where}, {problem.place}" if problem.place else where
            raise Problem(
                problem.message, place=place, mend=problem.mend, code=problem.code
            ) from problem
    return meant


def _new(mark: str, place: str) -> str:
    """The id of a new rule: the same one when the same workbook comes a second time."""
    return f"rule_{uuid5(NAMESPACE_OID, f'{mark} {place}').hex}" if mark else fresh()


def _columns(title: str, head: Sequence[Sequence[str]], table: DecisionTable) -> dict[str, Column]:
    """The columns by id, in their order on the sheet."""
    known = {each.id: each for each in sheet.columns(table)}
    found: dict[str, Column] = {}
    width = max((n for row in head[1:] for n, text in enumerate(row, 1) if text.strip()), default=0)
    for n in range(width):
        said = [row[n] if n < len(row) else "" for row in head]
        key = said[sheet.ID - 1]
        column = known.get(key)
        if column is None or key in found:
            raise _no_column(title, said[sheet.TITLE - 1] or said[sheet.READS - 1] or key)
        if (said[sheet.READS - 1], said[sheet.TYPE - 1]) != (column.reads, column.type):
            raise Problem(
                _("What the column “%(column)s” reads, and its type, are not changed here.")
                % {"column": column.title},
                place=title,
                mend=_("Put back: %(reads)s, %(type)s. A new column is added on the draft’s page.")
                % {"reads": column.reads or "–", "type": column.type or "–"},
            )
        found[key] = Column(
            column.kind, key, said[sheet.TITLE - 1], column.reads, column.type,
            said[sheet.VALUES - 1],
        )  # fmt: skip
    gone = [each.title for key, each in known.items() if key not in found]
    if gone:
        raise Problem(
            _("The column “%(column)s” is not there.") % {"column": gone[0]},
            place=title,
            mend=_("A column is taken away on the draft’s page."),
        )
    return found


def _no_table(title: str, twice: bool) -> Problem:
    said = _("This table stands on two sheets.") if twice else _("This sheet is no table of ours.")
    return Problem(
        said,
        place=title,
        mend=_("Take the workbook out of this draft, change its cells, and bring it again."),
    )


def _no_column(title: str, column: str) -> Problem:
    return Problem(
        _("The column “%(column)s” is none of this table, or stands there twice.")
        % {"column": column},
        place=title,
        mend=_("A new column is added on the draft’s page; then take the workbook out again."),
    )


# What is different ----------------------------------------------------------------------------


def _table_changes(said: Brought) -> Iterator[Change]:
    table = said.table
    if (said.policy, said.aggregation) != (sheet.POLICIES[table.hit_policy], table.aggregation):
        yield {"kind": "hit policy", "table": table.id, "policy": said.policy,
               "aggregation": said.aggregation or None}  # fmt: skip
    for column in sheet.columns(table):
        new = said.columns[column.id]
        if column.kind != "annotation" and new.title != column.title:
            yield {"kind": "rename", "table": table.id, "column": column.id,
                   "text": new.title or None}  # fmt: skip
        if column.kind != "annotation" and new.values != column.values:
            yield {"kind": "values", "table": table.id, "column": column.id,
                   "values": new.values or None}  # fmt: skip
    yield from _rule_changes(said)


def _rule_changes(said: Brought) -> Iterator[Change]:
    table = said.table
    ids = [each.id for each in sheet.columns(table)]
    before = {
        rule.id: dict(zip(ids, sheet.cells(table, at), strict=True))
        for at, rule in enumerate(table.rules)
    }
    gone = [key for key in before if key not in said.rules]
    if gone:
        yield {"kind": "delete", "table": table.id, "rules": gone}
    cells = [
        {"rule": key, "column": column, "text": text}
        for key, texts in said.rules.items()
        if key in before
        for column, text in texts.items()
        if text.strip() != before[key][column].strip()
    ]
    if cells:
        yield {"kind": "cells", "table": table.id, "cells": cells}
    order = [key for key in before if key in said.rules]
    yield from _moves(table.id, order, [key for key in said.rules if key in before])
    yield from _inserts(said, before)


def _inserts(said: Brought, known: Container[str]) -> Iterator[Change]:
    """New rules, those that follow each other in one change."""
    after = ""
    new: list[Change] = []
    for key, texts in [*said.rules.items(), ("", {})]:
        if key and key not in known:
            new.append({"id": key, "cells": dict(texts)})
            continue
        if new:
            yield {"kind": "insert", "table": said.table.id, "after": after, "rules": new}
            new = []
        after = key


def _moves(table: str, order: Sequence[str], wanted: Sequence[str]) -> Iterator[Change]:
    """As few moves as make one order of the other: the longest run in order stays."""
    stay = _in_order([order.index(key) for key in wanted])
    after = ""
    for at, key in enumerate(wanted):
        if at not in stay:
            yield {"kind": "move", "table": table, "rule": key, "after": after}
        after = key


def _in_order(numbers: Sequence[int]) -> set[int]:
    """The places of a longest part of the sequence that rises."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(ends, number)
        if length == len(ends):
            ends.append(number)
            places.append(at)
        else:
            ends[length], places[length] = number, at
        before.append(places[length - 1] if length else -1)
    found: set[int] = set()
    at = places[-1] if places else -1
    while at >= 0:
        found.add(at)
        at = before[at]
    return found
