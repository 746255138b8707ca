"""Pages by cursor: a place in an order, never a number of rows to skip."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from concord.kernel.errors import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the cursor of those that come after ("" at the end)."""

    items: list[T]
    next: str = ""

    def __len__(self) -> int:
        return len(self.items)


def encode(*place: str | int | None) -> str:
    """A cursor that a URL can carry, from the sort values of the last row shown."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: Any) -> list[Any]:
    """The sort values of a cursor, one of each kind (`str`, `int`, `UUID`, `date` as ISO text, …).

    Raises Problem for anything that we did not give out.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if isinstance(place, list) and len(place) == len(kinds):
            return [_read(value, kind) for value, kind in zip(place, kinds, strict=True)]
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise Problem(
        _("This place in the list is not one that we gave out."),
        place="cursor",
        mend=_("Open the list again from its first page."),
    )


def _read(value: object, kind: Any) -> object:
    if kind is UUID:
        return UUID(str(value))
    if kind is date:
        return date.fromisoformat(str(value))
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(value)
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError(value)
    if isinstance(value, str) and "\x00" in value:
        raise ValueError(value)
    return value
