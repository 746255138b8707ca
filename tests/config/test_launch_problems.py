"""What the launcher cannot do, it says: what is wrong, where, and the mend."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.config.conftest import AS_ROOT, Runner, run_as, stopped, system, wheel

from concord.config import database, machine, programs
from concord.config.cluster import Cluster
from concord.config.programs import Programs
from concord.config.roles import OWNER
from concord.kernel.errors import Problem

root_only = pytest.mark.skipif(not AS_ROOT, reason="only root can set this up")


@pytest.mark.parametrize("pair", ["the wheel's two", "the wheel's and the system's"])
def test_data_of_another_major_version(
    folder: Path, pair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = wheel()[0]
    old = wheel()[-1] if pair == "the wheel's two" else system()
    assert old.major < new.major
    for made_with, started_with in ((old, new), (new, old)):
        data = folder / str(made_with.major)
        use(made_with, monkeypatch)
        with database.running(data), Cluster(data).connect(OWNER, "concord") as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")

        use(started_with, monkeypatch)
        with pytest.raises(Problem) as caught:
            database.start(data)
        assert f"PostgreSQL {made_with.major}" in caught.value.message
        assert f"PostgreSQL {started_with.version}" in caught.value.message
        assert caught.value.place == str(data / "postgres")
        assert f"programs of PostgreSQL {made_with.major}" in caught.value.mend
        assert "concord database dump" in caught.value.mend

        use(made_with, monkeypatch)  # nothing was done to the data
        with database.running(data), Cluster(data).connect(OWNER, "concord") as connection:
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def use(chosen: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_POSTGRES", str(chosen.folder))


def test_data_of_an_older_version_is_served_by_its_own_programs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = wheel()[-1]
    use(older, monkeypatch)
    with database.running(folder):
        pass
    monkeypatch.delenv("CONCORD_POSTGRES")
    with database.running(folder):
        assert database.status(folder).version.split(".")[0] == str(older.major)


def test_no_programs_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "WHEEL", "no_such_package")
    monkeypatch.setattr(programs, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Problem) as caught:
        database.start(folder)
    assert "no PostgreSQL 15 or newer" in caught.value.message
    assert "apt-get install postgresql" in caught.value.mend
    assert "DATABASE_URL" in caught.value.mend


def test_the_named_programs_are_not_there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_POSTGRES", str(place / "nowhere"))
    with pytest.raises(Problem) as caught:
        database.start(place / "data")
    assert caught.value.place == str(place / "nowhere")


def test_programs_that_are_too_old_are_not_taken(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in programs.NEEDED:
        (place / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (place / name).chmod(0o755)
    monkeypatch.setenv("CONCORD_POSTGRES", str(place))
    with pytest.raises(Problem, match="PostgreSQL 15 or newer"):
        database.start(place / "data")


@pytest.mark.parametrize("what", ["the folder", "the folder above"])
def test_a_folder_that_may_not_be_written(place: Path, what: str, ordinary_user: Runner) -> None:
    folder = place / "closed" / "data"
    closed = folder if what == "the folder" else folder.parent
    closed.mkdir(parents=True)
    closed.chmod(0o555)
    with pytest.raises(Problem) as caught:
        ordinary_user(lambda: database.start(folder))
    assert "cannot be written: Permission denied" in caught.value.message
    assert caught.value.place.startswith(str(folder))
    assert "CONCORD_DATA" in caught.value.mend


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of 24 megabytes: less than a new cluster takes."""
    disk = place / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs", disk], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let root mount a small disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


@root_only
def test_a_full_disk(small_disk: Path) -> None:
    folder = small_disk / "data"
    with pytest.raises(Problem) as caught:
        database.start(folder)
    assert "No space left on device" in caught.value.message
    assert "Free some space" in caught.value.mend
    assert not (folder / "postgres").exists()  # nothing half made


@root_only
def test_a_folder_that_the_server_cannot_reach(place: Path) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)
    with pytest.raises(Problem) as caught:
        database.start(home / "data")
    assert caught.value.place == str(home)
    assert "cannot pass through" in caught.value.message
    assert f"chmod o+x {home}" in caught.value.mend
    stand_in = database.passable(home / "data")
    assert stand_in.parent == Path("/var/lib/concord")
    assert database.passable(place / "data") == place / "data"


@root_only
def test_programs_that_the_server_cannot_read_are_copied(
    place: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = wheel()[0].copy(place / "home")
    (place / "home").chmod(0o700)
    assert original.in_wheel
    use(original, monkeypatch)
    with database.running(folder):
        assert database.status(folder).version == original.version
    copied = folder / f"postgres-{original.version}"
    made = copied.stat().st_mtime_ns
    with database.running(folder):
        assert copied.stat().st_mtime_ns == made  # once


@root_only
def test_system_programs_that_the_server_cannot_read_are_named(
    place: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)
    (home / "bin").mkdir()
    for name in programs.NEEDED:
        (home / "bin" / name).symlink_to(system().folder / name)
    monkeypatch.setenv("CONCORD_POSTGRES", str(home / "bin"))
    with pytest.raises(Problem) as caught:
        database.start(folder)
    assert caught.value.place == str(home / "bin")
    assert "cannot run these programs" in caught.value.message


@root_only
def test_root_serves_the_folder_of_an_ordinary_user_as_that_user(place: Path) -> None:
    user = pwd.getpwnam("nobody")
    folder = place / "theirs"
    folder.mkdir()
    os.chown(folder, user.pw_uid, user.pw_gid)

    def make() -> None:
        with database.running(folder):
            pass

    run_as(user, make)
    with database.running(folder):
        assert machine.server_user(folder / "postgres").name == "nobody"
        assert database.status(folder).running
    run_as(user, make)
    assert stopped(folder)


def test_what_the_log_says_is_handed_on(folder: Path) -> None:
    database.start(folder)
    database.stop(folder)
    shutil.rmtree(folder / "postgres" / "pg_wal")
    with pytest.raises(Problem) as caught:
        database.start(folder)
    assert "pg_wal" in caught.value.message
    assert str(folder / "postgres.log") in caught.value.mend
    assert stopped(folder)
