"""What people are told of exceptions that are asked for, in their own language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from concord.kernel.words import say
from concord.treatment.models import Verdict

ASKED: Final = "treatment.exception_asked"
ASKING_ENDED: Final = "treatment.asking_ended"


def asked(data: Mapping[str, Any]) -> str:
    return _("%(by)s asks for an exception: %(customer)s, %(request)s.") % {
        "by": data["by"],
        "customer": data["customer"],
        "request": say(data["request"]),
    }


def asking_ended(data: Mapping[str, Any]) -> str:
    named = {"by": data["by"], "customer": data["customer"], "request": say(data["request"])}
    match data["verdict"]:
        case Verdict.GRANTED:
            return _("%(by)s grants your exception: %(customer)s, %(request)s.") % named
        case Verdict.DECLINED:
            return _("%(by)s declines your exception: %(customer)s, %(request)s.") % named
    return _("Nobody answered in time about your exception: %(customer)s, %(request)s.") % named
