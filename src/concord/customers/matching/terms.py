"""How telling an agreeing name is: Kim Min-su agrees by chance more often than a rare name.

Shares are learnt with the weights and stored with them: of persons, of given and family names by
their sound; of organisations, of the words of their names. Words that are not listed are rare.

No name stands in what is stored: a part is kept as a hash, keyed by the installation's secret.
Where that is another one, nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import blake2b, sha256
from math import log2
from typing import Any, Final, Self

from django.conf import settings

from concord.customers.matching.features import Features
from concord.customers.normal.korean import FAMILIES, sound
from concord.customers.normal.names import OrganisationName, PersonName

MOST: Final = 4.0  # bits that an agreeing name may weigh more or less for being rare or common
AGREEING: Final = {"person": {"same", "swapped"}, "organisation": {"same", "native"}}
_ROMAN = {spelling: forms[0] for forms in FAMILIES.values() for spelling in reversed(forms)}


@dataclass(frozen=True, slots=True)
class Terms:
    """`shares` are log2 of how many of all names have a part (`given`, `family`, `word`), the
    common ones, by its hash with `key`; `rare` is that of all others. `expected` is log2 of how
    often two names taken at random agree: what the weight of an agreeing name rests on. `trust`,
    up to 1, is the part of it that counts. All empty: nothing is known."""

    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    rare: Mapping[str, float] = field(default_factory=dict)
    expected: float = 0.0
    trust: float = 1.0
    key: bytes = field(default=b"", repr=False)

    def telling(self, left: Features, right: Features, as_people: bool) -> float:
        """Bits that their agreeing name weighs beside what an agreeing name weighs, within
        `MOST`; the commoner of the two is counted."""
        if not self.rare:
            return 0.0
        share = max(self._share(left, as_people), self._share(right, as_people))
        return self.trust * min(MOST, max(-MOST, self.expected - share))

    def trusted(self, trust: float) -> Terms:
        return replace(self, trust=round(trust, 3)) if self.rare else self

    def _share(self, of: Features, as_people: bool) -> float:
        parts = (
            [person_parts(name) for name in of.people]
            if as_people
            else [organisation_parts(name) for name in of.organisations]
        )
        return max((self._sum(each) for each in parts if each), default=self.expected)

    def _sum(self, parts: list[tuple[str, str]]) -> float:
        return sum(
            self.shares[part].get(hidden(word, self.key), self.rare[part]) for part, word in parts
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "shares": self.shares,
            "rare": self.rare,
            "expected": self.expected,
            "trust": self.trust,
            "key": hidden("", self.key),
        }

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        fields, key = dict(said), own_key()
        is_ours = fields.pop("key", "") == hidden("", key)
        return cls(**fields, key=key) if is_ours else cls()

    @classmethod
    def learnt(
        cls, counts: Mapping[str, Mapping[str, int]], expected: float, most: int = 5_000
    ) -> Self:
        """From how often each part was seen; those seen once are rare."""
        shares, rare, key = {}, {}, own_key()
        for part, seen in counts.items():
            total = sum(seen.values())
            common = sorted(seen.items(), key=lambda one: (-one[1], one[0]))[:most]
            shares[part] = {
                hidden(word, key): round(log2(times / total), 2)
                for word, times in common
                if times > 1
            }
            rare[part] = round(-log2(max(total, 1)), 2)
        return cls(shares, rare, round(expected, 2), key=key)


@lru_cache(1 << 16)
def hidden(word: str, key: bytes) -> str:
    """A part of a name as it is stored."""
    return blake2b(word.encode(), key=key, digest_size=8, person=b"name part").hexdigest()


def own_key() -> bytes:
    return sha256(settings.SECRET_KEY.encode()).digest()


def person_parts(name: PersonName) -> list[tuple[str, str]]:
    """The parts that are counted, in one spelling for all scripts."""
    given, family = "".join(name.given), "".join(name.family)
    parts = [("given", sound(given))] if given else []
    return [*parts, ("family", sound(_ROMAN.get(family, family)))] if family else parts


def organisation_parts(name: OrganisationName) -> list[tuple[str, str]]:
    return [("word", sound(word)) for word in dict.fromkeys(name.glossed or name.words)]
