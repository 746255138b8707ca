"""Clusters of their own for the launcher's tests, durable as in earnest, below the system's
temporary folder: pytest's own is closed to the user that the server runs as for root."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import IN_CI

from concord.config import cluster, database, machine, programs
from concord.config.cluster import Cluster
from concord.config.programs import Programs
from concord.kernel.errors import Problem

Runner = Callable[[Callable[[], Any]], Any]
AS_ROOT = os.geteuid() == 0


@pytest.fixture(autouse=True)
def no_address_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "CONCORD_POSTGRES", "CONCORD_ROLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that each user may pass; whatever runs below it is ended at last."""
    place = Path(tempfile.mkdtemp(prefix="concord-launcher-"))
    place.chmod(0o755)
    yield place
    for data in place.rglob("PG_VERSION"):
        kill_server(data.parent)
    shutil.rmtree(place)


@pytest.fixture
def folder(place: Path) -> Path:
    return place / "data"


@pytest.fixture(params=["wheel", "system"])
def each_postgres(
    request: pytest.FixtureRequest, place: Path, monkeypatch: pytest.MonkeyPatch
) -> Programs:
    """The test runs with the wheel's programs, then with the system's."""
    chosen = wheel()[0] if request.param == "wheel" else system()
    if AS_ROOT and machine.first_blocked(chosen.folder, machine.server_user(place)):
        chosen = chosen.copy(place)  # an ordinary user could not read them in this checkout
    monkeypatch.setenv("CONCORD_POSTGRES", str(chosen.folder))
    return chosen


def wheel() -> list[Programs]:
    """The wheel brings two major versions, the newest first."""
    found = [programs._programs(folder) for folder in programs._wheel_folders()]
    return sorted(filter(None, found), key=lambda one: one.major, reverse=True)


def system() -> Programs:
    found = [programs._programs(folder) for folder in programs._system_folders()]
    usable = sorted(filter(None, found), key=lambda one: one.major)
    if usable:
        return usable[0]
    reason = f"the system has no PostgreSQL {programs.OLDEST} or newer"
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(params=["as we are", "as an ordinary user"])
def each_user(request: pytest.FixtureRequest) -> Runner:
    """Runs a function as the user of this test run, then (if that is root) as another."""
    if request.param == "as we are":
        return lambda function: function()
    if not AS_ROOT:
        pytest.skip("this run is an ordinary user's already: the other half of the test was it")
    runner: Runner = request.getfixturevalue("ordinary_user")
    return runner


@pytest.fixture
def ordinary_user(place: Path) -> Runner:
    """Runs a function as somebody who is not root, and who owns `place`."""
    if not AS_ROOT:
        return lambda function: function()
    user = pwd.getpwnam("nobody")
    os.chown(place, user.pw_uid, user.pw_gid)
    return lambda function: run_as(user, function)


def run_as(user: pwd.struct_passwd, function: Callable[[], Any]) -> Any:
    """What `function` returns (JSON) or the Problem that it raises, in a process of that user.

    A fork, not a new interpreter: that user may not reach the one that runs these tests.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():  # a forked child of a threaded parent: it only calls and ends
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        os.close(reader)
        code = 1
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            os.chdir("/")
            os.write(writer, json.dumps({"value": function()}).encode())
            code = 0
        except Problem as problem:
            parts = [problem.message, problem.place, problem.mend]
            os.write(writer, json.dumps({"problem": parts}).encode())
            code = 0
        except BaseException as error:  # noqa: BLE001 - said in the parent
            os.write(writer, json.dumps({"error": repr(error)}).encode())
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = json.loads(pipe.read() or b'{"error": "died"}')
    os.waitpid(pid, 0)
    if "problem" in said:
        message, place, mend = said["problem"]
        raise Problem(message, place=place, mend=mend)
    assert "error" not in said, said["error"]
    return said["value"]


def server_pid(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split()[0])


def kill_server(data: Path) -> None:
    """SIGKILL to all of it at once, as a power cut does; returns when they are gone."""
    while alive := machine.working_in(data):
        for pid in alive:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        reap(data)


def reap(data: Path) -> None:
    child = cluster._children.pop(data, None)
    if child is not None:
        child.wait(timeout=30)


def stopped(folder: Path) -> bool:
    return not database.status(folder).running


def stranger(folder: Path) -> subprocess.Popen[bytes]:
    """A living process that has nothing to do with us, of the user that the server runs as."""
    user = Cluster(folder).server
    rights = {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}
    return subprocess.Popen(["sleep", "600"], cwd="/", **rights)


def concord(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """The console command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "concord.config.command", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
