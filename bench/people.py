"""Customers by the hundred thousand, the same for the same number."""

from __future__ import annotations

import random
from typing import Any

FIRST = [
    "Han",
    "Dae",
    "Sung",
    "Mir",
    "Nova",
    "Alto",
    "Brim",
    "Cald",
    "Dor",
    "Elm",
    "Fen",
    "Gar",
    "Hol",
    "Ivo",
    "Jor",
    "Kest",
    "Lin",
    "Mar",
    "Nor",
    "Oden",
    "Pell",
    "Quor",
    "Ras",
    "Sel",
    "Tor",
    "Ulm",
    "Ves",
    "Wex",
    "Yor",
    "Zel",
    "Bram",
    "Cres",
    "Dray",
    "Eld",
    "Frey",
    "Glen",
    "Hart",
    "Kron",
    "Lund",
    "Merr",
]
SECOND = [
    "bit",
    "ford",
    "wick",
    "dale",
    "berg",
    "mann",
    "stad",
    "holm",
    "by",
    "ton",
    "ham",
    "gate",
    "well",
    "field",
    "moor",
    "bridge",
    "stone",
    "croft",
    "worth",
    "ridge",
    "land",
    "mark",
    "vik",
    "sund",
    "heim",
    "feld",
    "brook",
    "ley",
    "more",
    "shaw",
    "combe",
    "den",
    "mere",
    "gill",
    "rock",
]
TRADES = [
    "Precision",
    "Metrology",
    "Optics",
    "Tooling",
    "Machinery",
    "Electronics",
    "Steel",
    "Chemicals",
    "Materials",
    "Automation",
    "Sensors",
    "Photonics",
    "Plastics",
    "Textiles",
    "Foods",
    "Bearings",
    "Castings",
    "Gears",
    "Valves",
    "Pumps",
    "Cables",
]
FORMS = ("GmbH", "Ltd", "Inc", "Co., Ltd.", "AB", "S.A.", "B.V.", "LLC")
HANGUL = "한빛대성미르노을가람나래다온라온마루바다사랑아름자연차오름하늘새별온누리예길"
CITIES = (
    ("Stuttgart", "DE", "70", "+49 711"),
    ("Incheon", "KR", "21", "+82 32"),
    ("Taichung", "TW", "40", "+886 4"),
    ("Leeds", "GB", "LS", "+44 113"),
    ("Dayton", "US", "45", "+1 937"),
)


def a_company(number: int, rng: random.Random) -> dict[str, Any]:
    """What one system says of company `number`."""
    city, country, code, dial = rng.choice(CITIES)
    stem = rng.choice(FIRST) + rng.choice(SECOND) + rng.choice(SECOND)
    trade = rng.choice(TRADES)
    domain = f"{stem}-{trade}-{number}.example".lower()
    data = {
        "name": f"{stem} {trade} {rng.choice(FORMS)}",
        "street": f"{rng.choice(FIRST)}{rng.choice(SECOND)} Street {rng.randrange(1, 300)}",
        "city": city,
        "postcode": f"{code}{rng.randrange(100, 999)}",
        "country": country,
        "phones": [f"{dial} {rng.randrange(10**6, 10**7)}"],
        "emails": [f"info@{domain}"],
        "tax_id": f"{country}{100_000_000 + number * 7919 % 899_999_999}",
    }
    if country == "KR":
        data["name_native"] = "".join(rng.sample(HANGUL, 4)) + " 주식회사"
    return data


def retold(data: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The same company as another system has it: something is missing, something is mistyped."""
    other = dict(data)
    other.pop(rng.choice(("tax_id", "emails", "street", "phones")))
    name = str(other["name"])
    if rng.random() < 0.3:
        place = rng.randrange(1, len(name) - 4)
        name = name[:place] + name[place + 1 :]
    other["name"] = name.upper() if rng.random() < 0.3 else name
    return other
