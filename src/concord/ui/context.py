"""What the layout needs on every page; computed only where a template asks for it."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from concord.kernel.access import Viewer
from concord.kernel.words import LANGUAGES
from concord.ui import rooms

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell`: rooms, what waits in each (`counts`), languages, theme. `viewer`: who looks."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    return {
        "viewer": viewer,
        "shell": SimpleLazyObject(lambda: _shell(request, viewer)),
    }


def _shell(request: HttpRequest, viewer: Viewer | None) -> dict[str, Any]:
    theme = request.COOKIES.get("theme", "")
    daily = _shown(viewer, rooms.Section.DAILY, request.path)
    run = _shown(viewer, rooms.Section.RUN, request.path)
    return {
        "daily": daily,
        "run": run,
        "counts": {room["key"]: room["count"] for room in (*daily, *run)},
        "find": rooms.address("find"),
        "ask": rooms.address("ask"),
        "languages": LANGUAGES,
        "here": _here(request),
        "theme": theme if theme in THEMES else "",
        "demo": settings.DEMO,
    }


def _here(request: HttpRequest) -> str:
    """Where this page can be opened again: what answers a form stands at an address of no page."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return "/"
    place = urlsplit(came_from)
    return place.path + (f"?{place.query}" if place.query else "")


def _shown(viewer: Viewer | None, section: rooms.Section, path: str) -> list[dict[str, Any]]:
    if viewer is None:
        return []
    here = rooms.current(path)
    return [
        {
            "key": room.key,
            "label": room.label,
            "url": room.url,
            "here": room.key == here,
            "count": room.count(viewer) if room.count else 0,
        }
        for room in rooms.rooms_of(viewer, section)
    ]
