"""Who listens is told of what was kept, in the round trip of the commit where it is the last."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from concord.kernel import events
from concord.kernel.events import Changed, Listener, Rows
from concord.kernel.models import Unit
from concord.kernel.prepared import Asked, Prepared

ONE = UUID(int=1)
COUNT = Prepared("SELECT count(*) FROM kernel_unit", {})
DIVIDE = Prepared("SELECT 1 / %(by)s", {"by": "int"})
pytestmark = pytest.mark.django_db(transaction=True)
Heard = list[tuple[Changed, Rows]]
Listens = Callable[[Asked], Heard]


@pytest.fixture
def listens(monkeypatch: pytest.MonkeyPatch) -> Listens:
    listeners: list[Listener] = []
    monkeypatch.setattr(events, "_listeners", listeners)

    def listen(asks: Asked) -> Heard:
        heard: Heard = []
        listeners.append(Listener(lambda _: asks, lambda of, rows: heard.append((of, rows))))
        return heard

    return listen


def change(key: str = "a") -> None:
    Unit.objects.create(key=key, words={})
    events.records_changed([ONE])


def test_it_is_told_with_the_commit_and_once(listens: Listens) -> None:
    heard = listens((COUNT, {}))
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        change()
        events.commit_telling()
        assert heard == []  # not before the transaction is over for all
    assert heard == [(frozenset({ONE}), [(1,)])]
    assert [query["sql"].partition(";")[0] for query in asked][-1] == "COMMIT"
    assert Unit.objects.filter(key="a").exists()


@pytest.mark.parametrize("is_with_the_commit", [True, False])
def test_who_cannot_be_told_undoes_nothing_and_it_is_logged(
    listens: Listens, caplog: pytest.LogCaptureFixture, *, is_with_the_commit: bool
) -> None:
    heard, unheard = listens((COUNT, {})), listens((DIVIDE, {"by": 0}))
    with transaction.atomic():
        change()
        if is_with_the_commit:
            events.commit_telling()
    assert Unit.objects.filter(key="a").exists()
    assert heard == unheard == []
    assert "division by zero" in caplog.text


def test_what_cannot_be_kept_is_told_to_nobody(listens: Listens) -> None:
    heard = listens((COUNT, {}))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE once (at int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(IntegrityError):
        _change_that_cannot_be_kept()
    assert heard == []
    assert not Unit.objects.exists()


@transaction.atomic
def _change_that_cannot_be_kept() -> None:
    change()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO once VALUES (1), (1)")
    events.commit_telling()


def test_nothing_and_several_are_told_at_the_end(listens: Listens) -> None:
    heard = listens((COUNT, {}))
    with transaction.atomic():
        events.commit_telling()
        change("a")
        change("b")
        events.commit_telling()
        change("c")  # it is no end where somebody goes on
    assert [rows for _, rows in heard] == [[(3,)], [(3,)], [(3,)]]
