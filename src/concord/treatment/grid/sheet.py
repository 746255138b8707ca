"""One table of a draft as the page shows it: columns, rows in words, the sentence of each rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concord.dmn.model import DecisionTable, Model, Rule
from concord.kernel.words import say
from concord.treatment import law, requests
from concord.treatment.grid import conditions, found, results, words
from concord.treatment.grid.columns import WHY, Column, Columns
from concord.treatment.grid.conditions import Form
from concord.treatment.promise import Reader

POLICIES: Final = {
    "U": gettext_lazy("Each case should have exactly one rule."),
    "F": gettext_lazy("The first rule that fits counts."),
    "A": gettext_lazy("Several rules may fit if they say the same."),
    "P": gettext_lazy("Of the rules that fit, the best result counts."),
    "R": gettext_lazy("Every rule that fits counts."),
    "O": gettext_lazy("Every rule that fits counts, the best first."),
    "C": gettext_lazy("Every rule that fits counts."),
}
BEFORE: Final = (requests.ANY_OTHER, "standing", "value", "side_note", "exception_by")


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` is FEEL, `shown` the reader's words, `tone` a colour where it means something."""

    column: Column
    text: str
    form: Form
    shown: str
    tone: str = ""

    @property
    def is_any(self) -> bool:
        return bool(self.form["kind"] == "any")

    @property
    def is_open(self) -> bool:
        return bool(self.form["kind"] == "open")

    @property
    def is_formula(self) -> bool:
        return bool(self.form["kind"] == "formula")


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    index: int
    cells: tuple[Cell, ...]
    condition: str
    outcome: str
    tone: str

    @property
    def sentence(self) -> str:
        begin = self.condition or str(_("In all other cases"))
        return f"{begin[:1].upper()}{begin[1:]} → {self.outcome}"


class Sheet:
    """A table of a model in the active language; departments and currency are read once."""

    def __init__(self, model: Model, decision: str, language: str) -> None:
        self.model = model
        self.decision = decision
        self.language = language
        self.table: DecisionTable = model.tables[decision]
        self.known = Columns(model, language)
        self.columns = self.known.of(self.table)
        self.by_id = {column.id: column for column in self.columns}
        self._reader = Reader(model, language)

    @property
    def counts(self) -> str:
        """Which of its rules count."""
        return str(POLICIES[self.table.hit_policy])

    @property
    def answers(self) -> bool:
        """Whether it answers a request, rather than what answers rest on."""
        return {"act", "say"} <= {each.name for each in self.table.outputs}

    @property
    def names(self) -> list[str]:
        """What a formula may speak of."""
        model = self.model
        return [each.name for each in model.inputs] + [each.name for each in model.decisions]

    def rows(self, only: Collection[str] | None = None) -> list[Row]:
        """The table's rows, or those of some rules."""
        return [self.row(each) for each in self.table.rules if only is None or each.id in only]

    def row(self, rule: Rule) -> Row:
        texts = [*rule.inputs, *rule.outputs]
        cells = [self.cell(column, text)
                 for column, text in zip(self.columns, texts, strict=False)]  # fmt: skip
        if self.columns and self.columns[-1].side == "why":
            cells.append(self._why(rule))
        said = self._reader.rule(self.table, rule)
        return Row(rule.id, rule.index, tuple(cells), said.condition, said.outcome, said.tone)

    def cell(self, column: Column, text: str) -> Cell:
        form = conditions.read(text) if column.side == "in" else results.read(text)
        tone = column.tones.get(form.get("value", ""), "") if form["kind"] == "one" else ""
        return Cell(column, text, form, words.say(column, form), tone)

    def _why(self, rule: Rule) -> Cell:
        reasons = dict(zip(self.table.annotations, rule.annotations, strict=False))
        shown = say(reasons, self.language) if reasons else ""
        return Cell(self.by_id[WHY], shown, {"kind": "reasons", "reasons": reasons}, shown)

    def findings(self) -> list[found.Told]:
        return found.of_table(self.model, self.decision, self.language, self.known.speak)

    def told_json(self, findings: Iterable[found.Told]) -> list[dict[str, Any]]:
        """Findings as data; the rule that would close a gap comes with its words."""
        return [each.as_json() | {"shown": self._closing(each)} for each in findings]

    def _closing(self, finding: found.Told) -> dict[str, str]:
        return {
            column: self.cell(self.by_id[column], text).shown
            for column, text in finding.close.items()
        }

    def suggestion(self, rule_id: str) -> dict[str, Any] | None:
        """What the nearest rule gives, for one that gives nothing yet."""
        rule = next((each for each in self.table.rules if each.id == rule_id), None)
        if rule is None or not self._is_new(rule):
            return None
        near = found.nearest(self.table, rule)
        if near is None:
            return None
        outputs = zip(self.table.outputs, near.outputs, strict=True)
        return {
            "number": near.index,
            "said": self._reader.rule(self.table, near).outcome,
            "cells": {output.id: cell for output, cell in outputs},
        }

    def _is_new(self, rule: Rule) -> bool:
        """Whether it gives nothing yet but what every new rule gives."""
        columns = (each for each in self.columns if each.side == "out")
        said = zip(columns, rule.outputs, strict=True)
        return all(law.is_open(cell) or cell == column.default for column, cell in said)

    # As data ----------------------------------------------------------------------------------

    def as_json(self, only: Collection[str] | None = None) -> dict[str, Any]:
        """What the page needs to draw the rows anew, or those of some rules."""
        return {
            "order": [rule.id for rule in self.table.rules],
            "rows": [row_json(row) for row in self.rows(only)],
            "suggestions": {
                rule.id: said
                for rule in self.table.rules
                if (only is None or rule.id in only) and (said := self.suggestion(rule.id))
            },
        }


def row_json(row: Row) -> dict[str, Any]:
    return {"id": row.id, "said": row.sentence, "cells": [cell_json(each) for each in row.cells]}


def cell_json(cell: Cell) -> dict[str, Any]:
    return {"c": cell.column.id, "t": cell.text, "f": cell.form, "s": cell.shown, "tone": cell.tone}


def tables_of(model: Model, language: str) -> list[tuple[str, str, str]]:
    """The tables that people edit: key, decision and title; requests first, then what they rest
    on, then any that are this company's own."""
    speak = Columns(model, language).speak
    decisions = {each.id: each.name for each in model.decisions if each.name in model.tables}
    known = [*(kind.table for kind in requests.all_kinds()), *BEFORE]
    keys = [*dict.fromkeys(each for each in known if each in decisions)]
    keys += [each for each in decisions if each not in keys]
    return [(key, decisions[key], _capital(speak(decisions[key], "decision"))) for key in keys]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
