"""Why a fact can be unknown: bits, so that one SQL aggregate collects them."""

from __future__ import annotations

from typing import Final

UNOBSERVED: Final = 1  # it was first seen after that date
NO_RATE: Final = 2  # an amount in another currency, and no rate for its day
MISSING: Final = 4  # a value that was to be counted was never given
UNTOLD: Final = 8  # nobody tells of what every company has: none known is not none

CODES: Final = {UNOBSERVED: "unobserved", NO_RATE: "no_rate", MISSING: "missing", UNTOLD: "untold"}


def codes(mask: int) -> tuple[str, ...]:
    return tuple(code for bit, code in CODES.items() if mask & bit)
