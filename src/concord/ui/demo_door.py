"""Signing in with one click as one of the demo company's staff: never anywhere but there."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from concord.kernel.models import Company, Role, User

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
_ORDER = {role: place for place, role in enumerate(Role)}


def is_open(request: HttpRequest) -> bool:
    """Whether this is the demo company, asked from the machine it runs on.

    A proxy on this machine forwards strangers from loopback: its marks close the door too.
    """
    if not settings.DEMO or any(request.META.get(mark) for mark in _FORWARDED):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and Company.load().is_demo


def staff() -> list[User]:
    """Whom one may enter as: the roles in their order, then by department."""
    people = User.objects.filter(is_active=True, is_system=False).select_related("department")
    return sorted(
        people[:200],
        key=lambda person: (_ORDER[Role(person.role)], str(person.department or ""), person.name),
    )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
