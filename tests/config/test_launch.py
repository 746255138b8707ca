"""The launcher makes, starts, shares and stops a private cluster."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.config.conftest import AS_ROOT, Runner, run_as, server_pid, stopped

from concord.config import database
from concord.config.cluster import Cluster
from concord.config.programs import Programs
from concord.config.roles import APP, OWNER, SUPERUSER
from concord.kernel.errors import Problem

ORDER = "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['한', 'b', 'é', 'A', 'a']) AS x"


def one(connection: psycopg.Connection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_a_cluster_is_made_started_used_and_stopped(
    folder: Path, each_postgres: Programs, each_user: Runner
) -> None:
    shown = ("server_encoding", "data_checksums", "fsync", "synchronous_commit", "full_page_writes",
             "listen_addresses", "jit")  # fmt: skip

    def use() -> dict[str, Any]:
        with database.running(folder), Cluster(folder).connect(APP, "concord") as connection:
            said = {name: one(connection, f"SHOW {name}") for name in shown}
            said["user"] = one(connection, "SELECT current_user")
            said["version"] = one(connection, "SHOW server_version").split(" ")[0]
            said["order"] = one(connection, ORDER)
            said["upper"] = one(connection, "SELECT upper('é')")
            return said

    first, second = each_user(use), each_user(use)

    assert first == second
    assert first == {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "jit": "off",
        "user": APP,
        "version": each_postgres.version,
        "order": "Aabé한",
        "upper": "É",
    }
    assert stopped(folder)


def test_the_server_is_not_root_and_its_folders_are_closed(folder: Path) -> None:
    with database.running(folder):
        assert Path(f"/proc/{server_pid(folder)}").stat().st_uid != 0
        for closed in (folder / "postgres", folder / "run"):
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.stat().st_mode) & 0o066 == 0  # to pass, not to look


@pytest.mark.skipif(not AS_ROOT, reason="only root can be somebody else")
def test_another_user_is_refused_even_where_the_socket_is_open(folder: Path) -> None:
    other = pwd.getpwnam("daemon")

    def connect() -> str:
        try:
            Cluster(folder).connect(APP, "concord").close()
        except psycopg.OperationalError as error:
            return str(error)
        return "welcome"

    with database.running(folder):
        assert "Permission denied" in run_as(other, connect)
        (folder / "run").chmod(0o755)
        (folder / "run" / ".s.PGSQL.5432").chmod(0o777)
        assert f'Peer authentication failed for user "{APP}"' in run_as(other, connect)


def test_nobody_is_trusted(folder: Path) -> None:
    with database.running(folder), Cluster(folder).connect() as connection:
        rules = connection.execute("SELECT type, auth_method FROM pg_hba_file_rules").fetchall()
    assert rules == [("local", "peer")]


def test_over_tcp_a_password_is_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_cluster", lambda folder, **_: Cluster(folder, tcp=True))
    cluster = Cluster(folder, tcp=True)
    with database.running(folder):
        with cluster.connect(APP, "concord") as connection:
            assert one(connection, "SHOW listen_addresses") == "127.0.0.1"
        with cluster.connect() as connection:
            assert one(connection, "SHOW unix_socket_directories") == ""
        for wrong in ("", "guess"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(**(cluster.address(APP) | {"password": wrong}))
        assert stat.S_IMODE(cluster.password_file.stat().st_mode) == 0o600
    with database.running(folder), cluster.connect(OWNER, "concord") as connection:
        assert one(connection, "SELECT current_user") == OWNER


def test_the_application_may_not_change_what_the_owner_keeps_from_it(folder: Path) -> None:
    cluster = Cluster(folder)
    with database.running(folder):
        with cluster.connect(OWNER, "concord") as owner:
            owner.execute("CREATE TABLE log (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
            owner.execute(f"REVOKE UPDATE, DELETE ON log FROM {APP}")
        with cluster.connect(APP, "concord") as app:
            app.execute("INSERT INTO log (word) VALUES ('said')")
            assert one(app, "SELECT word FROM log") == "said"
            for forbidden in (
                "UPDATE log SET word = 'unsaid'", "DELETE FROM log", "TRUNCATE log",
                "DROP TABLE log", "CREATE TABLE other (id int)", "ALTER ROLE concord_owner LOGIN",
                f"SET ROLE {OWNER}", f"SET ROLE {SUPERUSER}",
            ):  # fmt: skip
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(forbidden)


@pytest.mark.parametrize(
    "name", ["with space", "a,comma", 'it\'s "quoted"', "고객 客戶", "-dash", "x" * 120]
)
def test_any_folder_name_works(place: Path, name: str) -> None:
    folder = place / name / "data"
    with database.running(folder), Cluster(folder).connect(APP, "concord") as connection:
        assert one(connection, "SELECT 1") == 1
    with database.running(folder):
        assert server_pid(folder) > 0
    assert stopped(folder)


def test_a_socket_that_finds_no_room_in_the_folder_is_private_too(place: Path) -> None:
    folder = place / ("x" * 120) / "data"
    with database.running(folder):
        outside = Cluster(folder).socket_folder
        assert folder not in outside.parents
        assert stat.S_IMODE(outside.stat().st_mode) == 0o700
    assert not outside.exists()


@pytest.mark.skipif(not AS_ROOT, reason="only root can make a folder of somebody else")
def test_somebody_elses_socket_folder_is_refused(place: Path) -> None:
    folder = place / ("y" * 120) / "data"
    squatted = Cluster(folder).socket_folder
    squatted.mkdir()
    os.chown(squatted, pwd.getpwnam("daemon").pw_uid, -1)
    try:
        with pytest.raises(Problem) as caught, database.running(folder):
            pass
        assert caught.value.place == str(squatted)
        assert "belongs to somebody else" in caught.value.message
    finally:
        squatted.rmdir()


def test_the_last_to_leave_stops_it(folder: Path) -> None:
    with database.running(folder):
        pid = server_pid(folder)
        with database.running(folder):
            assert server_pid(folder) == pid
        assert database.status(folder).running
    assert stopped(folder)


def test_a_killed_user_does_not_count(folder: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder, database.running(folder):
        assert holder.stdout.readline() == b"holds\n"
        holder.kill()
        holder.wait()
    assert stopped(folder)


HOLD = """
import sys, time
from pathlib import Path
from concord.config import database
with database.running(Path(sys.argv[1])):
    print("holds", flush=True)
    time.sleep(600)
"""


def test_a_server_that_was_started_to_stay_stays(folder: Path) -> None:
    assert database.start(folder) is True
    assert database.start(folder) is False
    with database.running(folder):
        pass
    assert database.status(folder).running
    assert database.stop(folder) is True
    assert database.stop(folder) is False
    with database.running(folder):  # and the wish to stay ended with it
        pass
    assert stopped(folder)


def test_several_starts_at_once_join_one_server(folder: Path) -> None:
    command = [sys.executable, "-c", JOIN, str(folder)]
    starters = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    pids = [starter.stdout.readline() for starter in starters if starter.stdout]
    assert len(pids) == 4
    assert set(pids) == {f"{server_pid(folder)}\n"}
    for starter in starters:
        starter.communicate("leave\n", timeout=60)
    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    assert stopped(folder)


JOIN = """
import sys
from pathlib import Path
from concord.config import database
folder = Path(sys.argv[1])
with database.running(folder):
    print((folder / "postgres" / "postmaster.pid").read_text().split()[0], flush=True)
    sys.stdin.readline()
"""


def test_a_dump_is_read_into_an_empty_database(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = place / "old", place / "new"
    file = place / "all.dump"
    monkeypatch.setenv("CONCORD_DATA", str(old))
    with database.running():
        with Cluster(old).connect(OWNER, "concord") as connection:
            connection.execute("CREATE TABLE customer AS SELECT 'Hanbit' AS name")
        database.dump(file)
        with pytest.raises(Problem, match="exists"):
            database.dump(file)
    monkeypatch.setenv("CONCORD_DATA", str(new))
    with database.running():
        database.restore(file)
        with Cluster(new).connect(APP, "concord") as connection:
            assert one(connection, "SELECT name FROM customer") == "Hanbit"
