"""What people are told of the rights of persons."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from concord.customers.actions.erasures import AGREEMENT_WANTED
from concord.customers.actions.rights import ASKED
from concord.customers.models import Right
from concord.kernel import notify


def asked(data: Mapping[str, Any]) -> str:
    right = Right(data["right"]).label
    return _("A customer asks for a right of theirs: %(right)s.") % {"right": right}


def agreement_wanted(data: Mapping[str, Any]) -> str:
    return _("%(by)s proposes an erasure: a second person is to agree.") % {"by": data["by"]}


def register() -> None:
    notify.register(ASKED, asked)
    notify.register(AGREEMENT_WANTED, agreement_wanted)
