"""What is typed about the rights of persons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from concord.customers.actions.erasures import Preview
from concord.customers.models import Right, RightsSettings


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options
    )


def _text(label: Any, **options: Any) -> forms.CharField:
    widget = forms.Textarea({"rows": 3})
    return forms.CharField(label=label, max_length=2_000, widget=widget, **options)


class RequestForm(forms.Form):
    """What a person asks for, when they asked, and in which words."""

    right = forms.ChoiceField(label=_("They ask for"), choices=Right)
    received_on = _day(_("Received on"))
    note = _text(
        _("Note"), required=False, help_text=_("How they asked, and how you know that it is them.")
    )


class CloseForm(forms.Form):
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            ("done", pgettext_lazy("request", "Answered")),
            ("refused", pgettext_lazy("request", "Refused")),
            ("taken_back", _("Taken back by the person")),
        ],
    )
    note = _text(_("What was said to them"), required=False)


class ReasonForm(forms.Form):
    reason = _text(_("Reason"))


class RestrictForm(forms.Form):
    reason = _text(_("Reason"))
    until = _day(_("Look at it again on"), required=False)


class ErasureForm(forms.Form):
    """The name typed, a reason where something is open, and who was parted from them."""

    name = forms.CharField(label=_("Type the customer's name"), max_length=400)

    def __init__(self, preview: Preview, *args: Any) -> None:
        super().__init__(*args)
        is_open = bool(preview.objections)
        label = _("Why it is erased all the same") if is_open else _("Why, for the log")
        self.fields["despite"] = _text(label, required=is_open)
        if preview.parted:
            self.fields["also"] = forms.TypedMultipleChoiceField(
                label=_("Also these, who were taken for them once"),
                choices=[(str(each.pk), each.name) for each in preview.parted],
                widget=forms.CheckboxSelectMultiple,
                coerce=UUID,
                required=False,
            )


class SettingsForm(forms.Form):
    two_persons = forms.BooleanField(label=_("Two persons agree to an erasure"), required=False)
    file_days = forms.IntegerField(
        label=_("Days that a person's file is kept here"), min_value=1, max_value=60
    )

    def __init__(self, settings: RightsSettings, data: Any = None) -> None:
        said = {"two_persons": settings.two_persons, "file_days": settings.file_days}
        super().__init__(data, initial=said)
