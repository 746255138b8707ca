"""Forms of the promise and of replies."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from concord.kernel import time
from concord.kernel.models import User
from concord.treatment.actions import objections, proposals
from concord.treatment.actions.concerns import MOST
from concord.treatment.models import Outcome, Unanswered
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


class ProposeForm(forms.Form):
    """What a draft changes and why, for the sponsor and for everybody who reads it."""

    what = forms.CharField(label=_("What changes"), max_length=proposals.LONGEST)
    why = forms.CharField(
        label=_("Why"), max_length=proposals.MOST, widget=forms.Textarea(attrs={"rows": 4})
    )
    wanted_from = forms.DateField(
        label=_("Wanted from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    unanswered = forms.ChoiceField(
        label=_("If an objection is not answered in time"), choices=Unanswered.choices
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class EndForm(forms.Form):
    """Why a proposal is withdrawn or sent back."""

    reason = forms.CharField(
        label=_("Why"), max_length=proposals.MOST, widget=forms.Textarea(attrs={"rows": 2})
    )


class AcceptForm(ProvingForm):
    """The password beside the reasons, one for each finding (`reason.FINDING`)."""


class ObjectForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong with this rule, and why"),
        max_length=objections.MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Outcome.KEPT.value, _("The rule stays as it is")),
            (Outcome.ACCEPTED.value, _("The objection is right: the rule is changed")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("In words"), max_length=objections.MOST, widget=forms.Textarea(attrs={"rows": 4})
    )


class TermsForm(forms.Form):
    """How objections are answered: until when, by whom, and what else happens."""

    days = forms.IntegerField(
        label=_("Working days for an answer"), min_value=1, max_value=objections.MOST_DAYS
    )
    unanswered = forms.ChoiceField(label=_("If nobody answers in time"), choices=Unanswered.choices)
    chair = forms.ModelChoiceField(
        label=_("Neutral chair, who answers instead of the sponsor"),
        queryset=User.objects.filter(is_active=True, is_system=False).order_by("name"),
        required=False,
        empty_label=_("Nobody: the sponsor answers"),
    )
