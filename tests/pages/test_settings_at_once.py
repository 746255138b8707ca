"""The same thing made twice at once: one is made, the other is told, nobody reads an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction
from tests.treatment.cast import Cast, a_cast

from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, Department, Role, Unit, User
from concord.pages.actions import house, people
from concord.treatment.actions import own_requests
from concord.treatment.models import CustomRequest

SAID = people.Said("Dora", Role.MEMBER, None, [], "en")
WORDS = {"en": "New"}
MAKE: dict[str, Callable[[User], Any]] = {
    "a person": lambda by: people.invite(by, "dora@example.com", SAID),
    "a request": lambda by: own_requests.make(by, "tour", WORDS, "sales", None),
    "a department": lambda by: house.save_department(by, None, "law", WORDS, True),
    "a unit": lambda by: house.save_unit(by, None, "valves", WORDS),
}


@pytest.mark.django_db(transaction=True)
def test_two_administrators_make_the_same_at_once() -> None:
    cast = a_cast()
    for make in MAKE.values():
        second = at_once(cast, make)
        assert isinstance(second, Problem), second
        assert "already" in second.message
    assert User.objects.filter(email="dora@example.com").count() == 1
    assert CustomRequest.objects.filter(key="tour").count() == 1
    assert Department.objects.filter(key="law").count() == 1
    assert Unit.objects.filter(key="valves").count() == 1
    for action in ("person.invited", "treatment.make_request", "department.saved", "unit.saved"):
        assert AuditEntry.objects.filter(action=action).count() == 1


def at_once(cast: Cast, make: Callable[[User], Any]) -> BaseException | None:
    """What the second one raised, who waited in the database for the first one's commit."""
    raised: list[BaseException | None] = []

    def other() -> None:
        try:
            make(cast.adam)
            raised.append(None)
        except Exception as error:  # noqa: BLE001 - said by the assertion
            raised.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        make(cast.adam)
        thread.start()
        wait_until_somebody_waits()
    thread.join(30)
    return raised[0]


def wait_until_somebody_waits() -> None:
    deadline = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                " WHERE NOT l.granted AND a.datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("the other one never met us in the database")
