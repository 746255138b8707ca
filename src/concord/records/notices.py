"""What people are told of records, in their own language."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from concord.kernel.words import say
from concord.records import types

ASSIGNED: Final = "records.assigned"


def assigned(data: Mapping[str, Any]) -> str:
    return _("%(by)s gave you: %(type)s “%(subject)s”.") % {
        "by": data["by"],
        "type": say(types.get(data["type"]).words),
        "subject": data["subject"],
    }
