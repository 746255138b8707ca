"""Pages by cursor: a place in an order, never a number of rows to skip."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Generic, TypeVar

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


def decode(cursor: str, size: int) -> list[str | int | None]:
    """The sort values of a cursor of `size` values; raises Problem for anything else."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error):
        place = None
    if (
        isinstance(place, list)
        and len(place) == size
        and all(v is None or (isinstance(v, str | int) and not isinstance(v, bool)) for v in place)
    ):
        return place
    raise Problem(
        _("This place in the list is not one that we gave out."),
        place="cursor",
        mend=_("Open the list again from its first page."),
    )
