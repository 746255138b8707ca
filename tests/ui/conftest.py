"""A small house: Alice runs it, Bob is staff."""

import pytest
from django.test import Client

from concord.kernel.models import Department, Role, User


@pytest.fixture
def support(db: None) -> Department:
    words = {"en": "Support", "ko": "고객 지원", "zh-hant": "客戶支援"}
    return Department.objects.create(key="support", words=words)


@pytest.fixture
def alice(support: Department) -> User:
    return User.objects.create_user("alice@example.com", None, name="Alice", role=Role.SPONSOR)


@pytest.fixture
def bob(support: Department) -> User:
    return User.objects.create_user("bob@example.com", None, name="Bob", department=support)


@pytest.fixture
def as_bob(client: Client, bob: User) -> Client:
    client.force_login(bob, "django.contrib.auth.backends.ModelBackend")
    return client
