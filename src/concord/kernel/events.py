"""What lower apps tell upper ones without knowing them: records of these profiles have changed.

`records` and `customers` call `records_changed` inside the transaction that changes something;
whoever answers for what rests on it (treatment: "tell me when it clears") has registered in its
`AppConfig.ready`. Listeners are heard after the commit; what they miss (a killed process) they must
be able to catch up with, since an event is told once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from concord.kernel.prepared import Asked, Prepared, together

Changed = frozenset[UUID]
Rows = list[tuple[Any, ...]]

# Not even a crash of the machine loses more than what listeners catch up with anyway: whoever
# changed something waits for the disk once, at the commit.
_NOT_WAITED_FOR: Final[Asked] = (
    Prepared("SELECT set_config('synchronous_commit', 'off', true)", {}),
    {},
)


@dataclass(frozen=True)
class Listener:
    """`asks` is its statement about the profiles, which goes with those of all others in one round
    trip; `hears` is told of them, with the rows of that."""

    asks: Callable[[Changed], Asked]
    hears: Callable[[Changed, Rows], None] | None = None


_listeners: list[Listener] = []


def on_records_changed(
    asks: Callable[[Changed], Asked], hears: Callable[[Changed, Rows], None] | None = None
) -> None:
    """Register a listener; the same one twice is one."""
    if (listener := Listener(asks, hears)) not in _listeners:
        _listeners.append(listener)


def records_changed(profile_ids: Iterable[UUID]) -> None:
    """Say that records, links, allocations or memberships of these profiles have changed.

    A listener's error is logged and does not undo the change, which has been committed by then.
    """
    if touched := frozenset(profile_ids):
        transaction.on_commit(partial(_tell, touched), robust=True)


def _tell(touched: Changed) -> None:
    asked = [listener.asks(touched) for listener in _listeners]
    _, *found = together(_NOT_WAITED_FOR, *asked)
    for listener, rows in zip(_listeners, found, strict=True):
        if listener.hears:
            listener.hears(touched, rows)
