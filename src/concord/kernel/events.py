"""What lower apps tell upper ones without knowing them: records of these profiles have changed.

`records` and `customers` call `records_changed` inside the transaction that changes something;
whoever answers for what rests on it (treatment: "tell me when it clears") has registered in its
`AppConfig.ready`. Listeners are heard after the commit; what they miss (a killed process) they must
be able to catch up with, since an event is told once.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from concord.kernel.prepared import Asked, Plain, Prepared, together, under_way

logger = logging.getLogger(__name__)
_COMMIT: Final = Plain("COMMIT")
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
        transaction.on_commit(_Telling(touched).tell, robust=True)


@dataclass
class _Telling:
    """What is told after a commit; `found` are the rows, where they were asked with it."""

    touched: Changed
    found: list[Rows] | None = None

    @property
    def asked(self) -> list[Asked]:
        return [_NOT_WAITED_FOR, *(listener.asks(self.touched) for listener in _listeners)]

    def tell(self) -> None:
        _, *found = self.found or together(*self.asked)
        for listener, rows in zip(_listeners, found, strict=True):
            if listener.hears:
                listener.hears(self.touched, rows)


def commit_telling() -> None:
    """Commit the transaction of the caller, who is in no other and asks nothing more in it, in one
    round trip with what is asked to tell of it."""
    hooks = (getattr(hook, "__self__", None) for _, hook, *_ in connection.run_on_commit)
    every = [hook for hook in hooks if isinstance(hook, _Telling)]
    if len(every) != 1:
        return  # nothing to tell, or of several changes: at the end of the transaction, as ever
    [telling] = every
    asked, is_committed = telling.asked, False
    try:
        with under_way((_COMMIT, {}), are_all=True) as way:
            way.then(*asked)
            way.rows(1)
            is_committed = True
            telling.found = way.rows(len(asked))
    except DatabaseError:
        if not is_committed:
            raise
        logger.warning("Who listens is asked once more after a commit.", exc_info=True)
