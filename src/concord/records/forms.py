"""The form of a record, made from the declaration of its type."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from concord.kernel.models import User
from concord.kernel.words import say
from concord.records.models import Record
from concord.records.types import Field, FieldType, RecordType, read_all

DAY = {"type": "date"}
ISO, ISO_MOMENT = "%Y-%m-%d", "%Y-%m-%dT%H:%M"  # what a browser reads, in every language
# The columns of a form in the order of asking, by the names that a declaration uses.
COLUMN_OF: Final = {
    "opened": "opened_at",
    "due": "due_at",
    "closed": "closed_at",
    "amount": "amount",
    "owner": "owner_id",
}
WORDS: Final = {
    "subject": _("What it is about"),
    "opened": _("Opened on"),
    "due": _("Due on"),
    "closed": _("Closed on"),
    "amount": _("Amount"),
    "owner": _("Whose it is"),
    "status": _("Status"),
}


class RecordForm(forms.Form):
    """Columns that the type uses, then its declared fields (named `field-KEY`)."""

    subject = forms.CharField(label=WORDS["subject"], max_length=400)

    def __init__(
        self, declared: RecordType, *args: Any, sees_money: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.declared = declared
        self.sees_money = sees_money
        for name in COLUMN_OF:
            if name in declared.uses and (sees_money or name != "amount"):
                self.fields[name] = _column(declared, name)
        if len(declared.statuses) > 1:
            self.fields["status"] = forms.ChoiceField(
                label=WORDS["status"],
                choices=[(status.key, say(status.words)) for status in declared.statuses],
                initial=declared.first_status,
            )
        for field in declared.fields:
            if sees_money or not field.is_money:
                self.fields[f"field-{field.key}"] = _declared(field)

    def given(self) -> dict[str, Any]:
        """What `open_record` and `change_record` take: columns and declared fields."""
        said = self.cleaned_data
        given: dict[str, Any] = {"subject": said["subject"]}
        if "status" in said:
            given["status"] = said["status"]
        for name, column in COLUMN_OF.items():
            if name in self.fields:
                value = said[name]
                given[column] = value.pk if isinstance(value, User) else value
        for field in self.declared.fields:
            if f"field-{field.key}" in self.fields:
                value = said[f"field-{field.key}"]
                # A box that nobody ticked says nothing: it is no answer "no".
                given[field.key] = None if value in ("", False) else value
        return given


def values_of(record: Record, declared: RecordType) -> Mapping[str, Any]:
    """The initial values of the form of a record that is there."""
    values: dict[str, Any] = {"subject": record.subject, "status": record.status}
    values |= {
        "opened": record.opened_at,
        "due": record.due_at,
        "closed": record.closed_at,
        "amount": record.amount,
        "owner": record.owner_id,
    }
    known = read_all(declared, record.data)
    return values | {f"field-{key}": value for key, value in known.items()}


def label_of(declared: RecordType, column: str) -> str:
    """What a column is called in this type's own words."""
    own = declared.columns.get(column)
    return say(own) if own else str(WORDS[column])


def _column(declared: RecordType, name: str) -> forms.Field:
    label = label_of(declared, name)
    if name == "owner":
        people = User.objects.filter(is_active=True, is_system=False).order_by("name")
        return forms.ModelChoiceField(people, label=label, required=False, empty_label=_("Nobody"))
    if name == "amount":
        return forms.DecimalField(
            label=label, max_digits=20, decimal_places=4, required=False, widget=_number()
        )
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs=DAY, format=ISO)
    )


def _number() -> forms.NumberInput:
    """Arrows go by whole steps; typed digits behind the point are taken all the same."""
    return forms.NumberInput(attrs={"step": "any"})


def _declared(field: Field) -> forms.Field:
    kwargs: dict[str, Any] = {"label": say(field.words), "required": field.required}
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            return forms.DecimalField(max_digits=20, decimal_places=6, widget=_number(), **kwargs)
        case FieldType.DATE:
            return forms.DateField(widget=forms.DateInput(attrs=DAY, format=ISO), **kwargs)
        case FieldType.MOMENT:
            clock = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=ISO_MOMENT)
            return forms.DateTimeField(widget=clock, **kwargs)
        case FieldType.BOOLEAN:
            return forms.BooleanField(label=kwargs["label"], required=False)
        case FieldType.CHOICE:
            choices = [(choice.key, say(choice.words)) for choice in field.choices]
            return forms.ChoiceField(choices=[("", _("Not said")), *choices], **kwargs)
        case _:
            widget = forms.Textarea(attrs={"rows": 3}) if field.long else forms.TextInput()
            return forms.CharField(widget=widget, max_length=4000, **kwargs)
