"""What people are told of the review of customers, in their own language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from concord.customers import words


def opinion_wanted(data: Mapping[str, Any]) -> str:
    return _("%(by)s asks you for a second opinion: %(customer)s.") % {
        "by": data["by"],
        "customer": data["customer"],
    }


def opinion_given(data: Mapping[str, Any]) -> str:
    said = {
        "by": data["by"],
        "customer": data["customer"],
        "verdict": words.verdict(data["verdict"]),
        "answer": data["answer"],
    }
    if data["answer"]:
        return _("%(by)s has decided about %(customer)s: %(verdict)s. “%(answer)s”") % said
    return _("%(by)s has decided about %(customer)s: %(verdict)s.") % said
