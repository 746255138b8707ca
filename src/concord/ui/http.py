"""A request as every view of ours gets it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from concord.kernel.access import Viewer
from concord.kernel.models import User


def row_id(text: str) -> int:
    """The number of a row as an address or a form gives it; 0, which no row has, for nonsense."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


class Request(HttpRequest):
    """A signed-in person's request: `PersonMiddleware` lets no other through to a view."""

    user: User
    viewer: Viewer
    htmx: HtmxDetails
