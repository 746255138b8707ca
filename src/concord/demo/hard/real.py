"""One real person or company of the hard set, and what each system says of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from concord.demo.customers import Address
from concord.demo.identifiers import Phone
from concord.demo.names import (
    LATIN_FORMS,
    NATIVE_FORMS,
    CompanyName,
    PersonName,
    abbreviated,
    fold,
    mistyped,
)

SYSTEMS: Final = ("accounting", "sales", "support", "shipping", "engineering", "scheduling")
# Spellings of one legal form: a GmbH & Co. KG is another company than the GmbH.
FORMS: Final = LATIN_FORMS | {"DE": ("GmbH", "G.m.b.H.", "GMBH")}
AGAIN: Final = 0.08  # how often a system has a customer twice


@dataclass(frozen=True, slots=True)
class Entry:
    """What one system says; `entity` is the truth, `trap` why it is hard."""

    source: str
    key: str
    entity: str
    trap: str
    kind: str
    data: dict[str, Any]


@dataclass(slots=True)
class Real:
    """`line` and `office` are a phone and a mailbox that it shares with others; `phone` and
    `mailbox` its own, if it has them. `before` is what it was: some systems still say so. `fills`
    is what is typed in where a form wants something that nobody knows."""

    entity: str
    name: CompanyName | PersonName
    address: Address
    country: str
    phone: Phone | None = None
    line: Phone | None = None
    mailbox: str = ""
    office: str = ""
    website: str = ""
    tax_id: str = ""
    registration_id: str = ""
    born: date | None = None
    before: Real | None = None
    systems: tuple[str, ...] = ()
    always: frozenset[str] = frozenset()  # systems that tell it apart from its like: see `_data`
    slips: float = 0.04
    spellings: tuple[str, ...] = field(default=())  # of the name, instead of those of the systems
    fills: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_person(self) -> bool:
        return isinstance(self.name, PersonName)


def some_systems(rng: random.Random, least: int = 2) -> tuple[str, ...]:
    """Accounting knows everybody, and so many others at least."""
    others = rng.sample(SYSTEMS[1:], rng.randint(least - 1, 4))
    return ("accounting", *sorted(others))


def entries_of(real: Real, trap: str, scene: int, rng: random.Random) -> Iterator[Entry]:
    """One entry in each system that knows it; now and then a second one."""
    for source in real.systems:
        for again in range(1 + (rng.random() < AGAIN)):
            state = real.before if real.before and rng.random() < 0.5 else real
            key = f"{scene}-{real.entity}-{source[:2]}{again}"
            kind = "person" if real.is_person else "organisation"
            data = {name: value for name, value in _data(state, source, rng).items() if value}
            yield Entry(source, key, f"{scene}-{real.entity}", trap, kind, data)


def _data(real: Real, source: str, rng: random.Random) -> dict[str, Any]:
    """A system that is among `always` writes down what tells customers apart, and carefully: birth
    date, suffix and tax number. The others write what they have at hand."""
    tells = source in real.always
    data = {
        **_names(real, source, rng, tells),
        **_place(real, source),
        "phones": _phones(real, source, rng),
        "emails": _emails(real, source, rng),
    }
    if source in {"accounting", "sales"} and (tells or rng.random() < 0.6):
        data["tax_id"] = real.tax_id
        data["registration_id"] = real.registration_id
    if real.born and (tells or rng.random() < {"accounting": 0.5, "sales": 0.5}.get(source, 0.1)):
        data["birth_date"] = real.born.isoformat()
    if source == "sales":
        data["website"] = real.website
    if not tells or not real.born:
        data |= {name: value for name, value in real.fills.items() if not data.get(name)}
    return data


def _names(real: Real, source: str, rng: random.Random, tells: bool) -> dict[str, Any]:
    if real.spellings:
        return {"name": rng.choice(real.spellings)}
    if isinstance(real.name, PersonName):
        found = _of_person(real.name, source, rng, tells)
    else:
        found = _of_company(real.name, source, rng)
    if not tells and rng.random() < real.slips and found.get("name", "").isascii():
        found["name"] = _with_a_slip(found["name"], rng)
    return found


def _with_a_slip(name: str, rng: random.Random) -> str:
    """A typing error in the longest word: what tells is there."""
    longest = max(name.split(), key=len)
    return name.replace(longest, mistyped(longest, rng), 1)


def _of_person(name: PersonName, source: str, rng: random.Random, tells: bool) -> dict[str, Any]:
    suffix = f" {name.suffix}" if name.suffix and (tells or rng.random() < 0.3) else ""
    plain = f"{name.given} {name.family}{suffix}"
    match source:
        case "accounting":
            return {"name": fold(f"{name.family} {name.given}{suffix}").upper()}
        case "sales":
            native = name.native if rng.random() < 0.7 else ""
            return {"name": plain, "name_native": native}
        case "shipping" | "scheduling" if name.native and rng.random() < 0.7:
            return {"name": name.native}
    return {"name": plain}


def _of_company(name: CompanyName, source: str, rng: random.Random) -> dict[str, Any]:
    form = rng.choice(FORMS[name.country]) if name.form == 0 else ""
    latin = f"{name.latin} {form}".replace(" ,", ",").strip()
    native = rng.choice(NATIVE_FORMS[name.country]).format(name.native) if name.native else ""
    match source:
        case "accounting":
            return {"name": abbreviated(latin)}
        case "sales":
            return {"name": latin, "name_native": native if rng.random() < 0.8 else ""}
        case "shipping" | "scheduling" if native and rng.random() < 0.8:
            return {"name": native}
        case "engineering" | "support":
            return {"name": name.latin}
    return {"name": latin}


def _place(real: Real, source: str) -> dict[str, Any]:
    address = real.address
    if source in {"support", "engineering"}:
        return {"city": address.place.latin, "country": real.country}
    street, city = address.street, address.place.latin
    if source == "shipping" and real.name.native:
        street, city = address.street_native, address.place.native
    if source == "accounting":
        street, city = fold(street).upper(), fold(city).upper()
    return {"street": street, "postcode": address.postcode, "city": city, "country": real.country}


def _phones(real: Real, source: str, rng: random.Random) -> list[str]:
    own, line = real.phone, real.line
    if own and line and source != "sales":
        own, line = (own, None) if rng.random() < 0.5 else (None, line)
    return [_written(phone, source) for phone in (own, line) if phone]


def _written(phone: Phone, source: str) -> str:
    if source == "accounting":
        return phone.spaced
    return phone.national if source in {"shipping", "scheduling"} else phone.international


def _emails(real: Real, source: str, rng: random.Random) -> list[str]:
    if source == "shipping" or rng.random() < 0.2:
        return []
    both = [mail for mail in (real.mailbox, real.office) if mail]
    return [rng.choice(both)] if both else []
