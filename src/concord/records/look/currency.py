"""In which currency the amounts of a file are: its column, its signs, or what is taken for it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from concord.records.importing.values import CURRENCY_CODES, CURRENCY_SIGNS, currency_sign

_SIGNS: Final = "|".join(
    re.escape(sign) for sign in sorted([*CURRENCY_SIGNS, *CURRENCY_CODES], key=len, reverse=True)
)
_IN_TITLE: Final = re.compile(rf"(?:^|[\s(\[（/_:])({_SIGNS})(?=$|[\s)\]）/_])")


@dataclass(frozen=True, slots=True)
class Currency:
    """`sign` is what the file writes beside its amounts, "" where it says nothing.

    `others` are the currencies that the sign could mean as well.
    """

    code: str
    sign: str = ""
    is_said: bool = False  # by a person
    has_column: bool = False

    @property
    def is_assumed(self) -> bool:
        """Nobody says it: neither the file nor a person."""
        return not (self.sign or self.is_said or self.has_column)

    @property
    def is_guessed(self) -> bool:
        """The file's sign means several currencies."""
        return bool(not self.is_said and not self.has_column and len(meant(self.sign)) > 1)


def meant(sign: str) -> tuple[str, ...]:
    """The currencies that a sign may mean, the likeliest first; those of a code are itself."""
    return CURRENCY_SIGNS.get(sign, (sign,) if sign else ())


def sign_of(titles: Iterable[str], texts: Iterable[str]) -> str:
    """The sign that most amounts have, else the one in the title of their column; "" for none."""
    found = Counter(sign for text in texts if (sign := currency_sign(text)))
    if found:
        return found.most_common(1)[0][0]
    return next((named[1] for title in titles if (named := _IN_TITLE.search(title))), "")


def currency_of(sign: str, said: str, house: str, has_column: bool) -> Currency:
    """What a person said; else what the sign means (of several, the company's own, `house`)."""
    could = meant(sign)
    code = said or (house if house in could or not could else could[0])
    return Currency(code, sign, bool(said), has_column)
