"""Two who waited for each other: the database ended one of them, who begins anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

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
