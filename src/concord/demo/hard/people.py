"""Persons who look like one another, and one person who looks like several."""

from __future__ import annotations

import random
from datetime import date
from typing import Final

from concord.demo import words
from concord.demo.customers import Address
from concord.demo.hard.real import Real, some_systems
from concord.demo.identifiers import landline, mobile, tax_id
from concord.demo.names import CompanyName, PersonName, company_name, fold, person_name
from concord.demo.population import WEBMAIL, an_address

LANDS: Final = ("KR", "TW", "CN", "US", "GB", "DE", "SE")
TELL: Final = frozenset({"accounting", "sales"})
TWINS: Final = (
    ("Marie", "Maria"), ("Jan", "Jana"), ("Christian", "Christina"), ("Daniel", "Daniela"),
    ("Julia", "Julian"), ("Karl", "Karla"), ("Anna", "Hanna"), ("Eric", "Erica"),
    ("Emma", "Emil"), ("Tim", "Tom"), ("Laura", "Lara"), ("Stefan", "Stefanie"),
    ("Karin", "Karina"), ("Marian", "Marion"), ("Jasmin", "Jasmina"), ("Lena", "Lana"),
)  # fmt: skip
# Hanja and hanzi of one sound: a Latin spelling does not tell whose it is.
ONE_SPELLING: Final = {
    "KR": (("Jung", "Soo-yeon", "정수연", "정수영"), ("Kim", "Ji-won", "김지원", "김지완"),
           ("Lee", "Ha-eun", "이하은", "이하윤"), ("Park", "Seo-jin", "박서진", "박서준")),
    "TW": (("Li", "Wen-hua", "李文華", "李雯華"), ("Chen", "Yi-jun", "陳怡君", "陳宜君"),
           ("Lin", "Zhi-ming", "林志明", "林致銘"), ("Wang", "Jia-hao", "王家豪", "王嘉浩")),
    "CN": (("Zhang", "Wei", "张伟", "张薇"), ("Wang", "Jing", "王静", "王晶"),
           ("Li", "Ting", "李婷", "李廷"), ("Liu", "Yang", "刘洋", "刘阳")),
}  # fmt: skip


def household(serial: int, rng: random.Random) -> list[Real]:
    """Two to four of one family: address, landline and mailbox in common."""
    country = rng.choice(LANDS)
    family = rng.randrange(18)
    home = an_address(country, rng)
    line = landline(country, home.place.area, serial)
    office = f"family.{serial}@{WEBMAIL[serial % 3]}"
    names: list[PersonName] = []
    while len(names) < rng.randint(2, 4):
        name = person_name(country, rng, family)
        if name.given not in {other.given for other in names}:
            names.append(name)
    return [
        a_person(serial, n, name, country, home, rng, line=line, office=office)
        for n, name in enumerate(names)
    ]


def twins(serial: int, rng: random.Random) -> list[Real]:
    """One birthday, one roof, and names of which one looks like the other with a slip."""
    country = rng.choice(("KR", "TW", "US", "GB", "DE", "SE"))
    home = an_address(country, rng)
    line = landline(country, home.place.area, serial)
    office = f"twins.{serial}@{WEBMAIL[serial % 3]}"
    born = date(rng.randint(1960, 2004), rng.randint(1, 12), rng.randint(1, 28))
    if country in {"KR", "TW"}:
        one = person_name(country, rng, serial)
        other = person_name(country, rng, serial)
        while other.given == one.given:
            other = person_name(country, rng, serial)
    else:
        family = rng.choice(words.LATIN_FAMILIES)
        one, other = (PersonName(given, family) for given in rng.choice(TWINS))
    return [
        a_person(serial, n, name, country, home, rng, line=line, office=office, born=born)
        for n, name in enumerate((one, other))
    ]


def senior_and_junior(serial: int, rng: random.Random) -> list[Real]:
    """One name, one house, one landline. Accounting and sales know them apart by suffix or date."""
    country = rng.choice(("US", "GB", "DE"))
    home = an_address(country, rng)
    base = person_name(country, rng)
    line = landline(country, home.place.area, serial)
    suffixes = ("Sr.", "Jr.") if rng.random() < 0.5 else ("", "")
    return [
        a_person(
            serial, n, PersonName(base.given, base.family, "", suffix), country, home, rng,
            line=line, office=f"{fold(base.family).lower()}.{serial}@{WEBMAIL[0]}",
            born=date(year, rng.randint(1, 12), rng.randint(1, 28)),
        )
        for n, (suffix, year) in enumerate(zip(suffixes, (1951, 1982), strict=True))
    ]  # fmt: skip


def senior_and_junior_without_dates(serial: int, rng: random.Random) -> list[Real]:
    """As above, and nobody knows when they were born: the suffix alone tells them apart."""
    both = senior_and_junior(serial, rng)
    for real, suffix in zip(both, ("Sr.", "Jr."), strict=True):
        assert isinstance(real.name, PersonName)
        real.name = PersonName(real.name.given, real.name.family, "", suffix)
        real.born = None
        real.tax_id = ""
    return both


def common_name(serial: int, rng: random.Random) -> list[Real]:
    """Four persons of one name in one city, who never heard of each other."""
    country = rng.choice(("KR", "TW", "CN", "US", "GB"))
    name = person_name(country, rng)
    place = rng.choice(words.PLACES[country])
    return [
        a_person(serial, n, name, country, an_address(country, rng, place), rng) for n in range(4)
    ]


def one_spelling(serial: int, rng: random.Random) -> list[Real]:
    """Two colleagues whose names are one in Latin letters, behind one switchboard."""
    country = rng.choice(tuple(ONE_SPELLING))
    family, given, *natives = rng.choice(ONE_SPELLING[country])
    firm = an_address(country, rng)
    line = landline(country, firm.place.area, serial)
    return [
        a_person(
            serial, n, PersonName(given, family, native), country, firm, rng, line=line,
            office=f"office@{family.lower()}-{serial}.example",
        )
        for n, native in enumerate(natives)
    ]  # fmt: skip


def freelancers(serial: int, rng: random.Random) -> list[Real]:
    """Four persons and the firm that lets them their desks: one address, one line, one mailbox."""
    country = rng.choice(LANDS)
    house = an_address(country, rng)
    line = landline(country, house.place.area, serial)
    office = f"desk@loft-{serial}.example"
    found = [
        a_person(
            serial, n, person_name(country, rng), country, house, rng, line=line, office=office
        )
        for n in range(4)
    ]
    named = company_name(country, serial)
    host = CompanyName(f"{named.latin.split()[0]} Loft", "", country)
    found.append(
        Real(
            f"{serial}-host", host, house, country, line=line, office=office,
            website=f"www.loft-{serial}.example", tax_id=tax_id(country, serial + 9),
            systems=some_systems(rng), always=TELL,
        )
    )  # fmt: skip
    return found


def moved(serial: int, rng: random.Random) -> list[Real]:
    """Half of the systems know the new flat, the other half the old one, where somebody else
    lives by now: with the old landline, and often with the family name of half the city."""
    country = rng.choice(LANDS)
    old, new = an_address(country, rng), an_address(country, rng)
    family = rng.randrange(18)
    name, other = person_name(country, rng, family), person_name(country, rng, family)
    while other.given == name.given:
        other = person_name(country, rng, family)
    line = landline(country, old.place.area, serial)
    who = a_person(serial, 0, name, country, new, rng)
    who.before = a_person(serial, 0, name, country, old, rng, line=line, born=who.born)
    tenant = a_person(serial, 1, other, country, old, rng, line=line)
    return [who, tenant]


def recycled_number(serial: int, rng: random.Random) -> list[Real]:
    """A mobile number that was given back, and given to somebody else of the city."""
    country = rng.choice(LANDS)
    place = rng.choice(words.PLACES[country])
    family = rng.randrange(18)
    name, other = person_name(country, rng, family), person_name(country, rng, family)
    while other.given == name.given:
        other = person_name(country, rng, family)
    first = a_person(serial, 0, name, country, an_address(country, rng, place), rng)
    second = a_person(serial, 1, other, country, an_address(country, rng, place), rng)
    second.phone = first.phone
    return [first, second]


def typing_errors(serial: int, rng: random.Random) -> list[Real]:
    """One person, hastily typed everywhere: none should be lost, and none joined with a sister."""
    country = rng.choice(("US", "GB", "DE", "SE"))
    family = rng.randrange(18)
    home = an_address(country, rng)
    one, other = person_name(country, rng, family), person_name(country, rng, family)
    while other.given == one.given:
        other = person_name(country, rng, family)
    found = [
        a_person(
            serial, n, name, country, home, rng, line=landline(country, home.place.area, serial)
        )
        for n, name in enumerate((one, other))
    ]
    for real in found:
        real.slips, real.always = 0.4, frozenset()
    return found


def a_person(
    serial: int,
    number: int,
    name: PersonName,
    country: str,
    address: Address,
    rng: random.Random,
    **given: object,
) -> Real:
    """Somebody with a mobile number and a mailbox of their own."""
    who = f"{fold(name.given)}.{fold(name.family)}".lower().replace(" ", "")
    real = Real(
        f"{serial}-{number}", name, address, country,
        phone=mobile(country, serial + number, 0),
        mailbox=f"{who}{serial + number}@{rng.choice(WEBMAIL)}",
        tax_id=tax_id(country, serial + number, person=True),
        born=date(rng.randint(1940, 2004), rng.randint(1, 12), rng.randint(1, 28)),
        systems=some_systems(rng), always=TELL,
    )  # fmt: skip
    for attribute, value in given.items():
        setattr(real, attribute, value)
    return real
