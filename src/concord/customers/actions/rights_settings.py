"""How this company deals with the rights of persons: what one person sets, and what takes two."""

from __future__ import annotations

from django.db import transaction

from concord.customers import access
from concord.customers.models import RightsSettings
from concord.customers.rights import keys
from concord.kernel import audit
from concord.kernel.access import viewer_of
from concord.kernel.models import User


@transaction.atomic
def save(by: User, *, two_persons: bool, file_days: int) -> RightsSettings:
    """What is in force from now on.

    One person decides that two have to agree to an erasure; that one is enough takes two, as the
    erasure itself would: the first one's word waits for another's. Whoever saves with two persons
    meanwhile keeps it so.
    """
    access.check_handles_rights(by)
    keys.settings()
    found = RightsSettings.objects.select_for_update().get(pk=1)
    if found.two_persons and not two_persons and not _is_agreed(found, by):
        found.off_proposed_by = by
    else:
        found.two_persons, found.off_proposed_by = two_persons, None
    found.file_days = file_days
    found.save(update_fields=["two_persons", "off_proposed_by", "file_days"])
    audit.record(
        by, "customers.rights_settings", "settings", 1,
        two_persons=found.two_persons, off_proposed=found.off_proposed_by_id is not None,
        file_days=file_days,
    )  # fmt: skip
    return found


def _is_agreed(settings: RightsSettings, by: User) -> bool:
    """Whether another one, who may still say so, has proposed it before."""
    first = settings.off_proposed_by
    if first is None or first.pk == by.pk or not first.is_active:
        return False
    return access.may_handle_rights(viewer_of(first))
