"""Telling somebody something: a row now, a sentence in the reader's language when it is read."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from concord.kernel.models import Notification, User

Render = Callable[[Mapping[str, Any]], str]

_sentences: dict[str, Render] = {}


def register(kind: str, render: Render) -> None:
    """The sentence of a kind, from its data, in the active language; at start-up, once a kind."""
    if _sentences.get(kind, render) is not render:
        raise ValueError(f"the notification {kind!r} is registered twice")
    _sentences[kind] = render


def tell(user: User, kind: str, url: str, **data: Any) -> Notification:
    """Tell `user`, inside the caller's transaction; `data` must be JSON."""
    if kind not in _sentences:
        raise ValueError(f"the notification {kind!r} is not registered")
    return Notification.objects.create(user=user, kind=kind, url=url, data=data)


def sentence(notification: Notification) -> str:
    """What a notification says, in the active language."""
    render = _sentences.get(notification.kind)
    return render(notification.data) if render else _("Something has changed.")
