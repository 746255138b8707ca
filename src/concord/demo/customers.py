"""The customers of the demo company: who they really are, and what each system says of them."""

import random
from dataclasses import dataclass, field
from datetime import date

from concord.demo.identifiers import Phone
from concord.demo.names import CompanyName, PersonName
from concord.demo.products import GAUGES
from concord.demo.words import Place

LANGUAGES = {"KR": "ko", "TW": "zh-Hant", "CN": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Address:
    """A street address in Latin letters and as written at home."""

    place: Place
    street: str
    street_native: str
    postcode: str


@dataclass(slots=True)
class Contact:
    """A person who works at a customer."""

    entity: str
    name: PersonName
    role: str
    email: str
    phone: Phone
    language: str
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Profile:
    """What one system says of a customer; `key` is its number there."""

    source: str
    key: str
    name: str
    street: str
    city: str
    postcode: str
    phone: str
    email: str
    tax_id: str
    name_native: str = ""


@dataclass(slots=True)
class Customer:
    """One real customer, an organisation or a person."""

    serial: int
    entity: str
    kind: str
    country: str
    name: CompanyName | PersonName
    address: Address
    tax_id: str
    phone: Phone
    email: str
    website: str
    since: date
    units: tuple[str, ...] = (GAUGES,)
    segment: str = "Toolmaking"
    key_account: bool = False
    pattern: str = "buyer"
    conduct: str = "prompt"
    currency: str = "EUR"
    terms: int = 30
    size: float = 1.0
    credit_limit: int = 10_000
    born: date | None = None
    parent: "Customer | None" = None
    household: "Customer | None" = None
    contacts: list[Contact] = field(default_factory=list)
    systems: tuple[str, ...] = ()
    profiles: dict[str, list[Profile]] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return LANGUAGES.get(self.country, "en")

    def known_to(self, source: str) -> bool:
        return source in self.profiles

    def key(self, source: str, rng: random.Random | None = None) -> str:
        """Its number in that system; with `rng` now and then that of its duplicate."""
        profiles = self.profiles[source]
        if rng is None or len(profiles) == 1 or rng.random() < 0.7:
            return profiles[0].key
        return rng.choice(profiles[1:]).key
