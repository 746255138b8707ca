"""A request as every view of ours gets it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from concord.kernel.access import Viewer
from concord.kernel.models import User


class Request(HttpRequest):
    """A signed-in person's request: `PersonMiddleware` lets no other through to a view."""

    user: User
    viewer: Viewer
    htmx: HtmxDetails
