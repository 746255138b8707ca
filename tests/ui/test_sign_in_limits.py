"""Who mistypes a password too often waits, whichever process of the server they meet."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from concord.kernel import shared_cache, time
from concord.kernel.models import Remembered, User
from concord.kernel.shared_cache import SharedCache

SECRET = "correct horse battery"


def tries(client: Client, password: str) -> bool:
    said = {"login": "bob@example.com", "password": password}
    return client.post("/account/login/", said).status_code == 302


@pytest.fixture
def known(bob: User) -> User:
    bob.set_password(SECRET)
    bob.save()
    return bob


def test_the_sixth_try_is_refused_even_with_the_right_password(known: User) -> None:
    for _n in range(5):
        assert not tries(Client(), "guess")
    assert not tries(Client(), SECRET)
    assert not tries(Client(REMOTE_ADDR="192.0.2.9"), SECRET)  # another machine, the same person
    # Nothing of it is kept in this process: what another one forgets is forgotten.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_remembered")
    assert tries(Client(), SECRET)


def test_only_signing_in_asks_the_database_for_limits(known: User, client: Client) -> None:
    def asked(send) -> int:  # type: ignore[no-untyped-def]
        with CaptureQueriesContext(connection) as seen:
            send()
        return sum("kernel_remembered" in each["sql"] for each in seen)

    assert asked(lambda: client.get("/account/login/")) == 0
    assert asked(lambda: tries(client, SECRET)) <= 25
    assert asked(lambda: client.get("/")) == 0
    assert asked(lambda: client.get("/settings/")) == 0


def test_what_has_expired_is_forgotten(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.set("a", [1.5, 2], 60)
    assert cache.add("a", [], 60) is False
    assert cache.get("a") == [1.5, 2]
    later = time.now() + timedelta(seconds=61)
    monkeypatch.setattr(shared_cache.time, "now", lambda: later)
    assert cache.get("a", "gone") == "gone"
    assert cache.add("b", True, 60) is True
    assert list(Remembered.objects.values_list("key", flat=True)) == [":1:b"]
    assert cache.add("b", True, 60) is False
    assert cache.delete("b") is True
    assert cache.delete("b") is False


def test_what_is_no_json_is_not_kept(db: None) -> None:
    with pytest.raises(TypeError):
        cache.set("a", object(), 60)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_add_at_once_one_does() -> None:
    shared = SharedCache("", {})
    start, done = threading.Barrier(8), []

    def add() -> None:
        start.wait(10)
        try:
            done.append([shared.add(f"key-{n}", True, 60) for n in range(20)])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [sum(each) for each in zip(*done, strict=True)] == [1] * 20
