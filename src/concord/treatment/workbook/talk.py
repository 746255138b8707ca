"""The cells of a workbook in the words of the grid, and back: exactly, or as the formula stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from django.utils import translation

from concord.dmn.model import Model
from concord.kernel.errors import Problem
from concord.kernel.words import LANGUAGES
from concord.treatment.grid import conditions, results, typed, words
from concord.treatment.grid.columns import Columns

FORMULA: Final = "= "  # what begins so is FEEL as it stands
CODES: Final = frozenset(code for code, _name in LANGUAGES)


class Talk:
    """A model's cells in one language. What the words would not bring back to the letter is written
    as a formula, so that a workbook that nobody touched changes nothing."""

    def __init__(self, model: Model, language: str) -> None:
        self.language = language
        with translation.override(language):
            known = Columns(model, language)
            tables = model.tables.values()
            self._columns = {
                (table.id, column.id): column for table in tables for column in known.of(table)
            }
        self._bare = set(_bare(model))
        self._names = [each.name for each in model.inputs] + [each.name for each in model.decisions]
        self.say, self.read = cache(self._say), cache(self._read)

    def heading(self, table: str, column: str) -> str:
        """What the grid calls the column; of reasons the language they are in."""
        known = self._columns.get((table, column))
        return known.heading if known else dict(LANGUAGES).get(column, column)

    def _say(self, table: str, column: str, text: str) -> str:
        """A cell's FEEL in words; what is no condition and no result (a reason) as it is."""
        known = self._columns.get((table, column))
        if known is None or not text:
            return text
        form = conditions.read(text) if known.side == "in" else results.read(text)
        with translation.override(self.language):
            said = words.say(known, form)
        try:
            back = self._read(table, column, said)
        except Problem:
            back = ""
        return said if back == text and said.strip() == said else FORMULA + text

    def _read(self, table: str, column: str, said: str) -> str:
        """FEEL for what stands in a cell. Raises `Problem` for what is not understood."""
        known = self._columns.get((table, column))
        if known is None or not said.strip():
            return said
        if said.startswith(FORMULA):
            return said.removeprefix(FORMULA)
        with translation.override(self.language):
            meant = typed.read(known, said, self._names)
        return meant.replace("? = true", "true") if (table, column) in self._bare else meant


def _bare(model: Model) -> Iterator[tuple[str, str]]:
    """The columns in which yes is written `true`, which means the same as `? = true`."""
    for table in model.tables.values():
        for at, column in enumerate(table.inputs):
            if any(rule.inputs[at].strip() == "true" for rule in table.rules):
                yield table.id, column.id
