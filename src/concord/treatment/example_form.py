"""The form of an example of the policy: what is given, by the type of each input, and what is
expected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from concord.dmn.model import InputClause, InputData, Model, OutputClause
from concord.treatment import requests
from concord.treatment.actions.examples import LONGEST
from concord.treatment.grid.columns import Column, Columns
from concord.treatment.vocabulary import speaker

GIVEN: Final = "given."
YES_NO: Final = [("", _("not said")), ("true", _("yes")), ("false", _("no"))]


class ExampleForm(forms.Form):
    """One field for each input of the policy; an empty one is not known."""

    name = forms.CharField(
        label=_("What it is an example of"),
        max_length=LONGEST,
        help_text=_("Name no customer: an example is kept for ever, and many read it."),
    )
    table = forms.ChoiceField(label=_("Request"))
    act = forms.ChoiceField(label=_("What we do, as it should be"))
    to = forms.ChoiceField(label=_("Who does it, as it should be"), required=False)

    def __init__(self, model: Model, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        say = speaker(get_language() or "en")
        tables = {each.id for each in model.decisions}
        self._choose("table", [
            (kind.table, say(kind.table.replace("_", " "), "decision"))
            for kind in requests.BUILT_IN if kind.table in tables
        ])  # fmt: skip
        known = Columns(model, get_language() or "en")
        self._choose("act", [*known.output(OutputClause("act", "act")).options.items()])
        people = known.output(OutputClause("to", "to")).options.items()
        self._choose("to", [("", _("whoever it is")), *people])
        asked = {each.expression: each for t in model.tables.values() for each in t.inputs}
        for each in model.inputs:
            if each.name != "request":
                clause = asked.get(each.name) or InputClause(each.id, "", each.name, each.type)
                self.fields[f"{GIVEN}{each.name}"] = _field(each, known.input(clause))

    def given(self) -> dict[str, Any]:
        """The inputs that somebody filled, as FEEL has them."""
        said = {
            name.removeprefix(GIVEN): value
            for name, value in self.cleaned_data.items()
            if name.startswith(GIVEN) and value not in (None, "")
        }
        return {key: _plain(value) for key, value in said.items()} | {
            "request": self.cleaned_data["table"]
        }

    def expect(self) -> dict[str, Any]:
        wanted = {key: self.cleaned_data[key] for key in ("act", "to")}
        return {key: value for key, value in wanted.items() if value}

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _field(each: InputData, column: Column) -> forms.Field:
    label = column.heading
    if column.kind == "choice":
        choices = [("", _("not said")), *column.options.items()]
        return forms.ChoiceField(label=label, required=False, choices=choices)
    match each.type:
        case "number":
            return forms.DecimalField(label=label, required=False)
        case "boolean" | "known":
            return forms.ChoiceField(label=label, required=False, choices=YES_NO)
        case "date":
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(label=label, required=False, widget=widget)
    return forms.CharField(label=label, required=False, max_length=LONGEST)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
