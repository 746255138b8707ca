"""Facts in a person's words: values, freshness, and why something is not known."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override, pgettext

from concord.facts.fact import Fact, FactValue, Unknown, Value
from concord.ui import formats

REASONS: Final = {
    "unobserved": gettext_lazy("It was first seen after that day."),
    "no_rate": gettext_lazy("An amount is in another currency, and no rate is known for its day."),
    "missing": gettext_lazy("A record lacks the value that counts here."),
    "untold": gettext_lazy("No source tells of it."),
}


def say_value(fact: Fact, value: Value, language: str | None = None, currency: str = "") -> str:
    """The value as a person reads it, in the language (default: the active one)."""
    if language is None:
        return _said(fact, value, currency)
    with override(language):
        return _said(fact, value, currency)


def _said(fact: Fact, value: Value, currency: str) -> str:
    match value:
        case Unknown():
            return _("not known")
        case None:
            return pgettext("fact", "none")
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(value) or pgettext("fact", "none")
        case date():
            return formats.long_day(value)
        case int() | Decimal():
            return _number(fact, value, currency)
    return str(value)


def _number(fact: Fact, value: int | Decimal, currency: str) -> str:
    text = formats.number(Decimal(value))
    match fact.shown:
        case "money":
            return formats.money(value, currency)
        case "days":
            return ngettext("%(count)s day", "%(count)s days", 1 if value == 1 else 2) % {
                "count": text
            }
        case "percent":
            return f"{text} %"
    return text


def say_freshness(value: FactValue, names: dict[str, str] | None = None) -> str:
    """Who tells of it and since when, or why it is not known. `names` are the sources' words."""
    if value.state == "unknown":
        return " ".join(str(REASONS[reason]) for reason in value.reasons)
    names = names or {}
    if value.state == "stale":
        late = ", ".join(names.get(key, key) for key in value.late_sources)
        return _("%(sources)s has not been heard for longer than promised.") % {"sources": late}
    if not value.sources:
        return _("No source tells of it.")
    told = ", ".join(names.get(key, key) for key in value.sources)
    return _("%(sources)s, last heard %(when)s.") % {"sources": told, "when": _ago(value)}


def _ago(value: FactValue) -> str:
    word: datetime | None = value.oldest_word
    return formats.ago(word)
