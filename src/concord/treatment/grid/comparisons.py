"""Comparisons of a cell, "above 10,000", as the reader's language says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from babel.dates import format_date
from django.utils.functional import lazystr
from django.utils.translation import pgettext_lazy

from concord.ui import formats

# By op; of numbers, then of dates. `typed` takes them as patterns, the longest first.
NUMBERS: Final = {
    "=": lazystr("%(low)s"),
    ">": pgettext_lazy("cell", "above %(low)s"),
    ">=": pgettext_lazy("cell", "from %(low)s on"),
    "<": pgettext_lazy("cell", "below %(low)s"),
    "<=": pgettext_lazy("cell", "up to %(low)s"),
    "[]": pgettext_lazy("cell", "%(low)s to %(high)s"),
    "(]": pgettext_lazy("cell", "above %(low)s, up to %(high)s"),
    "[)": pgettext_lazy("cell", "from %(low)s on, below %(high)s"),
    "()": pgettext_lazy("cell", "above %(low)s, below %(high)s"),
}
RANGES: Final = ("[]", "(]", "[)", "()")  # between two, with each end in it or not
DATES: Final = NUMBERS | {
    ">": pgettext_lazy("cell", "after %(low)s"),
    ">=": pgettext_lazy("cell", "from %(low)s on"),
    "<": pgettext_lazy("cell", "before %(low)s"),
    "<=": pgettext_lazy("cell", "until %(low)s"),
    "(]": pgettext_lazy("cell", "after %(low)s, until %(high)s"),
    "[)": pgettext_lazy("cell", "from %(low)s on, before %(high)s"),
    "()": pgettext_lazy("cell", "after %(low)s, before %(high)s"),
}


def part(said: Mapping[str, str], number_of: Callable[[str], str] | None = None) -> str:
    """One comparison; `number_of` says a number otherwise than bare: with its currency, in days."""
    op = said["op"]
    if op == "between":
        open_ = said.get("open", "")
        op = ("(" if "(" in open_ else "[") + (")" if ")" in open_ else "]")
    is_date = len(said["low"]) == 10 and said["low"][4:5] == "-"
    patterns = DATES if is_date else NUMBERS
    tell = number if is_date or number_of is None else number_of
    return str(patterns[op]) % {key: tell(said.get(key, "0")) for key in ("low", "high")}


def number(text: str) -> str:
    """A number or an ISO date as the reader writes it."""
    if len(text) == 10 and text[4:5] == "-":
        return str(format_date(date.fromisoformat(text), "medium", locale=formats.locale()))
    return formats.exact(Decimal(text))
