"""What people are told of the log of answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

REPLAY: Final = "treatment.replay"


def replayed(data: Mapping[str, Any]) -> str:
    return _("After the update to %(engine)s, answers that were given would be others.") % {
        "engine": data["engine"]
    }
