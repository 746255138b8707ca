"""Every address of the product; an app adds its own in its `urls.py`."""

from importlib.util import find_spec
from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver, include, path, re_path


def closed(request: HttpRequest) -> NoReturn:
    """An administrator invites people, changes their address and makes their links: nobody else.

    The link in a mail would also stand in the log where no mail server is set.
    """
    raise Http404


urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^account/(?:signup|email|confirm-email)/", closed),
    path("account/password/reset/", closed),
    path("account/", include("allauth.urls")),
]
for app in ("ui", "pages", "customers", "records", "treatment", "work", "connect"):
    if find_spec(f"concord.{app}.urls"):
        urlpatterns.append(path("", include(f"concord.{app}.urls")))
