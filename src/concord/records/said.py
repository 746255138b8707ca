"""What a source says of records: the words in which `actions.receive` is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from concord.records.types.values import plain


class Ref(NamedTuple):
    """Names a record: by type and key, in the speaking source or in another one (its key)."""

    type: str
    key: str
    source: str = ""


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
Outcome = Literal["created", "changed", "unchanged", "waiting"]


class Receipt(NamedTuple):
    """What became of one statement; `id` is the record's (None while a part waits)."""

    outcome: Outcome
    id: int | None = None


_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def dump(value: Mapping[str, Any]) -> str:
    """JSON with one spelling for one content, so that equal contents have equal digests."""
    return _ENCODE(value)


def record_digest(said: RecordSaid, profile_id: str, parent_ref: str, data: str) -> bytes:
    """16 bytes that change when what is said of the record changes."""
    amount = "" if said.amount is None else format(said.amount, ".4f")
    text = (
        f"{profile_id}\x1f{parent_ref}\x1f{said.subject}\x1f{said.opened_at}\x1f{said.due_at}\x1f"
        f"{said.closed_at}\x1f{said.status}\x1f{amount}\x1f{said.currency}\x1f{said.unit_id}\x1f"
        f"{said.owner_id}\x1f{data}"
    )
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


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
