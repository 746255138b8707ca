"""The log of what was done about the rights of a customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from concord.customers.models import RightsEvent, RightsRequest
from concord.kernel.models import User
from concord.kernel.time import now


def log(
    customer_id: UUID,
    what: str,
    by: User | None,
    *,
    request: RightsRequest | None = None,
    note: str = "",
    **data: Any,
) -> RightsEvent:
    """One line, inside the caller's transaction. Its words: `customers.rights.words.EVENTS`."""
    return RightsEvent.objects.create(
        customer_id=customer_id, what=what, by=by, request=request, note=note, data=data, at=now()
    )
