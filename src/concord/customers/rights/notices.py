"""What people are told of the rights of persons."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from concord.customers.actions.rights import ASKED
from concord.customers.models import Right
from concord.kernel import notify


def asked(data: Mapping[str, Any]) -> str:
    right = Right(data["right"]).label
    return _("A customer asks for a right of theirs: %(right)s.") % {"right": right}


def register() -> None:
    notify.register(ASKED, asked)
