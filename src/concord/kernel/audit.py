"""The one way to write down a change: inside the transaction that makes it."""

from typing import Any
from uuid import UUID

from concord.kernel.models import AuditEntry, User


def record(
    by: User | None,
    action: str,
    subject_type: str,
    subject_id: str | int | UUID,
    **data: Any,
) -> AuditEntry:
    """Append an audit entry; `data` is JSON without personal values: name fields, not contents."""
    return AuditEntry.objects.create(
        by=by, action=action, subject_type=subject_type, subject_id=str(subject_id), data=data
    )
