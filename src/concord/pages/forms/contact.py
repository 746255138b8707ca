"""Logging a contact: what was said, in one field."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

SUBJECT = 120
TEXT_FIELD = {"note": "text", "call": "notes", "meeting": "notes", "task": "notes"}


class ContactForm(forms.Form):
    """A note, call, meeting or task: the first line becomes its subject."""

    kind = forms.ChoiceField(
        label=_("What"),
        choices=[
            ("note", _("Note")),
            ("call", _("Call")),
            ("meeting", _("Meeting")),
            ("task", _("Task for me")),
        ],
        initial="note",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What was said, or is to be done"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    due_at = forms.DateField(
        label=_("By when (for a task)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def columns(self, owner_id: int) -> dict[str, Any]:
        """What `open_record` takes for it."""
        kind = self.cleaned_data["kind"]
        text = "\n".join(str(self.cleaned_data["text"]).strip().splitlines())  # browsers send CRLF
        first, _sep, _rest = text.partition("\n")
        subject = first if len(first) <= SUBJECT else first[: SUBJECT - 1].rstrip() + "…"
        given: dict[str, Any] = {"subject": subject}
        if text != subject:
            given[TEXT_FIELD[kind]] = text
        due: date | None = self.cleaned_data["due_at"]
        if kind == "task":
            given |= {"owner_id": owner_id, "due_at": due}
        return given
