"""Why an answer came out as it did: the path through the policy's graph, as sentences.

It is decided again on what was logged, so the path is that of the policy and the facts of then.
What a rule says is our promise and everybody's to read; the values are redacted to the viewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from concord.dmn.model import DecisionTable, Model
from concord.dmn.result import MatchedRule
from concord.kernel.access import Viewer
from concord.kernel.words import say
from concord.treatment import policies, queries, requests, words
from concord.treatment.answer import Answer
from concord.treatment.inputs import Inputs, load
from concord.treatment.models import AnswerLog
from concord.treatment.promise import COLUMNS, Reader
from concord.treatment.queries import WhyRow
from concord.treatment.sentences import capital
from concord.treatment.treat import SIDE_NOTE, looked_at
from concord.treatment.values import Scalar
from concord.treatment.vocabulary import TABLES
from concord.ui import formats

EXCEPTION: Final = "exception"


@dataclass(frozen=True, slots=True)
class Step:
    """One table of the path: which rule held, what it says, what it looked at, and what that rests
    on. `rule` is empty for what is computed without a table."""

    title: str
    rule: str
    condition: str
    outcome: str
    tone: str
    reason: str
    facts: tuple[WhyRow, ...]
    below: tuple[Step, ...]


def path(viewer: Viewer, entry: AnswerLog, answer: Answer, language: str) -> list[Step]:
    """The request's table and, where it holds, the note beside it; each with what it rests on.

    Empty where no rule was asked: what is kept of the customer is stored and not used.
    """
    inputs = load(entry.inputs)
    if inputs.restricted:
        return []
    model = policies.by_number(inputs.policy).model
    found = _Path(viewer, model, inputs, answer, language)
    steps = [found.step(found.table)]
    if entry.treatment["notes"]:
        steps.append(found.step(SIDE_NOTE))
    return [step for step in steps if step is not None]


class _Path:
    """One answer, decided again; facts are put into words once."""

    def __init__(
        self, viewer: Viewer, model: Model, inputs: Inputs, answer: Answer, language: str
    ) -> None:
        names = {decision.id: decision.name for decision in model.decisions}
        self.model = model
        self.language = language
        self.inputs = inputs
        self.answer = answer
        self.table = names.get(inputs.table) or names[requests.ANY_OTHER]
        self.ids = {name: key for key, name in names.items()}
        self.reader = Reader(model, language)
        self.matched = self._matched()
        facts = queries.facts_for(viewer, answer, inputs.facts.values())
        rows = queries.fact_rows(facts, language)
        self.facts = {fact.key: row for fact, row in zip(facts, rows, strict=True)}
        self.fields = queries.evidence(viewer, answer).fields
        self.requires = _requires(model)

    def _matched(self) -> Mapping[str, MatchedRule]:
        given, clock = self.inputs.for_policy(), self.inputs.clock()
        asked = [name for name in (self.table, SIDE_NOTE) if name in self.ids]
        found = [self.model.evaluate(name, given, clock) for name in asked]
        return {rule.decision: rule for each in found for rule in each.matched}

    def step(self, name: str) -> Step | None:
        rule = self.matched.get(name)
        if rule is None:
            return None
        table = self.model.tables[name]
        plain = self.reader.rule(table, table.rules[rule.index - 1])
        needs = self._needs(looked_at(self.model, rule))
        below = (self.step(each) for each in needs if each in self.matched)
        return Step(
            self._title(name, table),
            plain.id,
            plain.condition,
            plain.outcome,
            plain.tone,
            plain.reason,
            tuple(self._row(each) for each in needs if each not in self.matched),
            tuple(each for each in below if each is not None),
        )

    def _needs(self, columns: list[str]) -> list[str]:
        """The inputs and tables that these columns rest on; what is computed on the way is not
        named, only what it is computed of."""
        found: dict[str, None] = {}
        for each in columns:
            if each in self.matched or each not in self.requires:
                found[each] = None
            else:
                found |= dict.fromkeys(self._needs(self.requires[each]))
        return list(found)

    def _title(self, name: str, table: DecisionTable) -> str:
        if name == self.table:
            return say(self.answer.request_words, self.language)
        return capital(say(COLUMNS.get(name) or TABLES.get(name, {"en": name}), self.language))

    def _row(self, name: str) -> WhyRow:
        key = name.replace(" ", "_")
        if key in self.facts:
            return self.facts[key]
        if name == EXCEPTION:
            return WhyRow(_("Exception"), self._exception(), "", "")
        kind = requests.named(self.answer.request)
        field = kind.field(key)
        label = say(field.words, self.language) if field else self.reader.column(name)
        if self.inputs.fields.get(key) is None:
            return WhyRow(label, _("not said"), "", "")
        value: Scalar = self.fields.get(key)
        text = words.field_value(field, value) if field else str(value)
        return WhyRow(label, text, "", "")

    def _exception(self) -> str:
        held = self.inputs.exemption
        if held is None:
            return _("none")
        return _("granted by %(name)s until %(day)s") % {
            "name": held.granted_by,
            "day": formats.day(held.ends_on),
        }


def _requires(model: Model) -> dict[str, list[str]]:
    names = {f"#{each.id}": each.name for each in model.inputs}
    names |= {f"#{each.id}": each.name for each in model.decisions}
    return {each.name: [names.get(at, at) for at in each.requires] for each in model.decisions}
