"""A cell as the reader's language says it. `typed` reads the same words back."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.utils.translation import pgettext, pgettext_lazy

from concord.treatment.grid.columns import Column
from concord.treatment.grid.comparisons import part
from concord.treatment.grid.conditions import Form
from concord.ui import formats

ANY: Final = pgettext_lazy("cell", "any")
UNKNOWN: Final = pgettext_lazy("cell", "unknown")
KNOWN: Final = pgettext_lazy("cell", "known")
YES: Final = pgettext_lazy("cell", "yes")
NO: Final = pgettext_lazy("cell", "no")
NONE: Final = pgettext_lazy("cell", "none")
OR: Final = pgettext_lazy("cell", " or ")
NOT: Final = pgettext_lazy("cell", "not %(what)s")


def say(column: Column, form: Form) -> str:
    """The form's words; a formula as it stands, nothing for a result that is still open."""
    match form:
        case {"kind": "any"}:
            return str(ANY)
        case {"kind": "formula", "text": text}:
            return str(text)
        case {"kind": "open"}:
            return ""
        case {"kind": "none"}:
            return str(NONE)
        case {"kind": "one", "value": value}:
            return column.called(value)
        case {"kind": "many", "values": values}:
            joined = pgettext("between two of a list", ", ").join(map(column.called, values))
            return joined or str(NONE)
        case {"kind": "number", "value": value}:
            return formats.exact(Decimal(value))
        case {"kind": "truth", "value": value}:
            return str(YES if value else NO)
    return _condition(column, form)


def _condition(column: Column, form: Form) -> str:
    if form["kind"] == "choice":
        said = [_value(column, each) for each in form["values"]]
    else:
        said = [part(each) for each in form["parts"]]
    unknown, negated = form.get("unknown"), form.get("negated")
    if negated and unknown and not said:
        return str(KNOWN)
    words = str(OR).join([*said, *([str(UNKNOWN)] if unknown else [])])
    return str(NOT) % {"what": words} if negated else words


def _value(column: Column, value: str) -> str:
    if column.kind == "truth" and value in ("true", "false"):
        return str(YES if value == "true" else NO)
    return column.called(value)
