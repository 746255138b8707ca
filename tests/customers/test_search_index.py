"""Words are sorted in by the worker: nobody who writes waits for it."""

from __future__ import annotations

import pytest
from tests.customers.cast import a_profile, customer_of

from concord.customers.actions import search_index
from concord.customers.jobs import tidy_search_index
from concord.customers.models import Customer

pytestmark = pytest.mark.django_db


def test_what_waits_is_sorted_in_once() -> None:
    search_index.tidy()
    found = a_profile("K-1", name="Kalthoff Werkzeuge GmbH")
    assert search_index.tidy() == 1
    assert search_index.tidy() == 0
    tokens = customer_of(found).search_tokens
    assert Customer.objects.get(search_tokens__contains=tokens).pk == found


def test_the_worker_does_it() -> None:
    a_profile("K-1", name="Kalthoff Werkzeuge GmbH")
    tidy_search_index(0)
    assert search_index.tidy() == 0
