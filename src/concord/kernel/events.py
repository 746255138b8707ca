"""What lower apps tell upper ones without knowing them: records of these profiles have changed.

`records` and `customers` call `records_changed` inside the transaction that changes something;
whoever answers for what rests on it (treatment: "tell me when it clears") has registered in its
`AppConfig.ready`. Listeners run after the commit; what they miss (a killed process) they must be
able to catch up with, since an event is told once.
"""

from collections.abc import Callable, Iterable
from functools import partial
from uuid import UUID

from django.db import transaction

Listener = Callable[[frozenset[UUID]], None]

_listeners: list[Listener] = []


def on_records_changed(listener: Listener) -> None:
    """Register `listener(profile_ids)`; the same one twice is one."""
    if listener not in _listeners:
        _listeners.append(listener)


def records_changed(profile_ids: Iterable[UUID]) -> None:
    """Say that records, links, allocations or memberships of these profiles have changed.

    A listener's error is logged and does not undo the change, which has been committed by then.
    """
    touched = frozenset(profile_ids)
    if not touched:
        return
    for listener in _listeners:
        transaction.on_commit(partial(listener, touched), robust=True)
