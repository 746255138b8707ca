"""The answer in a person's words, in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concord.facts.catalogue import FACTS
from concord.kernel.models import Company
from concord.kernel.words import say
from concord.treatment.answer import Answer
from concord.treatment.inputs import ELSEWHERE, KnownFact
from concord.treatment.present import fact_words
from concord.treatment.values import Scalar
from concord.ui import formats

ACTS: Final = {
    "go_ahead": gettext_lazy("Go ahead"),
    "escalate": gettext_lazy("Take it now"),
    "not_yet": gettext_lazy("Not yet"),
    "pass_on": gettext_lazy("Pass on"),
    "decline": gettext_lazy("Decline"),
    "": gettext_lazy("One question first"),
}
TONES: Final = {
    "go_ahead": "go",
    "escalate": "first",
    "not_yet": "route",
    "pass_on": "stop",
    "decline": "stop",
}
STANDINGS: Final = {
    "on hold": gettext_lazy("on hold"),
    "watch": gettext_lazy("to be watched"),
    "good": gettext_lazy("in good standing"),
    "excellent": gettext_lazy("always pays"),
}
VALUES: Final = {
    "key": gettext_lazy("key customer"),
    "growing": gettext_lazy("growing"),
    "standard": gettext_lazy("standard"),
    "new": gettext_lazy("new"),
    "dormant": gettext_lazy("dormant"),
}


def act_words(act: str) -> str:
    return str(ACTS.get(act, act))


def headline(answer: Answer) -> str:
    """What to do, in one line: the one large thing of the page."""
    to = say(answer.to_words)
    match answer.act:
        case "go_ahead" if answer.priority == 1:
            return _("Go ahead, and first.")
        case "go_ahead":
            return _("Go ahead.")
        case "escalate":
            return _("Take it now. %(to)s acts at once.") % {"to": to}
        case "not_yet":
            return _("Not yet. %(to)s decides first.") % {"to": to}
        case "pass_on":
            return _("Not yet. Pass them to %(to)s.") % {"to": to}
        case "decline":
            return _("No, not now. %(to)s explains it.") % {"to": to}
    return _("One question first.")


def tone(answer: Answer) -> str:
    """The colour that goes with the word: go, route, stop, first, none."""
    if answer.act == "go_ahead" and answer.priority == 1:
        return "first"
    return TONES.get(answer.act, "none")


def fact_value(fact: KnownFact, currency: str = "") -> str:
    """The value as a person reads it; "hidden" and "unknown" are said, never left empty."""
    if fact.state == "hidden":
        return _("hidden")
    if fact.value is None:
        return _("unknown") if fact.state == "unknown" else "–"
    return scalar(fact.value, FACTS[ELSEWHERE.get(fact.key, fact.key)].shown, currency)


def scalar(value: Scalar, shown: str, currency: str = "") -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(value) or "–"
    if value is None or isinstance(value, str):
        return value or "–"
    if isinstance(value, date):
        return formats.day(value)
    if shown == "money":
        return formats.money(value, currency or Company.load().currency)
    text = formats.number(value)
    return _("%(count)s days") % {"count": text} if shown == "days" else text


def fact_line(fact: KnownFact) -> str:
    """One line without amounts, for places that anybody may read."""
    label = say(fact_words(fact.key))
    if FACTS[ELSEWHERE.get(fact.key, fact.key)].is_money:
        return label
    return f"{label}: {fact_value(fact)}"
