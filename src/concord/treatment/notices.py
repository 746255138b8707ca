"""What people are told of answers, in their own language."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from concord.kernel.words import say

CLEARED: Final = "treatment.cleared"
CONCERN: Final = "treatment.concern"
REPLY: Final = "treatment.reply"


def cleared(data: Mapping[str, Any]) -> str:
    return _("You may go ahead now: %(customer)s, %(request)s.") % {
        "customer": data["customer"],
        "request": say(data["request"]),
    }


def concern(data: Mapping[str, Any]) -> str:
    return _("%(by)s says that an answer is wrong: %(customer)s, %(request)s.") % {
        "by": data["by"],
        "customer": data["customer"],
        "request": say(data["request"]),
    }


def reply(data: Mapping[str, Any]) -> str:
    return _("%(by)s has replied to what you said was wrong: %(customer)s.") % {
        "by": data["by"],
        "customer": data["customer"],
    }
