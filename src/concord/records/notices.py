"""What people are told of records, in their own language."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concord.kernel.words import say
from concord.records import types

ASSIGNED: Final = "records.assigned"
SILENCE: Final = "records.silence"  # a source no longer tells of what it told of before
WARNING: Final = "records.warning"  # something about a source that somebody should look at
WRONG_EXPORT: Final = "records.wrong_export"


def assigned(data: Mapping[str, Any]) -> str:
    return _("%(by)s gave you: %(type)s “%(subject)s”.") % {
        "by": data["by"],
        "type": say(types.get(data["type"]).words),
        "subject": data["subject"],
    }


def silence(data: Mapping[str, Any]) -> str:
    missing = data["missing"]
    return ngettext(
        "%(source)s no longer tells of %(n)s thing: is it gone?",
        "%(source)s no longer tells of %(n)s things: are they gone?",
        missing,
    ) % {"source": say(data["source"]), "n": f"{missing:,}"}


def warning(data: Mapping[str, Any]) -> str:
    from concord.records.importing.health import sentence

    return f"{say(data['source'])}: {sentence(data['code'], data['detail'])}"


def wrong_export(data: Mapping[str, Any]) -> str:
    return _("%(by)s says that the export of %(source)s is wrong: it lacks %(n)s things.") % {
        "by": data["by"],
        "source": say(data["source"]),
        "n": f"{data['missing']:,}",
    }
