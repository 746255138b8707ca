"""A crowd: persons and companies as several systems know them, with the truth of who is who.

Made of numbers alone, the same each time, up to millions. Their mess is that of real systems:
slips of the pen, short forms of names, parts exchanged, numbers in several spellings, what is
missing, who moved. And what tempts to a false merge: households with one line and mailbox, junior
and senior, companies of one group, switchboards.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from bench.people import CITIES, FIRST, FORMS, SECOND, TRADES
from concord.demo import words
from concord.demo.names import mistyped, person_name

_GIVEN: Final = """
    Mary Linda Susan Karen Nancy Betty Helen Sandra Donna Carol Ruth Sharon Laura Sarah Deborah
    Jessica Angela Melissa Brenda Amy Anna Rebecca Virginia Kathleen Pamela Martha Debra Amanda
    Stephanie Carolyn Christine Marie Janet Catherine Frances Ann Joyce Diane Alice Julie Heather
    Teresa Doris Gloria Evelyn Jean Cheryl Mildred Katherine Joan Ashley Judith Rose Janice
    James John Robert Michael William David Richard Charles Joseph Thomas Christopher Daniel Paul
    Mark Donald George Kenneth Steven Edward Brian Ronald Anthony Kevin Jason Matthew Gary Timothy
    Jose Larry Jeffrey Frank Scott Eric Stephen Andrew Raymond Gregory Joshua Jerry Dennis Walter
    Patrick Peter Harold Douglas Henry Carl Arthur Ryan Roger Joe Juan Jack Albert Jonathan Justin
"""
GIVEN: Final = tuple(_GIVEN.split())
SHORT: Final = {
    "Robert": "Bob", "William": "Bill", "Richard": "Dick", "James": "Jim", "Michael": "Mike",
    "Thomas": "Tom", "Edward": "Ted", "Katherine": "Kate", "Susan": "Sue", "Deborah": "Debbie",
    "Stephanie": "Steffi", "Christopher": "Chris", "Joseph": "Joe", "Daniel": "Dan",
    "Timothy": "Tim", "Anthony": "Tony", "Rebecca": "Becky", "Pamela": "Pam", "Patrick": "Pat",
    "Jeffrey": "Jeff", "Gregory": "Greg", "Matthew": "Matt", "Andrew": "Andy", "Kenneth": "Ken",
}  # fmt: skip
SORTS: Final = (("Street", "St"), ("Road", "Rd"), ("Avenue", "Ave"), ("Lane", "Ln"))
MAILS: Final = ("gmail.com", "outlook.com", "naver.com", "gmx.de", "yahoo.com", "hinet.net")
PLACES: Final = [
    (stem + end, *rest)
    for stem in FIRST
    for end in SECOND[:20]
    for rest in [random.Random(stem + end).choice(CITIES)[1:]]
]


BLOCK: Final = 5_000


class Told(NamedTuple):
    """What one system says; `who` is the number of whom it says it: the truth."""

    who: int
    key: str
    kind: str
    data: dict[str, Any]


def crowd(profiles: int) -> Iterator[Told]:
    """So many profiles; in an order in which those of one customer stand apart."""
    for first in range(0, profiles, BLOCK):
        yield from crowd_block(first, min(BLOCK, profiles - first))


def crowd_block(first: int, profiles: int) -> list[Told]:
    """So many profiles from the first one on (a multiple of how many): no other block has those
    whom it is about."""
    start = first * 4  # more numbers than anybody needs who asks for as many profiles
    block: list[Told] = []
    for who in range(start, start + profiles):
        block += told_of(who)
        if len(block) >= profiles:
            break
    random.Random(first).shuffle(block)
    return block[:profiles]


def told_of(who: int) -> list[Told]:
    """What the systems say of one: about 1.6 of them know him, her or it."""
    rng = random.Random(who)
    kind = "person" if who % 5 < 3 else "organisation"
    truth = _person(who, rng) if kind == "person" else _organisation(who, rng)
    copies = rng.choices((1, 2, 3, 4), (60, 25, 10, 5))[0]
    retold = _retold_person if kind == "person" else _retold_organisation
    every = [truth, *(retold(truth, rng) for _ in range(copies - 1))]
    return [Told(who, f"{who}-{at}", kind, data) for at, data in enumerate(every)]


# Persons


def _person(who: int, rng: random.Random) -> dict[str, Any]:
    """Of each ten, two are a household: one address, line and often mailbox; some are junior and
    senior of one name."""
    home = random.Random(-1 - who // 10) if who % 10 < 2 else rng
    place, country, code, dial = _rare(PLACES, home)
    street = f"{_family(home)} {home.choice(SORTS)[0]} {home.randrange(1, 400)}"
    postcode, line = f"{code}{home.randrange(100, 999)}", home.randrange(10**6, 10**7)
    family, father = _family(home), _rare(GIVEN, home)
    is_named_after = home is not rng and home.random() < 0.1
    given = father if is_named_after else _rare(GIVEN, rng)
    data: dict[str, Any] = {"given_name": given, "family_name": family}
    if country in {"KR", "TW"}:
        eastern = person_name(country, rng)
        data = {"given_name": eastern.given, "family_name": eastern.family}
        if rng.random() < 0.5:
            data["name_native"] = eastern.native
    elif is_named_after:
        data["family_name"] += (" Sr", " Jr")[who % 2]
    elif rng.random() < 0.3:
        data["given_name"] += f" {rng.choice('ABCDEFGHJKLMNPRSTW')}."
    born = 1930 + 30 * (who % 2) if is_named_after else 1935
    mailbox = home if home.random() < 0.3 else rng
    return data | {
        "birth_date": f"{born + rng.randrange(70 if born == 1935 else 25)}"
        f"-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
        "street": street,
        "city": place,
        "postcode": postcode,
        "country": country,
        "phones": [f"{dial} {line if rng.random() < 0.7 else rng.randrange(10**6, 10**7)}"],
        "emails": [f"{family}{mailbox.randrange(10**5)}@{mailbox.choice(MAILS)}".lower()],
    }


def _retold_person(truth: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    data = dict(truth)
    for name in rng.sample(("birth_date", "street", "phones", "emails", "postcode"), 2):
        if rng.random() < 0.6:
            data.pop(name)
    chance = rng.random()
    given, family = str(data["given_name"]), str(data["family_name"])
    if chance < 0.12:
        data["given_name"] = SHORT.get(given.split()[0], given.split()[0])
    elif chance < 0.22:
        data["given_name"] = mistyped(given, rng)
    elif chance < 0.32:
        data["family_name"] = mistyped(family, rng)
    elif chance < 0.36:
        data["given_name"], data["family_name"] = family, given
    elif chance < 0.46:
        whole = f"{family}, {given}" if chance < 0.41 else f"{given} {family}".upper()
        data = {"name": whole} | {k: v for k, v in data.items() if not k.endswith("_name")}
    if "birth_date" in data and rng.random() < 0.06:
        year, month, day = data["birth_date"].split("-")
        data["birth_date"] = f"{year}-{day}-{month}" if int(day) < 13 else f"{year}-{month}-01"
    if rng.random() < 0.08:
        data |= {"street": f"{_family(rng)} {rng.choice(SORTS)[1]} {rng.randrange(1, 400)}"}
        data |= {"postcode": str(data.get("postcode", ""))[:2] + str(rng.randrange(100, 999))}
    return _respelt(data, rng)


# Companies


def _organisation(who: int, rng: random.Random) -> dict[str, Any]:
    """Of each ten, two are of one group: one name with another country, one switchboard."""
    group = random.Random(-1 - who // 10) if who % 10 > 7 else rng
    stem = _family(group) + group.choice(SECOND) * (group.random() < 0.6)
    trade, form = group.choice(TRADES), rng.choice(FORMS)
    place, country, code, dial = _rare(PLACES, rng)
    name = f"{stem} {trade} {form}"
    domain = f"{stem}{trade[:4]}{who // 10}.example".lower()
    if group is not rng and who % 2:
        name = f"{stem} {trade} {rng.choice(('Vietnam', 'Asia', 'Services', 'Holding'))} {form}"
    line = group.randrange(10**6, 10**7) if group.random() < 0.5 else rng.randrange(10**6, 10**7)
    data: dict[str, Any] = {
        "name": name,
        "street": f"{_family(rng)} {rng.choice(SORTS)[0]} {rng.randrange(1, 400)}",
        "city": place,
        "postcode": f"{code}{rng.randrange(100, 999)}",
        "country": country,
        "phones": [f"{dial} {line}"],
        "emails": [f"{rng.choice(('info', 'sales', 'office'))}@{domain}"],
        "tax_id": f"{country}{100_000_000 + who * 7919 % 899_999_999}",
    }
    if country == "KR" and rng.random() < 0.5:
        syllables = rng.sample(words.KOREAN_FIRST + words.KOREAN_SECOND, 3)
        data["name_native"] = "".join(one.native for one in syllables) + " 주식회사"
    return data


def _retold_organisation(truth: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    data = dict(truth)
    for name in rng.sample(("tax_id", "street", "phones", "emails", "postcode"), 2):
        if rng.random() < 0.7:
            data.pop(name)
    name, chance = str(data["name"]), rng.random()
    bare = name.removesuffix("Co., Ltd.").rpartition(" ")[0] or name
    if chance < 0.2:
        data["name"] = mistyped(name, rng)
    elif chance < 0.35:
        data["name"] = bare.strip()
    elif chance < 0.45:
        data["name"] = name.replace("Precision", "Prec").replace("Electronics", "Elec").upper()
    if chance > 0.8 and "name_native" in data:
        data["name"] = data.pop("name_native")
    return _respelt(data, rng)


# Both


def _respelt(data: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    if "street" in data and rng.random() < 0.4:
        for long, short in SORTS:
            data["street"] = str(data["street"]).replace(f" {long} ", f" {short} ")
    if "phones" in data and rng.random() < 0.5:
        dial, _, line = data["phones"][0].rpartition(" ")
        local = dial.rpartition(" ")[2]
        data["phones"] = [f"0{local}/{line[:3]}-{line[3:]}"]
    if rng.random() < 0.2:
        data["city"] = str(data["city"]).upper()
    return data


def _family(rng: random.Random) -> str:
    """Some four thousand, a few of them frequent."""
    end = SECOND[int(35 * rng.random() ** 2)]
    middle = rng.choice(("", "", "", "er", "en", "ing"))
    return f"{FIRST[int(40 * rng.random() ** 2)]}{middle}{end}"


def _rare(some: Any, rng: random.Random) -> Any:
    """The first ones more often, as with names and towns."""
    return some[int(len(some) * rng.random() ** 1.7)]
