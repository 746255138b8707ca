"""What a column may mean, in a person's words: the choices of the form, group by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concord.customers import words as customer_words
from concord.customers.survivorship import ATTRIBUTES, KEYED
from concord.kernel.words import say
from concord.records import types
from concord.records.drafts.plan import PERSONAL, Plan
from concord.records.forms import label_of
from concord.records.types import RecordType

PART_WORDS: Final[Mapping[str, str | Promise]] = {
    "customer": gettext_lazy("A customer"),
    "contact": gettext_lazy("A person who works there"),
    "record": gettext_lazy("Something that happened with them, or is owed"),
    "line": gettext_lazy("A line of it"),
    "allocation": gettext_lazy("What a payment settles"),
}
_LINE: Final[Mapping[str, str | Promise]] = {
    "key": gettext_lazy("Number of the line"),
    "product": gettext_lazy("Product"),
    "quantity": gettext_lazy("Quantity"),
    "unit_price": gettext_lazy("Price of one"),
    "amount": gettext_lazy("Amount of the line"),
}
_ALLOCATION: Final[Mapping[str, str | Promise]] = {
    "key": gettext_lazy("Its own number"),
    "payment": gettext_lazy("Number of the payment"),
    "invoice": gettext_lazy("Number of the invoice"),
    "amount": gettext_lazy("Amount settled"),
    "at": gettext_lazy("Settled on"),
}
_RECORD: Final = ("subject", "opened", "due", "closed", "status", "amount", "currency", "owner")


@dataclass(frozen=True, slots=True)
class Group:
    """Choices under one heading: what a mapping calls them, and their words."""

    words: str
    choices: tuple[tuple[str, str], ...]


def groups(plan: Plan) -> list[Group]:
    """All that a column may mean in this plan."""
    found = []
    for part in PERSONAL:
        if plan.has(part):
            found.append(Group(str(PART_WORDS[part]), tuple(_personal(part))))
    declared = declared_of(plan)
    if plan.has("record"):
        found.append(Group(say(declared.words), tuple(_record(plan, declared))))
    if plan.has("line"):
        choices = [(f"line.{name}", str(words)) for name, words in _LINE.items()]
        if not plan.has("record"):
            number = _("%(type)s number") % {"type": say(declared.words)}
            choices.insert(0, ("line.record", number))
        found.append(Group(str(PART_WORDS["line"]), tuple(choices)))
    if plan.has("allocation"):
        choices = [(f"allocation.{name}", str(words)) for name, words in _ALLOCATION.items()]
        found.append(Group(str(PART_WORDS["allocation"]), tuple(choices)))
    return found


def declared_of(plan: Plan) -> RecordType:
    """The type of the plan's records, or the first there is where that one is gone."""
    known = types.all_types()
    return known.get(plan.record_type) or next(iter(known.values()))


def words_of(plan: Plan, meaning: str) -> str:
    """A meaning in words, with whose it is."""
    for group in groups(plan):
        for key, words in group.choices:
            if key == meaning:
                return words
    return meaning


def has_label(meaning: str) -> bool:
    part, _dot, name = meaning.partition(".")
    return part in PERSONAL and name in KEYED


def _personal(part: str) -> list[tuple[str, str]]:
    number = _("Number of the customer") if part == "customer" else _("Number of the person")
    choices = [(f"{part}.key", number)]
    if part == "contact":
        choices += [
            ("contact.title", _("Position there")),
            ("contact.since", _("Works there since")),
            ("contact.until", _("Worked there until")),
        ]
    for name in ATTRIBUTES:
        words = customer_words.attribute(name)
        if name == "ids":
            words = _("Another number of theirs …")
        if name == "other":
            words = _("Something else, under its own name …")
        choices.append((f"{part}.{name}", words))
    if part == "customer":
        choices.append((f"{part}.kind", customer_words.attribute("kind")))
    return [*choices, (f"{part}.unit", _("Business unit"))]


def _record(plan: Plan, declared: RecordType) -> list[tuple[str, str]]:
    type_words = say(declared.words)
    choices = [("record.key", _("%(type)s number") % {"type": type_words})]
    if not plan.has("customer"):
        choices.append(("record.customer", _("Number of the customer")))
    for name in _RECORD:
        words = _("Currency") if name == "currency" else label_of(declared, name)
        choices.append((f"record.{name}", words))
    choices += [(f"record.set.{item.key}", say(item.words)) for item in declared.fields]
    return [
        *choices,
        ("record.parent", _("Belongs to (number of another record)")),
        ("record.unit", _("Business unit")),
    ]
