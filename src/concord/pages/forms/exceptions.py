"""What somebody says who asks for an exception at an answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from concord.kernel.errors import Problem
from concord.treatment.actions.askings import MOST


class ExceptionForm(forms.Form):
    """Until when, why, and up to which amount where the answer had none."""

    ends_on = forms.DateField(label=_("Until"))
    reason = forms.CharField(label=_("Why"), max_length=MOST)
    amount = forms.CharField(label=_("Up to which amount"), required=False, max_length=40)

    def check_or_raise(self) -> None:
        """Raises `Problem` for the first field that is wrong: the form stands in a card."""
        for name, errors in self.errors.items():
            raise Problem(str(errors[0]), place=str(self.fields[name].label))
