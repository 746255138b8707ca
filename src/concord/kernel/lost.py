"""The database goes away while something is done: nothing is wrong with what was done."""

from typing import Final

import psycopg
from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy

from concord.kernel.errors import Problem

# A job that goes on where it was: later again, where another has it or the database is away.
AGAIN: Final = RetryStrategy(
    max_attempts=20,
    wait=15,
    retry_exceptions=[
        Problem, OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError,
    ],
)  # fmt: skip

# SQLSTATEs: told to go (shutdown, crash, not yet up, idle for too long), and no room for more.
_GONE: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "53300"})
_CONNECTION: Final = "08"  # the class of all that is wrong with a connection


def is_lost(error: BaseException | None) -> bool:
    """Whether it is the connection that failed, rather than what was asked of it.

    The connection cannot be looked at for that: at the end of a transaction Django has a new one.
    """
    found = error if isinstance(error, psycopg.Error) else error and error.__cause__
    if not isinstance(found, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    state = found.sqlstate  # None where it is the driver that says so
    return state is None or state in _GONE or state.startswith(_CONNECTION)
