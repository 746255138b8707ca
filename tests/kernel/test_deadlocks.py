"""Who was ended because two waited for each other begins anew, where that can be."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

from concord.kernel.deadlocks import ATTEMPTS, atomic, despite_deadlocks

pytestmark = pytest.mark.django_db(transaction=True)


class Work:
    def __init__(self, deadlocks: int, code: str = DeadlockDetected.sqlstate or "") -> None:
        self.deadlocks = deadlocks
        self.code = code
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        with transaction.atomic(), connection.cursor() as cursor:
            if self.times <= self.deadlocks:
                cursor.execute(f"DO $$ BEGIN RAISE SQLSTATE '{self.code}'; END $$")
        return self.times


def test_it_is_done_again_but_not_for_ever() -> None:
    assert despite_deadlocks(Work(ATTEMPTS - 1)) == ATTEMPTS
    work = Work(ATTEMPTS)
    with pytest.raises(OperationalError):
        despite_deadlocks(work)
    assert work.times == ATTEMPTS


def test_another_error_and_a_transaction_of_the_caller_end_it() -> None:
    other, within = Work(1, "55P03"), Work(1)  # a lock that was not to be had
    with pytest.raises(OperationalError):
        despite_deadlocks(other)
    with pytest.raises(OperationalError), transaction.atomic():
        despite_deadlocks(within)
    assert (other.times, within.times) == (1, 1)


def test_an_act_is_begun_anew_with_all_that_it_was_given() -> None:
    work, given = Work(1), []

    @atomic
    def act(what: str, *, by: str) -> int:
        """Says what it was given."""
        given.append((what, by))
        return work()

    assert act("this", by="her") == 2
    assert given == [("this", "her")] * 2
    assert act.__doc__ == "Says what it was given."
