"""Short news at the foot of the page: what was done, with the way back."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

UNDO = "undo:"


def tell(request: HttpRequest, text: str | Promise, *, undo: str = "") -> None:
    """Say `text` once, on this page or the next; `undo` is an address that takes it back (POST).

    Works for full pages and for partials: the middleware adds the toast to an htmx response.
    """
    messages.success(request, str(text), extra_tags=f"{UNDO}{undo}" if undo else "")


def warn(request: HttpRequest, text: str | Promise) -> None:
    """Say that something did not go."""
    messages.error(request, str(text))
