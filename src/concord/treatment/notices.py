"""What people are told of answers, in their own language."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from concord.kernel.words import say
from concord.treatment.models import EndKind, Outcome
from concord.ui import formats

LONGEST: Final = 160  # characters of a rule in a notice

CLEARED: Final = "treatment.cleared"
CONCERN: Final = "treatment.concern"
REPLY: Final = "treatment.reply"
EXCEPTION: Final = "treatment.exception"
EXCEPTION_ENDED: Final = "treatment.exception_ended"

OBJECTION: Final = "treatment.objection"
OBJECTION_ENDED: Final = "treatment.objection_ended"
PROPOSED: Final = "treatment.proposed"
PROPOSAL_ENDED: Final = "treatment.proposal_ended"
BRIEFING: Final = "treatment.briefing"


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


def exception(data: Mapping[str, Any]) -> str:
    return _("%(by)s grants an exception until %(day)s: %(customer)s, %(request)s.") % {
        "by": data["by"],
        "day": formats.day(date.fromisoformat(data["until"])),
        "customer": data["customer"],
        "request": say(data["request"]),
    }


def exception_ended(data: Mapping[str, Any]) -> str:
    return _("%(by)s took the exception back; ask again first: %(customer)s, %(request)s.") % {
        "by": data["by"],
        "customer": data["customer"],
        "request": say(data["request"]),
    }


def objection(data: Mapping[str, Any]) -> str:
    return _("%(by)s objects to a rule of our promise: you answer.") % {"by": data["by"]}


def objection_ended(data: Mapping[str, Any]) -> str:
    outcome = Outcome(data["outcome"]).label
    if not data.get("words"):  # told before notices named the rule, or of no rule
        return _("An objection to a rule has ended: %(outcome)s.") % {"outcome": outcome}
    rule = Truncator(say(data["words"])).chars(LONGEST)
    return _("The objection to “%(rule)s” has ended: %(outcome)s.") % {
        "rule": rule,
        "outcome": outcome,
    }


def proposed(data: Mapping[str, Any]) -> str:
    return _("%(by)s proposes to change our promise: %(what)s.") % {
        "by": data["by"],
        "what": data["what"],
    }


def proposal_ended(data: Mapping[str, Any]) -> str:
    return _("What you proposed for our promise was %(how)s: %(what)s.") % {
        "how": EndKind(data["how"]).label,
        "what": data["what"],
    }


def briefing(data: Mapping[str, Any]) -> str:
    return _("Our promise changes as of %(day)s. Read what changes for your department.") % {
        "day": formats.day(date.fromisoformat(data["from"]))
    }
