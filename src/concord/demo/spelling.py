"""How each of the six systems spells one and the same customer.

Accounting: capitals, abbreviated, Latin letters only. Support: what somebody typed. Shipping: what
stands on the parcel, in the customer's own script. Engineering: short names and initials.
Scheduling: a Korean product that knows no simplified Chinese and no umlauts. Sales: the full name.
"""

import random

from concord.demo.customers import Customer, Profile
from concord.demo.names import (
    LATIN_FORMS,
    NATIVE_FORMS,
    CompanyName,
    abbreviated,
    fold,
    full_width,
    mistyped,
    mojibake,
)
from concord.demo.numbers import Numbers

SOURCES = ("accounting", "sales", "support", "shipping", "engineering", "scheduling")
DUPLICATES = {
    "accounting": 0.015, "sales": 0.04, "support": 0.05, "shipping": 0.05, "engineering": 0.02,
    "scheduling": 0.03,
}  # fmt: skip


def register(customer: Customer, rng: random.Random, numbers: Numbers) -> None:
    """Enter the customer into the systems that know it; some enter it twice."""
    for source in customer.systems:
        profiles = [_profile(customer, source, rng, numbers)]
        if rng.random() < DUPLICATES[source]:
            profiles.append(_again(customer, profiles[0], rng, numbers))
        customer.profiles[source] = profiles
    for contact in customer.contacts:
        if "support" in customer.profiles and rng.random() < 0.75:
            contact.keys["support"] = numbers.next("contact")
        if "sales" in customer.profiles and rng.random() < 0.75:
            contact.keys["sales"] = numbers.next("sales_contact")


def _profile(customer: Customer, source: str, rng: random.Random, numbers: Numbers) -> Profile:
    return _SPELLERS[source](customer, rng, numbers)


def _again(customer: Customer, first: Profile, rng: random.Random, numbers: Numbers) -> Profile:
    """A second entry in the same system: another number, the rest nearly alike."""
    second = _profile(customer, first.source, rng, numbers)
    second.name = mistyped(first.name, rng) if rng.random() < 0.5 else second.name
    match rng.randrange(3):
        case 0:
            second.email = ""
        case 1:
            second.tax_id = ""
        case _:
            second.street = ""
    return second


def _accounting(customer: Customer, rng: random.Random, numbers: Numbers) -> Profile:
    formal = _latin(customer, rng)
    if isinstance(customer.name, CompanyName):
        mailbox = f"ap@{customer.email.partition('@')[2]}"
    else:
        formal = f"{customer.name.family} {customer.name.given} {customer.name.suffix}".strip()
        mailbox = customer.email
    return Profile(
        "accounting",
        numbers.next("debtor"),
        abbreviated(formal),
        fold(customer.address.street).upper(),
        fold(customer.address.place.latin).upper(),
        customer.address.postcode,
        customer.phone.spaced,
        mailbox if rng.random() < 0.7 else "",
        customer.tax_id if rng.random() < 0.9 else "",
    )


def _sales(customer: Customer, rng: random.Random, numbers: Numbers) -> Profile:
    return Profile(
        "sales",
        numbers.next("company"),
        customer.name.formal,
        customer.address.street,
        customer.address.place.latin,
        customer.address.postcode,
        customer.phone.international,
        customer.email if rng.random() < 0.8 else "",
        customer.tax_id if rng.random() < 0.55 else "",
        customer.name.formal_native if rng.random() < 0.8 else "",
    )


def _support(customer: Customer, rng: random.Random, numbers: Numbers) -> Profile:
    name = customer.name.latin
    if customer.name.native and rng.random() < 0.3:
        name = customer.name.native
    elif rng.random() < 0.35:
        name = _latin(customer, rng)
    if rng.random() < 0.06:
        name = mistyped(name, rng)
    return Profile(
        "support",
        numbers.next("account"),
        name,
        "",
        customer.address.place.latin,
        "",
        customer.phone.plain if rng.random() < 0.5 else customer.phone.national,
        customer.email if rng.random() < 0.75 else "",
        "",
    )


def _shipping(customer: Customer, rng: random.Random, numbers: Numbers) -> Profile:
    address = customer.address
    name, street, city = customer.name.formal, address.street, address.place.latin
    if customer.name.native and rng.random() < 0.85:
        name, street, city = _native(customer, rng), address.street_native, address.place.native
    chance = rng.random()
    if chance < 0.03 and name.isascii():
        name = full_width(name)
    elif chance < 0.5 and customer.country in {"DE", "SE"}:
        name, street, city = mojibake(name), mojibake(street), mojibake(city)
    return Profile(
        "shipping",
        numbers.next("consignee"),
        name,
        street,
        city,
        address.postcode,
        customer.phone.national,
        "",
        customer.tax_id if rng.random() < 0.2 else "",
    )


def _engineering(customer: Customer, rng: random.Random, numbers: Numbers) -> Profile:
    number = numbers.next("engineering")
    initials = customer.name.initials
    name = initials if rng.random() < 0.3 else customer.name.latin
    return Profile(
        "engineering",
        f"{initials}-{number}",
        name,
        "",
        customer.address.place.latin,
        "",
        customer.phone.international if rng.random() < 0.7 else "",
        customer.email,
        customer.tax_id if rng.random() < 0.25 else "",
    )


def _scheduling(customer: Customer, rng: random.Random, numbers: Numbers) -> Profile:
    address = customer.address
    name, street, city = customer.name.latin, address.street, address.place.latin
    if customer.country == "KR":
        name = _native(customer, rng)
        street, city = address.street_native, address.place.native
    return Profile(
        "scheduling",
        numbers.next("scheduling"),
        fold_unless_korean(name, customer.country),
        fold_unless_korean(street, customer.country),
        fold_unless_korean(city, customer.country),
        address.postcode,
        customer.phone.national if rng.random() < 0.9 else "",
        customer.email if rng.random() < 0.4 else "",
        "",
    )


_SPELLERS = {
    "accounting": _accounting,
    "sales": _sales,
    "support": _support,
    "shipping": _shipping,
    "engineering": _engineering,
    "scheduling": _scheduling,
}


def fold_unless_korean(text: str, country: str) -> str:
    """What an encoding for Korean can hold: hangul as it is, other letters without marks."""
    return text if country == "KR" else fold(text)


def _latin(customer: Customer, rng: random.Random) -> str:
    if isinstance(customer.name, CompanyName):
        form = rng.choice(LATIN_FORMS[customer.country])
        return f"{customer.name.latin} {form}".replace(" ,", ",")
    return customer.name.latin


def _native(customer: Customer, rng: random.Random) -> str:
    if isinstance(customer.name, CompanyName) and customer.name.native:
        return rng.choice(NATIVE_FORMS[customer.country]).format(customer.name.native)
    return customer.name.native or customer.name.latin
