"""The house of the pages' tests: the cast of treatment, and Hanbit as four systems spell them."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from tests.pages import scene
from tests.treatment.cast import Cast, a_cast

from concord.customers.models import Customer
from concord.kernel.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def cast(db: None) -> Cast:
    cache.clear()
    return a_cast()


@pytest.fixture
def hanbit(cast: Cast) -> Customer:
    return scene.hanbit()


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    def sign_in(person: User) -> Client:
        client.force_login(person, BACKEND)
        return client

    return sign_in
