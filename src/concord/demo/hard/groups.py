"""Companies of one house, one number or one name that are not one company."""

from __future__ import annotations

import random
from typing import Final

from concord.demo import words
from concord.demo.hard.firms import a_firm
from concord.demo.hard.real import Real
from concord.demo.names import CompanyName, company_name, fold
from concord.demo.population import an_address

HOLDING: Final = ("{} Holding GmbH", "{} GmbH", "{} GmbH & Co. KG", "{} Verwaltungs GmbH",
                  "{} Immobilien GmbH & Co. KG", "{} Beteiligungs GmbH", "{} AG")  # fmt: skip
CHAIRS: Final = ("Physics", "Chemistry", "Physical Chemistry", "Biochemistry", "Mathematics",
                 "Computer Science", "Medicine", "Law", "Economics")  # fmt: skip
FUNDS: Final = ("I", "II", "III", "IV", "V", "VI")
SHIPS: Final = (("Maria", "Marie"), ("Anna", "Hanna"), ("Nordwind", "Nordstern"),
                ("Helena", "Helene"), ("Atlantic", "Atlantis"))  # fmt: skip
PLAIN: Final = ("Sunrise Cleaning", "First Baptist Church", "City Dental", "Main Street Auto",
                "Royal Restaurant", "Sky Travel", "Green Garden")  # fmt: skip


def holding(serial: int, rng: random.Random) -> list[Real]:
    """A family's companies at one address: the legal form, or a word, is all that tells them."""
    stem = f"{rng.choice(words.LATIN_FIRST)}{rng.choice(words.LATIN_SECOND)}".capitalize()
    if rng.random() < 0.5:
        stem += f" {rng.choice(words.LATIN_TRADES['DE'])}"
    house = an_address("DE", rng)
    found = [
        _written(
            a_firm(serial + n, rng, "DE", CompanyName(stem, "", "DE"), house), said.format(stem)
        )
        for n, said in enumerate(rng.sample(HOLDING, 4))
    ]
    return _one_desk(found)


def bank(serial: int, rng: random.Random) -> list[Real]:
    """Branches of a bank: one number in the register, one domain, and often the bank's name
    alone."""
    country = rng.choice(("DE", "GB", "US", "SE"))
    name = f"{rng.choice(words.PLACES[country]).latin} {rng.choice(('Bank', 'Savings', 'Trust'))}"
    found = []
    for n in range(5):
        house = an_address(country, rng)
        said = f"{name} {house.place.latin} Branch {n + 1}"
        branch = a_firm(serial + n, rng, country, CompanyName(said, "", country), house)
        branch.spellings = (said, said, f"{name} Branch {n + 1}", name)
        found.append(branch)
    for branch in found[1:]:
        branch.tax_id = found[0].tax_id
        branch.website, branch.office = found[0].website, found[0].office
    for branch in found:
        branch.registration_id = f"HRB {10_000 + serial}"
    return found


def stores(serial: int, rng: random.Random) -> list[Real]:
    """Stores of one brand, with the tax number and the domain of the group, and phones, houses and
    managers' mailboxes of their own; all are called alike."""
    country = rng.choice(("DE", "US", "KR", "JP"))
    brand = f"{company_name('DE', serial).latin.split()[0]} Market"
    domain = f"{fold(brand).lower().replace(' ', '-')}-{serial}.example"
    found = []
    for n in range(4):
        store = a_firm(serial + n, rng, country, CompanyName(brand, "", country))
        store.website, store.office, store.mailbox = f"www.{domain}", "", f"store{n}@{domain}"
        store.spellings = (f"{brand} #{100 + n}", f"{brand} {100 + n}", brand)
        found.append(store)
    for store in found[1:]:
        store.tax_id = found[0].tax_id
    return found


def agent(serial: int, rng: random.Random) -> list[Real]:
    """The address, the phone and the mailbox of who founds companies by the thousand."""
    country = rng.choice(("US", "GB"))
    house = an_address(country, rng)
    stem = f"{rng.choice(words.LATIN_FIRST)}{rng.choice(words.LATIN_SECOND)}".capitalize()
    found = [a_firm(serial + n, rng, country, address=house) for n in range(5)]
    for n in range(5, 10):
        name = CompanyName(f"{stem} Ventures {n - 4}", "", country)
        found.append(a_firm(serial + n, rng, country, name, house))
    return _one_desk(found)


def funds(serial: int, rng: random.Random) -> list[Real]:
    """Fund I, Fund II, Fund III: the same managers, the same office."""
    country = rng.choice(("US", "GB"))
    house = an_address(country, rng)
    stem = f"{rng.choice(words.LATIN_FIRST)}{rng.choice(words.LATIN_SECOND)}".capitalize()
    found = []
    for n, which in enumerate(rng.sample(FUNDS, 4)):
        fund = a_firm(
            serial + n,
            rng,
            country,
            CompanyName(f"{stem} Capital Fund {which}", "", country),
            house,
        )
        found.append(_written(fund, f"{stem} Capital Fund {which} LP"))
    return _one_desk(found)


def ships(serial: int, rng: random.Random) -> list[Real]:
    """A company for each ship, with names that look like each other with a slip."""
    house = an_address("DE", rng)
    found = [
        _written(
            a_firm(serial + n, rng, "DE", CompanyName(f"MS {ship}", "", "DE"), house),
            f"MS {ship} Schiffahrtsgesellschaft mbH & Co. KG",
        )
        for n, ship in enumerate(rng.choice(SHIPS))
    ]
    return _one_desk(found)


def houses(serial: int, rng: random.Random) -> list[Real]:
    """The owners of each house are a community of their own: one manager writes for them all."""
    house = an_address("DE", rng)
    street = rng.choice(words.STREETS["DE"])[0]
    found = []
    for n, number in enumerate(rng.sample(range(1, 60), 4)):
        name = CompanyName(f"WEG {street} {number}", "", "DE", form=1)
        owners = a_firm(serial + n, rng, "DE", name, house)
        owners.spellings = (f"WEG {street} {number}", f"Eigentümer {street} {number}")
        found.append(owners)
    return _one_desk(found)


def university(serial: int, rng: random.Random) -> list[Real]:
    """Departments of one university: its domain, its switchboard, its tax number."""
    country = rng.choice(("DE", "US", "GB", "SE"))
    whole = f"University of {rng.choice(words.PLACES[country]).latin}"
    house = an_address(country, rng)
    found = []
    for n, chair in enumerate(rng.sample(CHAIRS, 4)):
        name = CompanyName(f"{whole} {chair}", "", country, form=1)
        department = a_firm(serial + n, rng, country, name, house)
        department.spellings = (
            f"{whole}, Department of {chair}", f"{whole} Dept. of {chair}",
            f"Department of {chair}, {whole}",
        )  # fmt: skip
        found.append(department)
    for department in found[1:]:
        department.tax_id = found[0].tax_id
    return _one_desk(found)


def plants(serial: int, rng: random.Random) -> list[Real]:
    """Plant 1 and plant 2 of one company are served and invoiced each by itself."""
    country = rng.choice(("KR", "DE", "US", "TW"))
    base = company_name(country, serial)
    house = an_address(country, rng)
    found = []
    for n in range(3):
        native = f"{base.native} 제{n + 1}공장" if base.native and country == "KR" else ""
        said = f"{base.latin.split()[0]} Plant {n + 1}"
        plant = a_firm(serial + n, rng, country, CompanyName(said, native, country), house)
        plant.spellings = (said, said.upper(), native or f"{base.latin.split()[0]} Werk {n + 1}")
        found.append(plant)
    for plant in found[1:]:
        plant.tax_id = found[0].tax_id
    return _one_desk(found)


def plain_names(serial: int, rng: random.Random) -> list[Real]:
    """Four companies of a name that anybody might choose, in one town."""
    country = rng.choice(("US", "GB"))
    place = rng.choice(words.PLACES[country])
    name = CompanyName(rng.choice(PLAIN), "", country)
    found = [
        a_firm(serial + n, rng, country, name, an_address(country, rng, place)) for n in range(4)
    ]
    for firm in found:
        firm.always = frozenset({"accounting"})
    return found


def filled_in(serial: int, rng: random.Random) -> list[Real]:
    """Companies of one name in several towns, with what is typed where nothing is known."""
    country = rng.choice(("US", "DE", "KR"))
    name = company_name(country, serial)
    fills = rng.choice((
        {"tax_id": "99999999"}, {"tax_id": "000000000"}, {"registration_id": "UNKNOWN"},
        {"registration_id": "0000"}, {"emails": ["none@none.com"]}, {"phones": ["0000000000"]},
        {"phones": ["999-999-9999"]}, {"website": "www.none.com"}, {"website": "n/a"},
        {"street": "123 Main St", "city": "Anytown", "postcode": "12345"},
        {"ids": {"duns": "999999999"}}, {"tax_id": "tbd", "emails": ["test@test.com"]},
    ))  # fmt: skip
    found = [a_firm(serial + n, rng, country, name) for n in range(3)]
    for firm in found:
        firm.fills, firm.always = fills, frozenset({"accounting"})
        firm.office = firm.office if rng.random() < 0.5 else ""
        firm.website = ""
    return found


def _one_desk(found: list[Real]) -> list[Real]:
    """Who answers for one answers for all."""
    for real in found[1:]:
        real.line, real.office, real.website = found[0].line, found[0].office, found[0].website
    return found


def _written(firm: Real, whole: str) -> Real:
    firm.spellings = (whole, whole.upper(), whole.replace("Co. KG", "Co KG"))
    return firm
