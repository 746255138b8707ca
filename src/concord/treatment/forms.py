"""Forms of the promise and of replies."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from concord.kernel import time
from concord.treatment.actions.concerns import MOST
from concord.ui.proof import ProvingForm


class LimitForm(forms.Form):
    """The new number of a limit; looking at it changes nothing."""

    limit = forms.CharField(widget=forms.HiddenInput)
    number = forms.CharField(label=_("New limit"), max_length=20)


class ForceForm(ProvingForm):
    """From when, and why: everybody reads the reason."""

    from_date = forms.DateField(
        label=_("In force from"),
        initial=time.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class BeginForm(ProvingForm):
    """The first policy: everybody reads why it is this one."""

    reason = forms.CharField(
        label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label=_("Reply"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 3})
    )
