"""Which of several systems' values survives into the golden record, declared per attribute.

A pinned value of the desk wins over everything, then the sources that the company put first for
the attribute (where it put none: the source that masters it), then the attribute's rule, then the
newer word, then the older profile (so that the order never depends on chance).

What stands here is what we ship; a company's own rules are a `GoldenRules` row (`golden_rules`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, Self


class Rule(Enum):
    BEST_WRITTEN = "best written"  # in mixed case, whole, not garbled
    MOST_RECENT = "most recent"
    MOST_FREQUENT = "most frequent"
    LONGEST = "longest"
    MOST_COMPLETE = "most complete"  # of what survives as a whole: who says most of it
    ALL = "all of them"  # lists and keyed values: every system's, the best first


@dataclass(frozen=True, slots=True)
class Survivorship:
    """`together` names the attributes that survive from one profile as a whole.

    `undeclared`: what it means is said by the source alone; it may be an amount (`is_amount`).
    `sources` win in this order; `empty_counts`: where the first of them that knows the customer
    says nothing, nothing is shown.
    """

    rule: Rule
    together: str = ""
    undeclared: bool = False
    sources: tuple[str, ...] = ()
    empty_counts: bool = False


ADDRESS: Final = "address"

SURVIVORSHIP: Final = {
    "name": Survivorship(Rule.BEST_WRITTEN),
    "name_native": Survivorship(Rule.BEST_WRITTEN),
    "name_latin": Survivorship(Rule.BEST_WRITTEN),
    "given_name": Survivorship(Rule.BEST_WRITTEN),
    "family_name": Survivorship(Rule.BEST_WRITTEN),
    "birth_date": Survivorship(Rule.MOST_FREQUENT),
    "tax_id": Survivorship(Rule.MOST_FREQUENT),
    "registration_id": Survivorship(Rule.MOST_FREQUENT),
    "ids": Survivorship(Rule.ALL),
    "phones": Survivorship(Rule.ALL),
    "emails": Survivorship(Rule.ALL),
    "website": Survivorship(Rule.MOST_RECENT),
    "street": Survivorship(Rule.MOST_COMPLETE, together=ADDRESS),
    "city": Survivorship(Rule.MOST_COMPLETE, together=ADDRESS),
    "region": Survivorship(Rule.MOST_COMPLETE, together=ADDRESS),
    "postcode": Survivorship(Rule.MOST_COMPLETE, together=ADDRESS),
    "address": Survivorship(Rule.MOST_COMPLETE, together=ADDRESS),
    "country": Survivorship(Rule.MOST_FREQUENT),
    "language": Survivorship(Rule.MOST_FREQUENT),
    "industry": Survivorship(Rule.MOST_FREQUENT),
    "segment": Survivorship(Rule.MOST_RECENT),
    "notes": Survivorship(Rule.LONGEST),
    "other": Survivorship(Rule.ALL, undeclared=True),
}

ATTRIBUTES: Final = tuple(SURVIVORSHIP)
LISTS: Final = frozenset({"phones", "emails"})
KEYED: Final = frozenset({"ids", "other"})
NAMES: Final = frozenset({"name", "name_native", "name_latin", "given_name", "family_name"})
# What is set in one: an address survives as a whole.
SETTINGS: Final = tuple(
    name for name, how in SURVIVORSHIP.items() if not how.together or name == how.together
)


def rules_for(attribute: str) -> tuple[Rule, ...]:
    """Those among which a company may choose."""
    if attribute in KEYED:
        return (Rule.ALL,)
    if attribute in LISTS:
        return Rule.ALL, Rule.MOST_RECENT
    if SURVIVORSHIP[attribute].together:
        return Rule.MOST_COMPLETE, Rule.MOST_RECENT
    if attribute in NAMES:
        return Rule.BEST_WRITTEN, Rule.MOST_RECENT, Rule.MOST_FREQUENT, Rule.LONGEST
    return Rule.MOST_FREQUENT, Rule.MOST_RECENT, Rule.LONGEST


@dataclass(frozen=True, slots=True)
class Rules:
    """How every attribute survives; `version` 0 is what we ship."""

    version: int = 0
    how: Mapping[str, Survivorship] = field(default_factory=lambda: SURVIVORSHIP)

    @classmethod
    def from_dict(cls, version: int, said: Mapping[str, Any]) -> Self:
        """What a row keeps; an attribute or a rule that it does not know is as we ship it."""
        how = {}
        for name, shipped in SURVIVORSHIP.items():
            mine = said.get(shipped.together or name, {})
            found = next((r for r in rules_for(name) if r.value == mine.get("rule")), shipped.rule)
            how[name] = replace(
                shipped,
                rule=found,
                sources=tuple(map(str, mine.get("sources", ()))),
                empty_counts=bool(mine.get("empty_counts")),
            )
        return cls(version, how)

    def as_dict(self) -> dict[str, dict[str, Any]]:
        return {
            name: {
                "rule": self.how[name].rule.value,
                "sources": list(self.how[name].sources),
                "empty_counts": self.how[name].empty_counts,
            }
            for name in SETTINGS
        }


SHIPPED: Final = Rules()
# A whole date, in figures and however ordered: its groups are none of an amount.
_DAY: Final = re.compile(
    r"[12]\d{3}([-./])[01]?\d\1[0-3]?\d|[0-3]?\d([-./])[0-3]?\d\2[12]\d{3}", re.ASCII
)


def is_amount(attribute: str, value: object) -> bool:
    """Whether a value counts as an amount of money.

    What has a meaning of its own here (a name, a number of a register, a phone) never does. Of
    what a source says beside that we know only its label: there, whatever has a figure in it does,
    in digits of any script, for a credit limit must not be read because nobody declared it. A
    whole date does not.
    """
    if not SURVIVORSHIP[attribute].undeclared or value is None or isinstance(value, bool):
        return False
    text = str(value)
    return any(map(str.isnumeric, text)) and _DAY.fullmatch(text) is None
