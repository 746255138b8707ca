"""Signing in with one click as one of the demo company's staff: never anywhere but there."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from concord.kernel.models import Company, Role, User

_MARKS = (
    "HTTP_X_FORWARDED",
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_REAL_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_X_ORIGINAL",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_CF_",
)
_ORDER = {role: place for place, role in enumerate(Role)}


def is_open(request: HttpRequest) -> bool:
    """Whether this is the demo company, asked from the machine it runs on and by its name."""
    if not settings.DEMO or _is_forwarded(request):
        return False
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    if host != "localhost" and not _is_loopback(host):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and Company.load().is_demo


def staff() -> list[User]:
    """Whom one may enter as: the roles in their order, then by department."""
    people = User.objects.filter(is_active=True, is_system=False).select_related("department")
    return sorted(
        people[:200],
        key=lambda person: (_ORDER[Role(person.role)], str(person.department or ""), person.name),
    )


def _is_forwarded(request: HttpRequest) -> bool:
    """Whether a proxy has its hands in it: one on this machine forwards strangers from loopback.

    nginx adds no header by itself, but asks as HTTP/1.0 ("HTTP/1" for our server), which no
    browser does.
    """
    marked = any(name.startswith(_MARKS) for name, said in request.META.items() if said)
    return marked or request.META.get("SERVER_PROTOCOL") in {"HTTP/1", "HTTP/1.0"}


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
