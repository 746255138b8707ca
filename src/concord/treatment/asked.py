"""Exceptions that wait for somebody's answer."""

from __future__ import annotations

from django.db.models import Q

from concord.customers.access import held_back
from concord.kernel.access import Viewer
from concord.kernel.time import today
from concord.treatment.models import Asking


def open_for(viewer: Viewer, limit: int) -> list[Asking]:
    """Those that this person may answer, the first to lapse first. One query."""
    mine = Q(named__contains=[viewer.role])
    if viewer.department:
        mine |= Q(named__contains=[f"{viewer.role} of {viewer.department}"])
    rows = Asking.objects.filter(mine, verdict="", deadline__gte=today())
    rows = rows.exclude(customer__in=held_back(viewer))
    return list(rows.select_related("customer", "asked_by").order_by("deadline", "id")[:limit])
