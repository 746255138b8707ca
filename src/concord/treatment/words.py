"""The answer in a person's words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from concord.facts.fact import UNKNOWN
from concord.facts.own import fact as fact_of
from concord.facts.say import say_value
from concord.kernel.models import Company
from concord.kernel.words import say
from concord.treatment import sentences
from concord.treatment.answer import Answer, Extra
from concord.treatment.inputs import ELSEWHERE, KnownFact
from concord.treatment.requests import RequestField
from concord.treatment.values import Scalar, from_json
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
    "new": pgettext_lazy("customer", "new"),
    "dormant": gettext_lazy("dormant"),
}

CHANNELS: Final = {
    "page": gettext_lazy("A page"),
    "command": gettext_lazy("The command line"),
    "api": gettext_lazy("Another system (API)"),
    "watch": gettext_lazy("Tell me when it clears"),
    "kept": gettext_lazy("Did we keep our word"),
}


def labelled(label: str, text: str) -> str:
    """`label: text`, with the reader's punctuation."""
    return _("%(label)s: %(text)s") % {"label": label, "text": text}


def listed(items: Iterable[str]) -> str:
    """One after the other, with the reader's punctuation."""
    return pgettext("between two of a list", ", ").join(items)


def act_words(act: str) -> str:
    return str(ACTS.get(act, act))


def headline(answer: Answer) -> str:
    """What to do, in one line: the one large thing of the page."""
    to = sentences.capital(say(answer.to_words))  # it begins the sentence
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
            return _("Not yet. Pass them to %(to)s.") % {"to": say(answer.to_words)}
        case "decline":
            return _("No, not now. %(to)s explains it.") % {"to": to}
    return _("One question first.")


def tone(answer: Answer) -> str:
    """The colour that goes with the word: go, route, stop, first, none."""
    if answer.act == "go_ahead" and answer.priority == 1:
        return "first"
    return TONES.get(answer.act, "none")


def fact_value(fact: KnownFact, currency: str = "") -> str:
    """The value as a person reads it; "hidden" and "not known" are said, never left empty."""
    if fact.state == "hidden":
        return _("hidden")
    declared = fact_of(ELSEWHERE.get(fact.key, fact.key))
    value = UNKNOWN if fact.state == "unknown" else fact.value
    if declared.is_money and not currency:
        currency = Company.load().currency
    return say_value(declared, value, currency=currency)


def field_value(field: RequestField, value: Scalar) -> str:
    """A field of a request as a person reads it; None is what the reader may not see."""
    match value:
        case None:
            return _("hidden")
        case bool():
            return _("yes") if value else _("no")
        case date():
            return formats.long_day(value)
        case int() | Decimal():
            is_money = field.type == "money"
            return formats.money(value, Company.load().currency) if is_money else str(value)
    return say((field.choices or {}).get(str(value), {"en": str(value)}))


def result_value(each: Extra) -> str:
    """What a column of the company's own says, as a person reads it."""
    match each.value:
        case _value if each.value_words:
            return say(each.value_words)
        case bool():
            return _("yes") if each.value else _("no")
        case int() | Decimal():
            return formats.exact(Decimal(each.value))
        case date():
            return formats.long_day(each.value)
        case list():
            return listed(each.value)
    return str(each.value)


PARTS: Final = {
    "id": gettext_lazy("its id"),
    "state": gettext_lazy("whether it asks"),
    "act": gettext_lazy("what to do"),
    "to": gettext_lazy("who answers for it"),
    "person": gettext_lazy("whom it names"),
    "person_name": gettext_lazy("whom it names"),
    "priority": gettext_lazy("how soon"),
    "urgency": gettext_lazy("how urgent"),
    "benefits": gettext_lazy("what they get beyond it"),
    "say": gettext_lazy("what to say"),
    "messages": gettext_lazy("what to say"),
    "question": gettext_lazy("what it asks"),
    "standing": gettext_lazy("standing"),
    "value": gettext_lazy("kind of customer"),
    "rules": gettext_lazy("our rules"),
    "deciding": gettext_lazy("what the rules looked at"),
    "notes": gettext_lazy("what else to mind"),
    "results": gettext_lazy("what else the policy says"),
}


def part_words(key: str) -> str:
    """A part of a treatment as people call it."""
    return str(PARTS.get(key, key))


def part_text(key: str, value: Any) -> str:
    """What a part of a logged treatment says, in one line; words in the reader's language."""
    match key, value:
        case "act", str():
            return act_words(value)
        case _key, None | "" | []:
            return _("nothing")
        case "say", dict():
            return say(value)
        case "notes", list():
            return listed(say(each) for each in value)
        case "results", dict():
            said = {name: from_json(each) for name, each in value.items()}
            return listed(labelled(name, str(each)) for name, each in said.items())
        case _key, list():
            return listed(str(each) for each in value)
    return str(value)
