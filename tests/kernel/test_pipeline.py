"""Statements sent together: as if each was sent by itself, whatever happens in the middle."""

from __future__ import annotations

import signal
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import (
    DataError,
    IntegrityError,
    InternalError,
    OperationalError,
    connection,
    transaction,
)
from django.test.utils import CaptureQueriesContext

from concord.kernel import prepared
from concord.kernel.models import Unit
from concord.kernel.prepared import Plain, Prepared, together, under_way

ADD = Prepared(
    "INSERT INTO kernel_unit (key, words) VALUES (%(key)s, '{}') RETURNING key", {"key": "text"}
)
KEYS = Prepared("SELECT key FROM kernel_unit ORDER BY key", {})
DIVIDE = Prepared("SELECT 1 / %(by)s", {"by": "int"})


@pytest.fixture(params=[True, False], ids=["prepared", "behind a pooler"])
def _either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "PREPARES", request.param)
    monkeypatch.setattr(prepared, "_prepared", {})
    if connection.connection is not None:
        connection.close()


def keys() -> list[str]:
    return list(Unit.objects.order_by("key").values_list("key", flat=True))


def added(key: str) -> tuple[Prepared, dict[str, Any]]:
    return ADD, {"key": key}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_either_way")
def test_each_sees_what_those_before_it_wrote() -> None:
    assert together() == []
    for _ in range(2):  # planned, and planned already
        with transaction.atomic():
            found = together(
                added("a"), (KEYS, {}), (Plain("SAVEPOINT here"), {}), added("b"), (KEYS, {})
            )
            assert found == [[("a",)], [("a",)], [], [("b",)], [("a",), ("b",)]]
            transaction.set_rollback(True)
    together(added("c"), added("d"))  # with no transaction around, one of their own
    assert keys() == ["c", "d"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_either_way")
def test_after_an_error_nothing_more_is_done_and_nothing_is_left() -> None:
    with pytest.raises(DataError, match="division by zero"):
        together(added("a"), (DIVIDE, {"by": 0}), added("b"))
    assert keys() == []
    with transaction.atomic():
        together(added("a"))
        with pytest.raises(IntegrityError), transaction.atomic():
            together(added("b"), added("a"), added("c"))
        assert together((KEYS, {})) == [[("a",)]]
    assert keys() == ["a"]
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            together(added("a"))
        with pytest.raises(InternalError):
            together((KEYS, {}))
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_either_way")
def test_what_nobody_waited_for_is_done_and_its_error_raised() -> None:
    with transaction.atomic(), under_way((KEYS, {})) as way:
        way.then(added("a"), added("b"))
        assert way.rows(1) == [[]]
    assert keys() == ["a", "b"]
    with pytest.raises(IntegrityError):
        behind("c", "a")
    with pytest.raises(ZeroDivisionError):  # what happened here, not what became of the others
        behind("a", fails=True)
    with transaction.atomic(), under_way(added("e")):
        """Nobody reads, nobody says that it was all."""
    assert keys() == ["a", "b", "e"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_either_way")
def test_more_is_sent_behind_what_was_to_be_the_last() -> None:
    with transaction.atomic(), under_way((KEYS, {})) as way:
        way.then(added("a"))
        way.then(added("b"), (KEYS, {}))
        way.then((KEYS, {}), are_last=False)
        assert way.rows(2) == [[], [("a",)]]
        assert way.last(2) == [[("a",), ("b",)]] * 2
        way.then(added("c"))
        assert way.last(1) == [[("c",)]]
        way.then(added("d"))
    assert keys() == ["a", "b", "c", "d"]
    for failing in range(3):
        with pytest.raises(IntegrityError):
            one_of_three(failing)
        assert keys() == ["a", "b", "c", "d"]


@transaction.atomic
def one_of_three(failing: int) -> None:
    with under_way((KEYS, {})) as way:
        for place in range(3):
            way.then(added("a" if place == failing else f"e{place}"))
        way.last(2)


@transaction.atomic
def behind(*wanted: str, fails: bool = False) -> None:
    with under_way((KEYS, {})) as way:
        way.then(*map(added, wanted))
        assert way.rows(1) == [[("a",), ("b",)]]
        if fails:
            raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_either_way")
def test_much_goes_and_comes_at_once() -> None:
    much = Prepared("SELECT repeat(part, 20) FROM unnest(%(parts)s) part", {"parts": "text[]"})
    parts = ["x" * 1000] * 2_000
    for rows in together(*[(much, {"parts": parts})] * 4):  # none reads while the other sends
        assert len(rows) == 2_000
        assert rows[0] == ("x" * 20_000,)


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_told_and_forgotten() -> None:
    gone = Prepared("SELECT pg_terminate_backend(pg_backend_pid())", {})
    with pytest.raises(OperationalError), transaction.atomic():
        together(added("a"), (gone, {}), added("b"))
    connection.close_if_unusable_or_obsolete()
    assert keys() == []
    together(added("c"))
    assert keys() == ["c"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [KeyboardInterrupt, TimeoutError])
def test_who_is_interrupted_while_waiting_is_told_so_and_may_go_on(
    kind: type[BaseException],
) -> None:
    def interrupt(*_: object) -> None:
        raise kind

    much = Prepared("SELECT repeat('x', 100000)", {})  # more than the server keeps back
    slow = Prepared("SELECT pg_sleep(%(seconds)s)", {"seconds": "float8"})
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(kind), transaction.atomic():
            together(added("a"), (much, {}), (slow, {"seconds": 1.0}), added("b"))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert keys() == []
    together(added("c"))
    assert keys() == ["c"]


@pytest.mark.django_db(transaction=True)
def test_something_else_may_be_asked_once_all_was_waited_for() -> None:
    with transaction.atomic(), under_way((KEYS, {})) as way:
        way.then(added("a"))
        with pytest.raises(OperationalError, match="pipeline mode"):
            keys()
        way.finish()
        assert keys() == ["a"]
    assert keys() == ["a"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_was_restarted_costs_the_next_request_no_error() -> None:
    together(added("a"))
    lost = connection.connection.info.backend_pid
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [lost])
    other.close()
    connection.close_at = None  # it is kept
    connection.close_if_unusable_or_obsolete()  # as at the beginning of each request
    assert together((KEYS, {})) == [[("a",)]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of_type", "value"),
    [
        ("text", 'Ünal\'s \\ "Söhne"\n\t{a,b} 東京 \U0001f600 %s $1'),
        ("text", ""),
        ("text", None),
        ("int", -7),
        ("float8", 0.1),
        ("numeric", Decimal("12.50")),
        ("bool", True),
        ("bool", False),
        ("bytea", b"\x00\xff'\\"),
        ("uuid", UUID(int=7)),
        ("date", date(2024, 2, 29)),
        ("timestamptz", datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)),
        ("text[]", ["a'b", '"', "\\", "NULL", "", "{}", "a,b", "東\n"]),
        ("text[]", ["a", None, "null"]),
        ("text[]", []),
        ("int[]", [1, None, -2]),
        ("uuid[]", [UUID(int=1), UUID(int=2)]),
        ("bytea[]", [b"\x00", b"'\\\""]),
        ("bool[]", [True, False]),
        ("timestamptz[]", [datetime(2026, 1, 2, tzinfo=UTC), None]),
    ],
)
def test_values_arrive_as_they_are(of_type: str, value: object) -> None:
    same = Prepared("SELECT %(value)s", {"value": of_type})
    [[(found,)]] = together((same, {"value": value}))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["a\0b", ["a", "b\0"]])
def test_a_nul_is_refused_and_nothing_is_cut_off(value: object) -> None:
    same = Prepared("SELECT %(value)s", {"value": "text[]" if isinstance(value, list) else "text"})
    with pytest.raises(DataError, match="NUL"):
        together((same, {"value": value}))
    with pytest.raises(TypeError, match="dict"):
        together((same, {"value": {}}))
    assert together((KEYS, {})) == [[]]


@pytest.mark.django_db
def test_what_was_asked_is_told_as_sql_that_can_be_run() -> None:
    both = Prepared("SELECT %(a)s || %(a)s, %(b)s", {"a": "text", "b": "int[]"})
    with CaptureQueriesContext(connection) as asked:
        found = together((both, {"a": "it's \\", "b": [1, 2]}), (KEYS, {}))
    [query] = asked.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(query["sql"].split("; ")[0].replace("%", "%%"))
        assert cursor.fetchall() == found[0] == [("it's \\it's \\", [1, 2])]
