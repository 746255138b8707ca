"""What a fact is, and what a fact's value is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal

from concord.kernel.words import Words

Type = Literal["number", "boolean", "date", "string", "list<string>"]
Shown = Literal["money", "count", "days", "percent", "yes_no", "date", "text", "units"]
State = Literal["known", "unknown", "stale"]
Scalar = int | Decimal | bool | date | str | list[str] | None


class Unknown:
    """The value of a fact that cannot be known: never zero, never today's value."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
Value = Scalar | Unknown


@dataclass(frozen=True, eq=False, kw_only=True)
class Fact:
    """A named FEEL expression over a customer, their records and a date.

    `key` names it in code and, with spaces for underscores, in FEEL. `expression` may use the
    record lists of `concord.facts.lists`, `customer` (the golden attributes) and `today()`, which
    is the `as_of` it is asked for. `empty` is its value where the expression is null: nothing to
    add up, nothing to look back to. `scope` says whose records count: the customer's own, or
    those of its whole group. Of a `unit` fact, a business unit may ask for its own part: its
    records and those that belong to no unit. `everyday`: its records are such as every company
    has; where no system tells of a single one, the fact is unknown, not empty. `shown` is how
    people read the value. `own`: the company's own; `retired`: not offered any more, and
    reckoned as long as something looks at it.
    """

    key: str
    words: Words
    expression: str
    type: Type = "number"
    empty: Scalar = None
    scope: Literal["self", "group"] = "self"
    unit: bool = False
    everyday: bool = False
    department: str
    shown: Shown = "count"
    own: bool = False
    retired: bool = False

    @property
    def name(self) -> str:
        """Its name in FEEL."""
        return self.key.replace("_", " ")

    @property
    def is_money(self) -> bool:
        """Whether it is an amount in the company's currency."""
        return self.shown == "money"

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The record types that it rests on."""
        from concord.facts.lists import record_list

        return tuple(sorted({each for name in self.lists for each in record_list(name).types}))

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """The record lists that the expression reads."""
        from concord.facts.expression import read

        return tuple(dict.fromkeys(each.list for each in read(self.expression).aggregates))


@dataclass(frozen=True, slots=True)
class FactValue:
    """The value of a fact for one customer, and what it rests on.

    `state` is `unknown` when something it rests on is not known (`reasons` says what: codes of
    `concord.facts.reasons`; the value is then UNKNOWN), `stale` when the value is given but a
    source it rests on has not spoken for longer than it promised. `sources` are the keys of the
    sources that tell of it for this customer, `oldest_word` when the quietest of them last spoke,
    `records` how many records the value rests on.
    """

    key: str
    value: Value
    state: State
    as_of: date
    sources: tuple[str, ...] = ()
    late_sources: tuple[str, ...] = ()
    oldest_word: datetime | None = None
    records: int = 0
    reasons: tuple[str, ...] = ()
