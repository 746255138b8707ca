"""What a column takes: its title, its kind of cells, and what can be chosen, in one language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from concord import dmn
from concord.dmn.model import DecisionTable, InputClause, Model, OutputClause
from concord.dmn.sentences import Say
from concord.facts.own import all_facts
from concord.kernel.models import Company, Department, Role
from concord.kernel.words import say
from concord.treatment import own_words, requests, sentences, words
from concord.treatment.promise import COLUMNS, FIELDS
from concord.treatment.requests import RequestKind
from concord.treatment.vocabulary import speaker

WHY: Final = "why"  # the reasons of all languages are one column of the grid
QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
TITLES: Final = {
    "act": pgettext_lazy("column", "Do"),
    "to": pgettext_lazy("column", "Who"),
    "priority": pgettext_lazy("column", "Priority"),
    "benefits": pgettext_lazy("column", "Extras"),
    "say": pgettext_lazy("column", "Say"),
    "urgency": pgettext_lazy("column", "When"),
    "granted by": pgettext_lazy("column", "Granted by"),
}
ROLES: Final = {
    "sponsor": gettext_lazy("the sponsor"),
    "officer": gettext_lazy("the customer officer"),
}
ELSEWHERE: Final = {
    "overdue_elsewhere": "overdue_undisputed",
    "hold_elsewhere": "hold_set_by_accounting",
}


@dataclass(frozen=True, slots=True)
class Column:
    """`side` is in, out or why; `kind` is choice, truth, number, date or text of conditions, and
    one, many, number, truth or text of results. `options` are FEEL texts with their words, `tones`
    the colours of results that have one; `unit` is the currency, or what a number counts; `default`
    is what a new rule gives, as FEEL."""

    id: str
    side: str
    kind: str
    title: str
    name: str = ""
    unit: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    tones: Mapping[str, str] = field(default_factory=dict)
    default: str = ""

    @property
    def heading(self) -> str:
        """The title with its unit, where it does not say it already."""
        return (
            f"{self.title}, {self.unit}"
            if self.unit and self.unit not in self.title
            else self.title
        )

    def called(self, value: str) -> str:
        return self.options.get(value, value)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "side": self.side, "kind": self.kind, "title": self.title,
            "unit": self.unit, "heading": self.heading,
            "options": [{"value": value, "text": text} for value, text in self.options.items()],
            "tones": dict(self.tones),
        }  # fmt: skip


class Columns:
    """The columns of a draft's tables; what a company names itself is read once."""

    def __init__(self, model: Model, language: str) -> None:
        self.language = language
        self.speak: Say = speaker(language, model)
        self.words = own_words.of(model)
        self.currency = Company.load().currency
        self.departments = {row.key: say(row.words, language) for row in Department.objects.all()}
        self.kinds: Sequence[RequestKind] = requests.all_kinds()
        self.types = {each.name: each.type for each in model.inputs}
        fields = {each.key: each for kind in self.kinds for each in kind.fields}
        self.fields = {**FIELDS, **fields}

    def of(self, table: DecisionTable) -> list[Column]:
        """The table's columns in order; the reasons last."""
        why = [Column(WHY, "why", "reasons", str(_("Reason")))] if table.annotations else []
        return [*map(self.input, table.inputs), *map(self.output, table.outputs), *why]

    def input(self, clause: InputClause) -> Column:
        name = clause.expression
        title = clause.label if clause.label not in ("", name) else self._title(name)
        kind, options = self._asked(clause)
        unit = self._unit(name) if kind == "number" else ""
        return Column(clause.id, "in", kind, _capital(title), name, unit, options)

    def _title(self, name: str) -> str:
        return say(COLUMNS[name], self.language) if name in COLUMNS else self.speak(name, "column")

    def _asked(self, clause: InputClause) -> tuple[str, dict[str, str]]:
        name, key = clause.expression, clause.expression.replace(" ", "_")
        listed = listed_texts(clause.allowed)
        if name == "request":
            return "choice", {each.key: say(each.words, self.language) for each in self.kinds}
        field_ = self.fields.get(key)
        if field_ and field_.choices:
            listed = listed or list(field_.choices)
            return "choice", {
                each: say(field_.choices.get(each, {"en": each}), self.language) for each in listed
            }
        if listed:
            return "choice", {each: self._value(name, each) for each in listed}
        kinds = {"boolean": "truth", "known": "truth", "number": "number", "date": "date"}
        return kinds.get(clause.type or self.types.get(name, ""), "text"), {}

    def _value(self, column: str, value: str) -> str:
        own = {"standing": words.STANDINGS, "value": words.VALUES}.get(column, {})
        return str(own[value]) if value in own else self.speak(value, "value")

    def _unit(self, name: str) -> str:
        key = name.replace(" ", "_")
        fact, field_ = all_facts().get(ELSEWHERE.get(key, key)), self.fields.get(key)
        if (fact and fact.is_money) or (field_ and field_.type == "money"):
            return self.currency
        if (fact and fact.shown == "days") or name == "days as customer":
            return str(_("days"))
        return "%" if field_ and field_.type == "percent" else ""

    def output(self, clause: OutputClause) -> Column:
        title = str(TITLES[clause.name]) if clause.name in TITLES else clause.label
        own = self.words.results.get(clause.name)
        title = (
            say(own.called, self.language) if own else title or self.speak(clause.name, "column")
        )
        kind, options = self._given(clause)
        tones = words.TONES if clause.name == "act" else {}
        tones = {value.replace("_", " "): tone for value, tone in tones.items()}
        default = own.default if own else ""
        return Column(
            clause.id, "out", kind, _capital(title), clause.name, "", options, tones, default
        )

    def _given(self, clause: OutputClause) -> tuple[str, dict[str, str]]:
        match clause.name:
            case "act":
                acts = {key.replace("_", " "): str(said) for key, said in words.ACTS.items() if key}
                return "one", acts | {"ask": str(_("Ask first"))}
            case "to":
                return "one", self.departments
            case "say":
                return "one", self._sentences()
            case "urgency":
                return "one", {k: say(v, self.language) for k, v in sentences.URGENCIES.items()}
            case "benefits":
                named = {key: called for key, (called, _said) in self.words.every_benefit.items()}
                return "many", {key: say(each, self.language) for key, each in named.items()}
            case "granted by":
                return "many", self._granters()
        if (own := self.words.results.get(clause.name)) and own.choices:
            return "one", {key: say(each, self.language) for key, each in own.choices.items()}
        if listed := listed_texts(clause.allowed):
            return "one", {each: self._value(clause.name, each) for each in listed}
        kinds = {"number": "number", "boolean": "truth", "strings": "many", "date": "text"}
        return kinds.get(clause.type, "text"), {}

    def _sentences(self) -> dict[str, str]:
        known = self.words.every_sentence.items()
        said = {key: say(each, self.language) for key, each in known}
        told = {key: re.sub(r"\{(\w+)\}", "…", each) for key, each in said.items()}
        asks = {each.key: each.asks for each in self.fields.values()}
        return told | {
            key: _("ask first: %(question)s") % {"question": say(each, self.language)}
            for key, each in {**requests.QUESTIONS, **asks}.items()
        }

    def _granters(self) -> dict[str, str]:
        roles = {key: str(said) for key, said in ROLES.items()}
        return roles | {
            f"{Role.MANAGER} of {key}": _("the manager of %(department)s") % {"department": called}
            for key, called in self.departments.items()
        }


def listed_texts(allowed: str) -> list[str]:
    """The texts that a column lists as its own; none where it lists anything else."""
    if not allowed:
        return []
    try:
        values = dmn.parse(f"[{allowed}]").evaluate()
    except dmn.FeelSyntaxError:
        return []
    whole = isinstance(values, list) and all(isinstance(each, str) for each in values)
    return list(values) if whole else []


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
