"""Companies that look like one another, and one company that looks like several."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Final

from concord.demo import words
from concord.demo.customers import Address
from concord.demo.hard.real import SYSTEMS, Real, some_systems
from concord.demo.identifiers import landline, tax_id
from concord.demo.names import CompanyName, company_name, fold
from concord.demo.population import an_address

LANDS: Final = ("KR", "TW", "CN", "JP", "US", "GB", "DE", "SE")
TELL: Final = frozenset({"accounting", "sales"})
ABROAD: Final = {"America": "US", "Europe": "DE", "Vietnam": "VN", "Japan": "JP", "UK": "GB"}
SISTERS: Final = ("Holdings", "Service", "Trading", "Electronics", "Logistics", "Finance")
BRANCHES: Final = {"KR": "지점", "TW": "分公司", "CN": "分公司", "JP": "支店"}
BUSINESSES: Final = ("Bau", "Immobilien", "Verwaltungs", "Hausbau", "Transporte", "Beteiligungs")
SHOPS: Final = ("Coffee", "Burger", "Fitness", "Optik", "Bakery", "Parts")


def subsidiaries(serial: int, rng: random.Random) -> list[Real]:
    """A parent and those that carry its name: one domain, often its switchboard and its house."""
    parent = a_firm(serial, rng, rng.choice(("KR", "TW", "CN", "JP", "DE", "SE")))
    found = [parent]
    abroad = rng.sample([w for w, land in ABROAD.items() if land != parent.country], 2)
    for n, word in enumerate((*abroad, *rng.sample(SISTERS, 2)), start=1):
        country = ABROAD.get(word, parent.country)
        stem = parent.name.latin if word in ABROAD else parent.name.latin.split()[0]
        name = CompanyName(f"{stem} {word}", "", country)
        house = parent.address
        if country != parent.country:
            house = an_address(country, rng)
        child = a_firm(serial + n, rng, country, name, house)
        child.website, child.office = parent.website, parent.office
        if rng.random() < 0.6:
            child.line = parent.line
        if country != parent.country and rng.random() < 0.3:
            child.address = parent.address  # registered at the parent's
        found.append(child)
    return found


def branches(serial: int, rng: random.Random) -> list[Real]:
    """Branches in other towns; some go by the tax number of the whole."""
    country = rng.choice(LANDS)
    head = a_firm(serial, rng, country)
    found = [head]
    places = [place for place in words.PLACES[country] if place != head.address.place]
    for n, place in enumerate(rng.sample(places, 2), start=1):
        native = f"{head.name.native}{place.native}{BRANCHES[country]}" if head.name.native else ""
        name = CompanyName(f"{head.name.latin} {place.latin} Branch", native, country)
        branch = a_firm(serial + n, rng, country, name, an_address(country, rng, place))
        branch.website, branch.office = head.website, head.office
        branch.line = head.line if rng.random() < 0.4 else branch.line
        branch.tax_id = head.tax_id if rng.random() < 0.4 else branch.tax_id
        found.append(branch)
    return found


def one_owner(serial: int, rng: random.Random) -> list[Real]:
    """An owner's companies in one house, behind one phone: Brandt Bau, Brandt Immobilien."""
    owner = f"{rng.choice(words.LATIN_FIRST)}{rng.choice(words.LATIN_SECOND)}".capitalize()
    house = an_address("DE", rng)
    found: list[Real] = []
    for n, business in enumerate(rng.sample(BUSINESSES, 3)):
        firm = a_firm(serial + n, rng, "DE", CompanyName(f"{owner} {business}", "", "DE"), house)
        if found:
            firm.website, firm.office, firm.line = (
                found[0].website, found[0].office, found[0].line,
            )  # fmt: skip
        found.append(firm)
    return found


def switchboard(serial: int, rng: random.Random) -> list[Real]:
    """Five companies of a business park: its switchboard, its mailbox, its address."""
    country = rng.choice(LANDS)
    house = an_address(country, rng)
    found = [a_firm(serial + n, rng, country, address=house) for n in range(5)]
    for firm in found[1:]:
        firm.line, firm.office = found[0].line, found[0].office
    return found


def franchise(serial: int, rng: random.Random) -> list[Real]:
    """Five stores of one brand: its domain, its hotline, its mailbox; houses and tax numbers of
    their own. Some systems write the brand alone."""
    country = rng.choice(LANDS)
    brand = f"{company_name('DE', serial).latin.split()[0]} {rng.choice(SHOPS)}"
    hotline = landline(country, words.PLACES[country][0].area, serial)
    domain = f"{fold(brand).lower().replace(' ', '-')}-{serial}.example"
    found: list[Real] = []
    for n in range(5):
        house = an_address(country, rng)
        name = CompanyName(f"{brand} {house.place.latin} {n + 1}", "", country, form=1)
        store = a_firm(serial + n, rng, country, name, house)
        store.website, store.office, store.mailbox = f"www.{domain}", f"hello@{domain}", ""
        store.line, store.phone = hotline, None
        store.spellings = (name.latin, name.latin, f"{brand} {house.place.latin}", brand)
        found.append(store)
    if len({store.address.place for store in found}) < len(found):
        for store in found:  # two in one town: the town alone does not tell which
            store.spellings = (store.name.latin, store.name.latin, brand)
    return found


def renamed(serial: int, rng: random.Random) -> list[Real]:
    """One company with a new name: half of the systems have not heard of it."""
    country = rng.choice(LANDS)
    firm = a_firm(serial, rng, country)
    firm.before = replace(firm, name=company_name(country, serial + 1))
    return [firm]


def successor(serial: int, rng: random.Random) -> list[Real]:
    """Another company of the trade took over the house and the phone number."""
    country = rng.choice(LANDS)
    gone = a_firm(serial, rng, country)
    heir = a_firm(serial + 1, rng, country, address=gone.address)
    heir.line = gone.line
    return [gone, heir]


def founded_anew(serial: int, rng: random.Random) -> list[Real]:
    """After its insolvency the company was founded anew: all is as it was but the tax number,
    and who owes what. Accounting and sales know them apart."""
    country = rng.choice(LANDS)
    old = a_firm(serial, rng, country)
    new = replace(old, entity=f"{serial}-1", tax_id=tax_id(country, serial + 50_021))
    return [old, new]


def mixed_scripts(serial: int, rng: random.Random) -> list[Real]:
    """One company in two scripts, beside another one of the town whose name sounds alike."""
    country = rng.choice(("KR", "TW", "CN"))
    firm = a_firm(serial, rng, country)
    assert isinstance(firm.name, CompanyName)
    trade = firm.name.native[-2:]
    others = (
        {"KR": "한밭", "TW": "鴻達", "CN": "鸿达"}[country],
        {"KR": "Hanbat"}.get(country, "Hongda"),
    )
    english = firm.name.latin.split()[-1]
    one = CompanyName(f"{others[1]} {english}", others[0] + trade, country)
    alike = (
        {"KR": "한빛", "TW": "宏達", "CN": "宏达"}[country],
        {"KR": "Hanbit"}.get(country, "Hongda"),
    )
    two = CompanyName(f"{alike[1]} {english}", alike[0] + trade, country)
    place = firm.address.place
    firm.name = one
    other = a_firm(serial + 1, rng, country, two, an_address(country, rng, place))
    firm.systems = other.systems = SYSTEMS
    return [firm, other]


def a_firm(
    serial: int,
    rng: random.Random,
    country: str,
    name: CompanyName | None = None,
    address: Address | None = None,
) -> Real:
    """A company with a switchboard, a domain and a tax number."""
    name = name or company_name(country, serial)
    address = address or an_address(country, rng)
    domain = f"{fold(name.latin).lower().replace(' ', '-')}-{serial}.example"
    return Real(
        f"{serial}", name, address, country,
        line=landline(country, address.place.area, serial), office=f"info@{domain}",
        website=f"www.{domain}", tax_id=tax_id(country, serial),
        systems=some_systems(rng), always=TELL,
    )  # fmt: skip
