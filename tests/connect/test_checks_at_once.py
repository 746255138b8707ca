"""The same check twice at once, under one Idempotency-Key: one answer, one entry of the log."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from tests.connect.test_checks_api import an_order, check
from tests.connect.test_treatments_api import a_key
from tests.treatment.cast import a_best_customer, a_cast

from concord.connect.models import IdempotentCall
from concord.treatment.models import AnswerLog


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_given_one_answer() -> None:
    cast = a_cast()
    _, profile = a_best_customer()
    about, key, both = an_order(profile), a_key(cast), Barrier(3)

    def ask(name: str) -> tuple[int, str]:
        try:
            both.wait(10)
            said = {"request": "ship_order", "about": about}
            answer = check(Client(), key, said, **{"idempotency-key": name})
            return answer.status_code, answer.json()["answer_id"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        one, same, other = threads.map(ask, ["k-1", "k-1", "k-2"])
    assert one == same
    assert (one[0], other[0]) == (201, 201)
    assert one[1] != other[1]  # another key is another asking
    assert (AnswerLog.objects.count(), IdempotentCall.objects.count()) == (2, 2)
