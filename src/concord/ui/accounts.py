"""Sign-in: people are invited by an administrator, nobody signs up."""

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from concord.kernel.actions import passwords
from concord.kernel.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """A first password, or one by a link."""
        passwords.choose(user, password)


class ChangePasswordForm(forms.ChangePasswordForm):  # type: ignore[misc]
    """The present password and another one: of the sponsor's the database looks at both."""

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)
        self.fields["oldpassword"].help_text = ""  # no mail leads to a lost one, see config/urls.py

    def save(self) -> None:
        said = self.cleaned_data
        passwords.change(self.user, said["oldpassword"], said["password1"])
