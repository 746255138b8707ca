"""Makes the crowd of customers, hard cases among them: groups, namesakes, fathers and sons.

Each serial number gives one family of customers from a random generator of its own, so customers
are made one after the other in constant memory and the first thousand of a hundred thousand are
the same as of a thousand.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from concord.demo import words
from concord.demo.customers import Address, Contact, Customer
from concord.demo.identifiers import landline, mobile, tax_id
from concord.demo.names import CompanyName, PersonName, company_name, fold, person_name
from concord.demo.products import GAUGES, SENSORS
from concord.demo.words import Place

CURRENCIES = {"KR": "KRW", "TW": "TWD", "US": "USD"}
COUNTRIES = ("KR", "TW", "CN", "DE", "US", "GB", "SE", "JP")
COUNTRY_WEIGHTS = (36, 17, 14, 10, 10, 6, 4, 3)
WEBMAIL = ("postbox.example", "mailhub.example", "naeilmail.example")

# How a customer deals with the company, and how it pays.
PATTERNS = ("buyer", "counter", "service", "prospect")
CONDUCTS = ("prompt", "fair", "slow", "bad", "disputer")
CONDUCT_WEIGHTS = (52, 26, 11, 7, 4)


def population(
    seed: int, count: int, today: date, first: int
) -> Iterator[tuple[Customer, random.Random]]:
    """`count` customers with serial numbers from `first` on, each with its generator."""
    serial, made = first, 0
    while made < count:
        rng = random.Random(f"{seed}:{serial}")
        for customer in _family(serial, rng, today)[: count - made]:
            yield customer, rng
            made += 1
            serial += 1


def _family(serial: int, rng: random.Random, today: date) -> list[Customer]:
    chance = rng.random()
    if chance < 0.775:
        return [organisation(serial, rng, today)]
    if chance < 0.785:
        return _group(serial, rng, today)
    if chance < 0.795:
        return _namesakes(serial, rng, today)
    if chance < 0.803:
        return _business_park(serial, rng, today)
    if chance < 0.975:
        return [person(serial, rng, today)]
    if chance < 0.988:
        return _father_and_son(serial, rng, today)
    return _household(serial, rng, today)


def organisation(
    serial: int,
    rng: random.Random,
    today: date,
    *,
    country: str = "",
    name: CompanyName | None = None,
) -> Customer:
    """A company of its own."""
    country = country or rng.choices(COUNTRIES, COUNTRY_WEIGHTS)[0]
    name = name or company_name(country, serial)
    address = an_address(country, rng)
    domain = f"{fold(name.latin).lower().replace(' ', '-')}-{serial}.example"
    pattern = rng.choices(PATTERNS, (62, 14, 9, 15))[0]
    conduct = rng.choices(CONDUCTS, CONDUCT_WEIGHTS)[0]
    key_account = pattern == "buyer" and rng.random() < 0.04
    size = rng.lognormvariate(0.0, 0.8) * (3.0 if key_account else 1.0)
    customer = Customer(
        serial,
        f"c{serial:06d}",
        "organisation",
        country,
        name,
        address,
        tax_id(country, serial),
        landline(country, address.place.area, serial),
        f"info@{domain}",
        f"www.{domain}",
        today - timedelta(days=rng.randint(800, 6500)),
        units=rng.choices(((GAUGES,), (SENSORS,), (GAUGES, SENSORS)), (42, 33, 25))[0],
        segment=rng.choice(words.SEGMENTS),
        key_account=key_account,
        pattern=pattern,
        conduct=conduct,
        currency=CURRENCIES[country] if country in CURRENCIES and rng.random() < 0.35 else "EUR",
        terms=rng.choice((14, 30, 30, 30, 45, 60)),
        size=size,
        credit_limit=5_000 * max(1, round(size * 3)),
    )
    customer.systems = _systems(customer, rng)
    staff = rng.choices((0, 1, 2, 3), (58, 28, 11, 3))[0] + (2 if key_account else 0)
    customer.contacts = [contact(customer, rng, n + 1) for n in range(staff)]
    return customer


def person(
    serial: int,
    rng: random.Random,
    today: date,
    *,
    country: str = "",
    name: PersonName | None = None,
    born: date | None = None,
) -> Customer:
    """A person or sole trader who buys in their own name."""
    country = country or rng.choices(COUNTRIES, COUNTRY_WEIGHTS)[0]
    name = name or person_name(country, rng)
    address = an_address(country, rng)
    mailbox = f"{fold(name.given)}.{fold(name.family)}{serial}".lower().replace(" ", "")
    customer = Customer(
        serial,
        f"c{serial:06d}",
        "person",
        country,
        name,
        address,
        tax_id(country, serial, person=True),
        mobile(country, serial, 0),
        f"{mailbox}@{rng.choice(WEBMAIL)}",
        "",
        today - timedelta(days=rng.randint(760, 4000)),
        units=rng.choice(((GAUGES,), (GAUGES,), (SENSORS,))),
        segment=rng.choice(("Toolmaking", "Research")),
        pattern=rng.choices(PATTERNS, (45, 35, 5, 15))[0],
        conduct=rng.choices(CONDUCTS, CONDUCT_WEIGHTS)[0],
        terms=14,
        size=0.35 * rng.lognormvariate(0.0, 0.6),
        credit_limit=2_000,
        born=born or date(rng.randint(1952, 2001), rng.randint(1, 12), rng.randint(1, 28)),
    )
    customer.systems = _systems(customer, rng)
    return customer


def contact(customer: Customer, rng: random.Random, number: int) -> Contact:
    """A person who works at the customer, with a mailbox under its domain."""
    name = person_name(customer.country, rng)
    domain = customer.email.partition("@")[2]
    mailbox = f"{fold(name.given)}.{fold(name.family)}".lower().replace(" ", "")
    return Contact(
        f"{customer.entity}-p{number}",
        name,
        rng.choice(words.ROLES),
        f"{mailbox}@{domain}" if number == 1 else f"{mailbox}{number}@{domain}",
        mobile(customer.country, customer.serial, number),
        customer.language,
    )


def an_address(country: str, rng: random.Random, place: Place | None = None) -> Address:
    place = place or rng.choice(words.PLACES[country])
    street, native = rng.choice(words.STREETS[country])
    number = rng.randint(1, 280)
    digits = {"US": 5, "DE": 5, "KR": 5, "SE": 5, "CN": 6, "JP": 7, "TW": 5, "VN": 5}.get(country)
    code = place.postcode
    if digits is None:
        code = f"{code} {rng.randint(1, 9)}{rng.choice('ABDEFGH')}{rng.choice('JLNPQRS')}"
    else:
        code += str(rng.randrange(10 ** (digits - len(code)))).zfill(digits - len(code))
    if country in {"US", "GB"}:
        return Address(place, f"{number} {street}", f"{number} {native}", code)
    if country in {"TW", "CN"}:
        sign = "號" if country == "TW" else "号"
        return Address(place, f"No. {number}, {street}", f"{native}{number}{sign}", code)
    return Address(place, f"{street} {number}", f"{native} {number}", code)


def _systems(customer: Customer, rng: random.Random) -> tuple[str, ...]:
    """Which systems know the customer, by how it deals with the company."""
    if customer.key_account:
        odds = {"accounting": 1, "sales": 1, "shipping": 1, "support": 0.95, "engineering": 0.9,
                "scheduling": 0.8}  # fmt: skip
    else:
        odds = {
            "buyer": {"accounting": 1, "sales": 1, "shipping": 0.8, "support": 0.38,
                      "engineering": 0.18, "scheduling": 0.12},
            "counter": {"accounting": 1, "support": 0.15},
            "service": {"accounting": 1, "scheduling": 0.9, "support": 0.5, "engineering": 0.3},
            "prospect": {"sales": 1, "support": 0.1},
        }[customer.pattern]  # fmt: skip
    return tuple(source for source, chance in odds.items() if rng.random() < chance)


def _group(serial: int, rng: random.Random, today: date) -> list[Customer]:
    """A parent and two or three subsidiaries that carry its name: related, never the same."""
    parent = organisation(serial, rng, today)
    assert isinstance(parent.name, CompanyName)
    stem = parent.name.latin.split()[0]
    native = parent.name.native
    result = [parent]
    for n, place in enumerate(
        rng.sample(("Vietnam", "Europe", "Aerospace", "Trading"), rng.randint(2, 3))
    ):
        name = CompanyName(
            f"{parent.name.latin} {place}" if native else f"{stem} {place}",
            _with_branch(native, place, parent.country) if native else "",
            parent.country,
        )
        child = organisation(serial + n + 1, rng, today, country=parent.country, name=name)
        child.parent = parent
        child.segment = parent.segment
        result.append(child)
    return result


def _with_branch(native: str, place: str, country: str) -> str:
    korean = {"Vietnam": "베트남", "Europe": "유럽", "Aerospace": "항공", "Trading": "무역"}
    chinese = {"Vietnam": "越南", "Europe": "歐洲", "Aerospace": "航太", "Trading": "貿易"}
    simplified = {"Vietnam": "越南", "Europe": "欧洲", "Aerospace": "航天", "Trading": "贸易"}
    return native + {"KR": korean, "CN": simplified}.get(country, chinese)[place]


def _namesakes(serial: int, rng: random.Random, today: date) -> list[Customer]:
    """Two companies with one common name in two towns that have nothing to do with each other."""
    one = organisation(serial, rng, today)
    assert isinstance(one.name, CompanyName)
    two = organisation(serial + 1, rng, today, country=one.country, name=one.name)
    places = [place for place in words.PLACES[one.country] if place != one.address.place]
    two.address = an_address(two.country, rng, rng.choice(places))
    two.phone = landline(two.country, two.address.place.area, two.serial)
    return [one, two]


def _business_park(serial: int, rng: random.Random, today: date) -> list[Customer]:
    """Three companies behind one switchboard, one address and one info@ mailbox."""
    one = organisation(serial, rng, today)
    result = [one]
    for n in (1, 2):
        other = organisation(serial + n, rng, today, country=one.country)
        other.phone, other.address = one.phone, one.address
        other.email = one.email
        result.append(other)
    return result


def _father_and_son(serial: int, rng: random.Random, today: date) -> list[Customer]:
    """Same name, same house, same landline; another birth date, tax number and mailbox."""
    country = rng.choice(("US", "GB", "DE", "US"))
    base = person_name(country, rng)
    father, son = (
        person(
            serial + n,
            rng,
            today,
            country=country,
            name=PersonName(base.given, base.family, "", suffix),
            born=date(year, rng.randint(1, 12), rng.randint(1, 28)),
        )
        for n, (suffix, year) in enumerate((("Sr.", 1953), ("Jr.", 1984)))
    )
    father.phone = landline(country, father.address.place.area, serial)
    son.phone, son.address, son.household = father.phone, father.address, father
    return [father, son]


def _household(serial: int, rng: random.Random, today: date) -> list[Customer]:
    """Two persons of one family at one address with one mailbox."""
    country = rng.choices(COUNTRIES, COUNTRY_WEIGHTS)[0]
    family = rng.randrange(18)
    one, two = (
        person(serial + n, rng, today, country=country, name=person_name(country, rng, family))
        for n in (0, 1)
    )
    while two.name == one.name:
        two.name = person_name(country, rng, family)
    two.address, two.email, two.household = one.address, one.email, one
    return [one, two]
