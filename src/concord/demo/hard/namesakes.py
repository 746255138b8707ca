"""Persons of one name, or of nearly one, whom little tells apart."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any, Final

from concord.demo import words
from concord.demo.hard.people import a_person
from concord.demo.hard.real import SYSTEMS, Real, some_systems
from concord.demo.identifiers import landline
from concord.demo.names import CompanyName, PersonName, fold, person_name
from concord.demo.population import WEBMAIL, an_address

COUPLES: Final = (
    ("John", "Jane"), ("Michael", "Mary"), ("Karl", "Karin"), ("Stefan", "Sabine"),
    ("Robert", "Rita"), ("Peter", "Petra"), ("Anders", "Anna"), ("Luis", "Luisa"),
)  # fmt: skip
SIBLINGS: Final = (
    ("Lukas", "Laura"), ("Tim", "Tom"), ("Anna", "Anne"), ("Jan", "Jana"), ("Leon", "Lena"),
    ("Maria", "Marie"), ("Erik", "Erika"), ("Sara", "Clara"), ("Julia", "Julie"), ("Max", "Mia"),
)  # fmt: skip
GENERATIONS: Final = (
    ("Sr.", "Jr."), ("I", "II"), ("II", "III"), ("", "II"), ("", "2nd"), ("", "Filho"),
    ("", "Neto"), ("sen.", "jun."), ("", "jun."), ("père", "fils"), ("", "hijo"), ("Snr", "Jnr"),
)  # fmt: skip
FILLED: Final[tuple[dict[str, Any], ...]] = (
    {"birth_date": "1900-01-01"}, {"birth_date": "1970-01-01"}, {"tax_id": "000-00-0000"},
    {"tax_id": "99999999"}, {"ids": {"passport": "999999999"}}, {"emails": ["test@test.com"]},
    {"emails": ["noemail@example.com"]}, {"phones": ["000-000-0000"]},
    {"phones": ["555-555-5555"]}, {"phones": ["1234567890"]}, {"ids": {"ssn": "123-45-6789"}},
    {"birth_date": "1900-01-01", "tax_id": "999-99-9999", "emails": ["none@none.com"]},
    {"emails": ["unknown@unknown.com"], "phones": ["999 999 9999"]}, {"tax_id": "n/a"},
)  # fmt: skip


def father_and_son(serial: int, rng: random.Random) -> list[Real]:
    """One name, one house, no suffix, no dates: their mobile numbers and mailboxes alone differ."""
    country = rng.choice(("US", "GB", "DE", "SE", "KR"))
    home = an_address(country, rng)
    name = person_name(country, rng)
    return [a_person(serial, n, name, country, home, rng, born=None, tax_id="") for n in range(2)]


def generations(serial: int, rng: random.Random) -> list[Real]:
    """The son bears his father's name, with a word that each language has of its own."""
    country = rng.choice(("US", "GB", "DE", "SE"))
    home = an_address(country, rng)
    base = person_name(country, rng)
    line = landline(country, home.place.area, serial)
    return [
        a_person(
            serial, n, replace(base, suffix=suffix), country, home, rng, line=line,
            office=f"{fold(base.family).lower()}.{serial}@{WEBMAIL[0]}",
            born=date(year, rng.randint(1, 12), rng.randint(1, 28)) if rng.random() < 0.5 else None,
        )
        for n, (suffix, year) in enumerate(zip(rng.choice(GENERATIONS), (1951, 1982), strict=True))
    ]  # fmt: skip


def siblings(serial: int, rng: random.Random) -> list[Real]:
    """Names and birthdays that look like each other with a slip: the fourth of March, the third of
    April."""
    country = rng.choice(("US", "GB", "DE", "SE"))
    home = an_address(country, rng)
    line = landline(country, home.place.area, serial)
    month, day = rng.sample(range(1, 13), 2)
    year, family = rng.randint(1960, 2004), rng.choice(words.LATIN_FAMILIES)
    return [
        a_person(
            serial, n, PersonName(given, family), country, home, rng, line=line, born=born,
            office=f"family.{serial}@{WEBMAIL[serial % 3]}",
        )
        for n, (given, born) in enumerate(
            zip(
                rng.choice(SIBLINGS),
                (date(year, month, day), date(year + rng.choice((0, 0, 1)), day, month)),
                strict=True,
            )
        )
    ]  # fmt: skip


def couple(serial: int, rng: random.Random) -> list[Real]:
    """Husband and wife of one initial, with one phone, one mailbox and one tax number."""
    country = rng.choice(("US", "GB", "DE", "SE"))
    home = an_address(country, rng)
    line = landline(country, home.place.area, serial)
    family, both = rng.choice(words.LATIN_FAMILIES), rng.choice(COUPLES)
    found = [
        a_person(
            serial, n, PersonName(given, family), country, home, rng, line=line, mailbox="",
            office=f"{fold(family).lower()}.{serial}@{WEBMAIL[serial % 3]}", phone=None,
            spellings=(
                f"{given} {family}", f"{given} {family}", f"{family} {given}".upper(),
                f"{given[0]}. {family}",
            ),
        )
        for n, given in enumerate(both)
    ]  # fmt: skip
    together = replace(found[0], entity=f"{serial}-both", born=None, tax_id="")
    together.spellings = (f"{both[0]} & {both[1]} {family}", f"{both[0]} und {both[1]} {family}")
    found.append(together)
    if rng.random() < 0.5:
        found[1].tax_id = found[0].tax_id
    for real in found[:2]:
        real.always = frozenset({"accounting"})
    return found


def colleagues(serial: int, rng: random.Random) -> list[Real]:
    """Namesakes at one company: its switchboard, its address, its domain; mailboxes of their own,
    of which one has a number behind the name."""
    country = rng.choice(("KR", "TW", "CN", "US", "DE"))
    firm = an_address(country, rng)
    name = person_name(country, rng)
    who = f"{fold(name.given)}.{fold(name.family)}".lower().replace(" ", "")
    return [
        a_person(
            serial, n, name, country, firm, rng, line=landline(country, firm.place.area, serial),
            mailbox=f"{who}{n or ''}@works-{serial}.example", tax_id="",
        )
        for n in range(2)
    ]  # fmt: skip


def practice(serial: int, rng: random.Random) -> list[Real]:
    """Doctors of one practice, two of them of one family: one phone, one mailbox, one address."""
    country = rng.choice(("DE", "US", "GB", "SE"))
    house = an_address(country, rng)
    line = landline(country, house.place.area, serial)
    given = rng.choice(SIBLINGS)
    family = rng.choice(words.LATIN_FAMILIES)
    names = [PersonName(each, family) for each in given]
    names += [person_name(country, rng) for _ in range(2)]
    found = [
        a_person(
            serial, n, name, country, house, rng, line=line, phone=None, mailbox="", tax_id="",
            office=f"praxis@doctors-{serial}.example",
            spellings=(f"Dr. {name.latin}", f"Dr. med. {name.latin}", name.latin),
        )
        for n, name in enumerate(names)
    ]  # fmt: skip
    house_of = CompanyName(f"Praxis {family}", "", country)
    found.append(
        Real(
            f"{serial}-house", house_of, house, country, line=line,
            office=f"praxis@doctors-{serial}.example", systems=some_systems(rng),
        )
    )  # fmt: skip
    return found


def turned(serial: int, rng: random.Random) -> list[Real]:
    """Given and family name change places from system to system; a cousin lives next door."""
    country = rng.choice(("KR", "TW", "CN", "US", "GB"))
    name, cousin = person_name(country, rng, serial), person_name(country, rng, serial)
    while cousin.given == name.given:
        cousin = person_name(country, rng, serial)
    home = an_address(country, rng)
    found = [a_person(serial, n, each, country, home, rng) for n, each in enumerate((name, cousin))]
    for real, one in zip(found, (name, cousin), strict=True):
        real.spellings = (f"{one.given} {one.family}", f"{one.family} {one.given}",
                          f"{one.family}, {one.given}", one.native or one.latin)  # fmt: skip
    return found


def filled_in(serial: int, rng: random.Random) -> list[Real]:
    """Three persons of one name in one city: a system that knows neither birthday nor number writes
    what it writes of everybody."""
    country = rng.choice(("US", "GB", "DE", "KR"))
    name = person_name(country, rng)
    place = rng.choice(words.PLACES[country])
    fills = rng.choice(FILLED)
    found = []
    for n in range(3):
        real = a_person(serial, n, name, country, an_address(country, rng, place), rng)
        real.fills, real.always = fills, frozenset({"accounting"})
        real.systems = SYSTEMS[:4]
        found.append(real)
    return found


def nameless(serial: int, rng: random.Random) -> list[Real]:
    """Customers of whom nobody wrote the name, at one address or behind one number of the many."""
    country = rng.choice(("US", "DE", "GB"))
    home = an_address(country, rng)
    said = rng.choice(("UNKNOWN", "n/a", "Test", "Cash Customer", "N.N.", "-", "Guest", "Walk In"))
    found = []
    for n in range(3):
        real = a_person(serial, n, PersonName("", ""), country, home, rng, born=None)
        real.mailbox, real.spellings = f"guest{serial + n}@{WEBMAIL[0]}", (said,)
        real.fills = rng.choice(FILLED)
        found.append(real)
    return found


def one_man_firm(serial: int, rng: random.Random) -> list[Real]:
    """Somebody and the firm that bears the name: one phone, one mailbox, one house."""
    country = rng.choice(("DE", "US", "GB"))
    home = an_address(country, rng)
    name = person_name(country, rng)
    owner = a_person(serial, 0, name, country, home, rng)
    form = {"DE": "e.K.", "US": "LLC", "GB": "Ltd"}[country]
    trade = rng.choice(("Painting", "Garden", "Transport", "Elektro", "IT"))
    firm = Real(
        f"{serial}-firm", CompanyName(f"{name.latin} {trade}", "", country, form=1), home, country,
        phone=owner.phone, mailbox=owner.mailbox, systems=some_systems(rng),
        spellings=(f"{name.latin} {form}", f"{name.family} {trade}", f"{name.latin} {trade}"),
    )  # fmt: skip
    return [owner, firm]
