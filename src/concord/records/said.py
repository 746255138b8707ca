"""What a source says of records: the words in which `actions.receive` is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final, Literal, NamedTuple

from django.utils.translation import gettext as _

from concord.customers.rows import copy_line
from concord.kernel.errors import Problem
from concord.records.types.values import plain

KEY_LENGTH: Final = 255


class Ref(NamedTuple):
    """Names a record: by type and key, in the speaking source or in another one (its key)."""

    type: str
    key: str
    source: str = ""


_NO_PARENT: Final = Ref("", "")


@dataclass(frozen=True, slots=True)
class RecordSaid:
    """One record as a source states it; `data` has the JSON form of `types.keep_all`.

    `profile` is the customer's key, in `profile_source` (default: the speaking source).
    `keeps` names the columns and data fields that were not said: an existing record keeps them.
    """

    type: str
    key: str
    profile: str
    profile_source: str = ""
    parent: Ref | None = None
    subject: str = ""
    opened_at: date | None = None
    due_at: date | None = None
    closed_at: date | None = None
    status: str = ""
    amount: Decimal | None = None
    currency: str = ""
    unit_id: int | None = None
    owner_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    keeps: frozenset[str] = frozenset()
    _line: str = field(default="", init=False, repr=False, compare=False)

    def line(self) -> str:
        """It as it is staged, its digest last; written once, so that it can be written ahead."""
        if not self._line:
            object.__setattr__(self, "_line", _line_of(self))
        return self._line


@dataclass(frozen=True, slots=True)
class LineSaid:
    record: Ref
    key: str
    product: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkSaid:
    from_record: Ref
    role: str
    to_record: Ref


@dataclass(frozen=True, slots=True)
class AllocationSaid:
    key: str
    payment: Ref
    invoice: Ref
    amount: Decimal
    at: date


PartSaid = LineSaid | LinkSaid | AllocationSaid
Said = RecordSaid | PartSaid
# "over": it was emptied when the time for which it is kept was over, and is not taken again.
Outcome = Literal["created", "changed", "unchanged", "waiting", "over"]


class Receipt(NamedTuple):
    """What became of one statement; `id` is the record's (None while a part waits)."""

    outcome: Outcome
    id: int | None = None


_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def dump(value: Mapping[str, Any]) -> str:
    """JSON with one spelling for one content, so that equal contents have equal digests."""
    return _ENCODE(value)


def _line_of(said: RecordSaid) -> str:
    if not said.key or len(said.key) > KEY_LENGTH:
        raise Problem(
            _("A record's key must have between 1 and 255 characters."),
            place=f"{said.type} {said.key[:40]!r}",
            mend=_("Choose the column that identifies the record in this system."),
        )
    parent = said.parent or _NO_PARENT
    line = copy_line(
        (
            said.type,
            said.key,
            said.profile_source,
            said.profile,
            parent.source,
            parent.type,
            parent.key,
            said.subject,
            said.opened_at,
            said.due_at,
            said.closed_at,
            said.status,
            None if said.amount is None else format(said.amount, ".4f"),
            said.currency,
            said.unit_id,
            said.owner_id,
            dump(said.data) if said.data else "{}",
        )
    )
    # What cannot be kept (half of a character) is refused where it is written, with its row.
    digest = blake2b(line.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{line}\t{digest}"


def part_to_json(said: PartSaid) -> dict[str, Any]:
    """A part as JSON, for the time that it waits."""

    def plainly(value: Any) -> Any:
        match value:
            case Ref():
                return list(value)
            case Decimal():
                return plain(value)
            case date():
                return value.isoformat()
            case _:
                return value

    return {name: plainly(getattr(said, name)) for name in said.__slots__}


def part_from_json(part: str, raw: Mapping[str, Any]) -> PartSaid:
    def number(name: str) -> Decimal | None:
        return None if raw[name] is None else Decimal(raw[name])

    match part:
        case "line":
            return LineSaid(
                record=Ref(*raw["record"]),
                key=raw["key"],
                product=raw["product"],
                quantity=number("quantity"),
                unit_price=number("unit_price"),
                amount=number("amount"),
                data=raw["data"],
            )
        case "link":
            return LinkSaid(Ref(*raw["from_record"]), raw["role"], Ref(*raw["to_record"]))
        case _:
            return AllocationSaid(
                key=raw["key"],
                payment=Ref(*raw["payment"]),
                invoice=Ref(*raw["invoice"]),
                amount=Decimal(raw["amount"]),
                at=date.fromisoformat(raw["at"]),
            )
