"""What a source says of a customer: the words in which `actions.profiles` is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from django.utils.translation import gettext as _

from concord.customers.rows import as_json
from concord.customers.survivorship import ATTRIBUTES, KEYED, LISTS
from concord.kernel.errors import Problem

KEY_LENGTH: Final = 255


@dataclass(frozen=True, slots=True)
class ProfileSaid:
    """One customer as the source says it is; `data` by the attributes of docs/architecture.md.

    `partial`: attributes that are not given are "not said" and stay as they were; one that is
    given empty (None, "", [], {}) has "no value".
    """

    key: str
    kind: str
    data: Mapping[str, Any]
    unit_id: int | None = None
    partial: bool = False
    pins: tuple[str, ...] = ()


def digest(kind: str, data: Mapping[str, Any], unit_id: int | None, pins: Sequence[str]) -> bytes:
    """Equal for two profiles that say the same, whatever the order of their attributes."""
    content = [kind, sorted(data.items()), unit_id, sorted(pins)]
    return blake2b(as_json(content).encode(), digest_size=16).digest()


def with_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was given empty, inside keyed attributes too; these in the order in which the
    database gives them back: of very many the first ones are looked at."""
    inner = {
        name: {label: value for label, value in sorted(data[name].items(), key=_place) if value}
        for name in KEYED & data.keys()
        if data[name]
    }
    whole = {**data, **inner}
    return {name: value for name, value in whole.items() if value not in (None, "", [], {})}


def _place(keyed: tuple[str, Any]) -> tuple[int, bytes]:
    """Where jsonb has it."""
    label = keyed[0].encode("utf-8", "surrogatepass")
    return len(label), label


def merged(old: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**old, **given}
    for name in KEYED & old.keys() & given.keys():
        if given[name]:
            both = {**old[name], **given[name]}
            merged[name] = {label: value for label, value in both.items() if value}
    return merged


def attributes(data: Mapping[str, Any]) -> dict[str, Any]:
    """`data` in the shape that profiles are kept in: unknown attributes stand under `other`."""
    known: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for name, value in data.items():
        if name == "other" and isinstance(value, Mapping):
            other |= {str(label): _clean(item) for label, item in value.items()}
        elif name in ATTRIBUTES:
            known[name] = _shaped(name, value)
        else:
            other[str(name)] = _clean(value)
    if other:
        known["other"] = other
    return known


def _shaped(name: str, value: Any) -> Any:
    if name in LISTS:
        items = value if isinstance(value, (list, tuple)) else [value]
        return list({text: None for item in items if (text := _clean(item))})
    if name in KEYED:
        pairs = value.items() if isinstance(value, Mapping) else ()
        return {str(label): _clean(item) for label, item in pairs if item}
    return _clean(value)


def _clean(value: Any) -> Any:
    """Text as PostgreSQL can keep it: without zero characters and lone surrogates."""
    if isinstance(value, str):
        text = value.strip()
        if text.isascii():
            return text.replace("\x00", "")
        return text.replace("\x00", "").encode("utf-8", "replace").decode()
    return value


def require_key(key: str) -> None:
    if not key or len(key) > KEY_LENGTH or "\x00" in key:
        raise Problem(
            _("A customer's key must have between 1 and 255 characters."),
            place=repr(key[:40]),
            mend=_("Choose the column that identifies the customer in this system."),
        )
