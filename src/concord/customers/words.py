"""What attributes, levels and objections are called on pages."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from concord.customers.normal import places
from concord.ui import formats

ATTRIBUTE: Final[dict[str, str | Promise]] = {
    "name": _("Name"),
    "name_native": _("Name in its own script"),
    "name_latin": _("Name in Latin letters"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "birth_date": _("Date of birth"),
    "tax_id": _("Tax number"),
    "registration_id": _("Registration number"),
    "ids": _("Other numbers"),
    "phones": _("Phone"),
    "emails": _("E-mail"),
    "website": _("Website"),
    "street": _("Street"),
    "city": _("City"),
    "region": _("Region"),
    "postcode": _("Postcode"),
    "address": _("Address"),
    "country": _("Country"),
    "language": _("Language"),
    "industry": _("Industry"),
    "segment": _("Segment"),
    "notes": _("Notes"),
    "other": _("What else the systems say"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "domain": _("Internet domain"),
    "place": _("Postcode and city"),
    "kind": _("Person or organisation"),
}

SEGMENT: Final[dict[str, str | Promise]] = {
    "key": pgettext_lazy("segment", "Key customer"),
    "standard": pgettext_lazy("segment", "Standard"),
}

VERDICT: Final[dict[str, str | Promise]] = {
    "same": _("one customer"),
    "different": _("different customers"),
}

LEVEL: Final[dict[str, str | Promise]] = {
    "same": _("the same"),
    "native": _("the same in its own script"),
    "meaning": _("means the same"),
    "near": _("nearly the same"),
    "sound": _("sounds alike"),
    "acronym": _("short for it"),
    "extended": _("a word more"),
    "overlap": _("some words alike"),
    "different": _("another one"),
    "swapped": _("given and family name exchanged"),
    "misspelt": _("a slip of the pen"),
    "variant": _("another form of it"),
    "alike": _("a letter apart"),
    "partial": _("a part of it"),
    "initial": _("the initial fits"),
    "family changed": _("another family name"),
    "given differs": _("another given name"),
    "other script": _("in another script"),
    "shared": _("shared by many"),
    "postcode": _("the same postcode"),
    "city": _("the same city"),
    "street": _("the same street"),
    "partly": _("number and a part of the street"),
    "number": _("only the number is the same"),
    "district": _("near by: one city, or a postcode alike"),
    "differs": _("not the same"),
}

OBJECTION: Final[dict[str, str | Promise]] = {
    "name differs": _("The names differ."),
    "name is not the same": _("The names alone do not say so."),
    "generation differs": _("Senior and junior are two people."),
    "suffix on one side": _("Only one of them is called senior or junior."),
    "birth_date differs": _("The dates of birth differ."),
    "tax_id differs": _("The tax numbers differ."),
    "registration_id differs": _("The registration numbers differ."),
    "kind differs": _("One is a person, the other an organisation."),
    "country differs": _("They are in different countries."),
    "legal form differs": _("Their legal forms differ."),
    "another word in the name": _("One name has a word that the other lacks."),
    "another country in the name": _("Their names say different countries."),
    "a country in the name": _("One name says a country."),
    "nothing of their own agrees": _("Nothing that is theirs alone agrees."),
    "another site": _("They are two sites, not one."),
    "another entity of the group": _("They may be two companies of one group."),
}

# Why two are asked about although they agree enough to be one customer by themselves.
HELD: Final[dict[str, str | Promise]] = {
    "too many entries": _("Together they would have so many entries that a person decides."),
    "fits another": _("One of them fits somebody else as well, who cannot be the other."),
    "may be either": _("They may be either of two that are not one."),
    "shared in many houses": _("What they share is used at many addresses."),
    "said to be different": _("Somebody said of two of their entries that they are different."),
    "two entries contradict": _("Two of their entries contradict each other."),
    "few entries agree": _("Most of their entries do not agree with each other."),
    "nothing but the name": _("However rare the name is, nothing beside it agrees."),
}
# The same in a list.
HELD_SHORT: Final[dict[str, str | Promise]] = {
    "too many entries": _("Very many entries"),
    "fits another": _("Fits somebody else, too"),
    "may be either": _("May be either of two"),
    "shared in many houses": _("Shared at many addresses"),
    "said to be different": _("Said to be different"),
    "two entries contradict": _("Two entries contradict"),
    "few entries agree": _("Few entries agree"),
    "nothing but the name": _("Nothing but the name"),
}


def attribute(name: str) -> str:
    """The words for an attribute or a compared field; ids by their scheme."""
    if name.startswith("id "):
        return name.removeprefix("id ").upper()
    return str(ATTRIBUTE.get(name, name))


def country(text: str) -> str:
    """A country by its name in the reader's language, however it was written; else as it was."""
    return str(formats.locale().territories.get(places.country(text), text))


def segment(text: str) -> str:
    """A segment that the demo and the guide name, in the reader's language; else as it was said."""
    return str(SEGMENT.get(text, text))


def level(name: str) -> str:
    return str(LEVEL.get(name, name))


def objection(name: str) -> str:
    if name.startswith("id "):
        return str(_("A number of one register differs."))
    return str(HELD.get(name) or OBJECTION.get(name, name))


def verdict(said: str) -> str:
    """What was decided of two customers."""
    return str(VERDICT.get(said, said))
