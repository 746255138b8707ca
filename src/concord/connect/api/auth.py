"""Who calls: a key in `Authorization: Bearer`, its principal, and what it may do."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from concord.kernel.access import Viewer, viewer_of
from concord.kernel.actions import api_keys
from concord.kernel.errors import Problem
from concord.kernel.models import ApiKey


class KeyAuth(HttpBearer):
    """The key is the request's `auth`; an unknown, expired or revoked one is 401."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        return api_keys.find(token)


class Call(HttpRequest):
    """A request that has come through `KeyAuth`."""

    auth: ApiKey


def check_scope(request: Call, scope: str) -> None:
    """Raises `Problem` (403) where the key has not this scope."""
    if scope not in request.auth.scopes:
        raise Problem(
            f"This key may not do that: it needs the scope {scope}.",
            mend="An administrator makes a key with it.",
            code="forbidden",
        )


def viewer(request: Call) -> Viewer:
    """What the principal may see."""
    return viewer_of(request.auth.principal)
