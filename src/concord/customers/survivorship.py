"""Which of several systems' values survives into the golden record, declared per attribute.

A pinned value of the desk wins over everything, then the source that masters the attribute, then
the attribute's rule, then the newer word, then the older profile (so that the order never depends
on chance).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Rule(Enum):
    BEST_WRITTEN = "best written"  # in mixed case, whole, not garbled
    MOST_RECENT = "most recent"
    MOST_FREQUENT = "most frequent"
    LONGEST = "longest"
    ALL = "all of them"  # lists and keyed values: every system's, the best first


@dataclass(frozen=True, slots=True)
class Survivorship:
    """`together` names the attributes that survive from one profile as a whole.

    `undeclared`: what it means is said by the source alone; it may be an amount (`is_amount`).
    """

    rule: Rule
    together: str = ""
    undeclared: bool = False


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
    "street": Survivorship(Rule.MOST_RECENT, together=ADDRESS),
    "city": Survivorship(Rule.MOST_RECENT, together=ADDRESS),
    "region": Survivorship(Rule.MOST_RECENT, together=ADDRESS),
    "postcode": Survivorship(Rule.MOST_RECENT, together=ADDRESS),
    "address": Survivorship(Rule.MOST_RECENT, together=ADDRESS),
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
