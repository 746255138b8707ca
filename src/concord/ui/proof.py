"""Asking the sponsor who is signed in for their password once more: here and now it is they."""

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from concord.kernel import proof
from concord.kernel.errors import Problem
from concord.kernel.models import Role
from concord.ui.http import Request


class ProvingForm(forms.Form):
    """With a field for the password of the sponsor who sends it, as the last one.

    `always` False: the field may stay empty, for a form that only sometimes needs it.
    """

    help: Any = ""
    always = True

    def __init__(self, request: Request, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.request = request
        if request.viewer.role == Role.SPONSOR and proof.is_asked_of(request.user):
            self.fields["password"] = forms.CharField(
                label=_("Your password"),
                strip=False,
                required=self.always,
                max_length=1000,
                help_text=self.help,
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            )

    def password(self) -> str:
        """What was typed. Raises `Problem` for who tries too often."""
        said = str(self.cleaned_data.get("password", ""))
        if said and not ratelimit.consume(
            self.request, action="reauthenticate", user=self.request.user
        ):
            raise Problem(
                gettext("Too many passwords were tried."), mend=gettext("Wait a minute, then try.")
            )
        return said
