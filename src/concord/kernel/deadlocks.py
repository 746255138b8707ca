"""Two who waited for each other: the database ended one of them, who begins anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Final, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

_P = ParamSpec("_P")
_T = TypeVar("_T")
ATTEMPTS: Final = 3


def despite_deadlocks(work: Callable[[], _T]) -> _T:
    """What may be repeated without harm, and has transactions of its own; inside one of the
    caller's, which is over with the first deadlock, it is done once."""
    left = 1 if connection.in_atomic_block else ATTEMPTS
    while True:
        left -= 1
        try:
            return work()
        except OperationalError as error:
            if not left or not isinstance(error.__cause__, DeadlockDetected):
                raise


def atomic(act: Callable[_P, _T]) -> Callable[_P, _T]:
    """As `transaction.atomic` of an act that leaves nothing behind but in the database: who locks
    several customers, one after the other, may have to begin anew."""
    in_one = transaction.atomic(act)

    @wraps(act)
    def done(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        return despite_deadlocks(partial(in_one, *args, **kwargs))

    return done
