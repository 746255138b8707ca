"""What was acknowledged is there after a kill, and what a kill leaves behind is cleared."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from tests.config.conftest import Runner, kill_server, reap, server_pid, stopped, stranger

from concord.config import database
from concord.config.cluster import Cluster
from concord.config.machine import working_in
from concord.config.programs import Programs
from concord.config.roles import APP, OWNER
from concord.kernel.errors import Problem

WRITERS = 4


def test_nothing_acknowledged_is_lost(
    folder: Path, each_postgres: Programs, each_user: Runner
) -> None:
    def write_kill_and_count() -> list[int]:
        """Rounds of writing and SIGKILL; returns how many were acknowledged, all, and missing."""
        acknowledged: set[int] = set()
        for serial in range(3):
            database.start(folder)
            if serial == 0:
                with Cluster(folder).connect(OWNER, "concord") as connection:
                    connection.execute("CREATE TABLE word (id bigint PRIMARY KEY, body text)")
            acknowledged |= write_until_killed(folder, serial * 10**9)
        database.start(folder)
        with Cluster(folder).connect(APP, "concord") as connection:
            found = {row[0] for row in connection.execute("SELECT id FROM word")}
            # and what is there is whole: every page is read again with its checksum
            connection.execute("SELECT sum(length(body)) FROM word")
        database.stop(folder)
        return [len(acknowledged), len(acknowledged - found), len(found - acknowledged)]

    written, missing, unacknowledged = each_user(write_kill_and_count)
    assert written > 100
    assert missing == 0
    assert unacknowledged <= 3 * WRITERS  # committed, but killed before it could say so


def write_until_killed(folder: Path, first: int) -> set[int]:
    """Four writers commit row by row; in the middle everything is killed."""
    acknowledged: set[int] = set()
    enough = threading.Event()

    def write(number: int) -> None:
        with (
            suppress(psycopg.OperationalError),  # killed, perhaps while it connects
            Cluster(folder).connect(APP, "concord") as connection,
        ):
            for row in range(10**6):
                key = first + number * 10**6 + row
                connection.execute("INSERT INTO word VALUES (%s, %s)", [key, "x" * 500])
                acknowledged.add(key)
                if len(acknowledged) > 100:
                    enough.set()

    writers = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    kill_server(folder / "postgres")
    for writer in writers:
        writer.join(60)
    return acknowledged


def test_the_pid_of_a_killed_server_that_another_process_has_now(folder: Path) -> None:
    database.start(folder)
    kill_server(folder / "postgres")
    other = stranger(folder)
    try:
        rewrite_pid(folder / "postgres" / "postmaster.pid", other.pid)
        rewrite_pid(folder / "run" / ".s.PGSQL.5432.lock", other.pid)
        with database.running(folder):
            assert server_pid(folder) != other.pid
        assert stopped(folder)
        assert other.poll() is None  # and it was left alone
    finally:
        other.kill()
        other.wait()


def rewrite_pid(file: Path, pid: int) -> None:
    assert file.exists()
    lines = file.read_text().splitlines()
    file.write_text("\n".join([str(pid), *lines[1:]]) + "\n")


def test_a_socket_lock_alone_is_left_behind(folder: Path) -> None:
    database.start(folder)
    kill_server(folder / "postgres")
    (folder / "postgres" / "postmaster.pid").unlink()
    other = stranger(folder)
    try:
        rewrite_pid(folder / "run" / ".s.PGSQL.5432.lock", other.pid)
        with database.running(folder):
            assert database.status(folder).running
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("content", ["", "\n", "not a number\n", "0\n", "-5\n"])
def test_a_damaged_pid_file(folder: Path, content: str) -> None:
    database.start(folder)
    database.stop(folder)
    (folder / "postgres" / "postmaster.pid").write_text(content)
    with database.running(folder):
        assert database.status(folder).running


def test_orphans_of_a_killed_server_end_before_the_next_one_starts(folder: Path) -> None:
    """Two servers on one data folder would destroy it: the shared memory is still in use."""
    database.start(folder)
    killed = server_pid(folder)
    busy = threading.Thread(target=keep_a_backend_busy, args=[folder])
    busy.start()
    backend = wait_for_busy_backend(folder)
    os.kill(killed, signal.SIGKILL)
    reap(folder / "postgres")
    assert backend in working_in(folder / "postgres")
    with database.running(folder):
        assert backend not in working_in(folder / "postgres")
        assert server_pid(folder) != killed
    busy.join(60)


def keep_a_backend_busy(folder: Path) -> None:
    """A computation that does not look up while its server is killed."""
    with suppress(psycopg.OperationalError), Cluster(folder).connect() as connection:
        connection.execute("SELECT sum(sqrt(x)) FROM generate_series(1, 6000000) AS x")


def wait_for_busy_backend(folder: Path) -> int:
    with Cluster(folder).connect() as connection:
        for _ in range(1000):
            row = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT sum(sqrt%'"
            ).fetchone()
            if row is not None:
                return int(row[0])
            time.sleep(0.01)
    raise AssertionError("no backend became busy")


def test_a_server_that_lives_but_does_not_answer_is_not_doubled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.start(folder)
    pid = server_pid(folder)
    (folder / "run" / ".s.PGSQL.5432").rename(folder / "run" / "moved")
    with pytest.raises(Problem) as caught:
        database.start(folder)
    assert f"process {pid}" in caught.value.message
    assert f"kill -INT {pid}" in caught.value.mend
    (folder / "run" / "moved").rename(folder / "run" / ".s.PGSQL.5432")
    assert database.stop(folder) is True


def test_killed_while_it_was_being_made(folder: Path) -> None:
    half = folder / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with database.running(folder):
        assert not half.exists()
