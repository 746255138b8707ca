"""`concord serve`, in earnest: it comes up, ends in order, and a kill leaves nothing running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.config.conftest import concord, server_pid, stopped

from concord.config import machine, processes, serve
from concord.kernel.errors import Problem


def options(*arguments: str) -> Namespace:
    parser = ArgumentParser()
    serve.configure(parser)
    return parser.parse_args(arguments)


@pytest.fixture
def port() -> int:
    return machine.free_port()


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """An empty Concord that serves; its own folder, its own port."""
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    arguments = ("serve", "--empty", "--port", str(port), "--data", str(folder), "--workers", "1")
    with concord(*arguments, env=clean) as process:
        said = ""
        assert process.stdout is not None
        while "Ctrl-C ends it" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        assert f"http://127.0.0.1:{port}" in said
        assert f"concord --data {folder} password" in said  # how to get in
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(60)


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def family(pid: int) -> set[int]:
    """The children of that process, and theirs, but not the database's."""
    listed = subprocess.run(["ps", "-axo", "pid=,ppid=,command="], capture_output=True, text=True)
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    found = {pid}
    while True:
        more = {
            int(row[0])
            for row in rows
            if int(row[1]) in found and "config.child" in row[2] and int(row[0]) not in found
        }
        if not more:
            return found - {pid}
        found |= more


def test_it_serves_and_ends_in_order_and_a_kill_leaves_nothing_running(
    folder: Path, port: int
) -> None:
    with serving(folder, port) as served:
        it_answers(folder, port, served)
        it_ends_in_order(folder, port, served)
    with serving(folder, port) as served:
        a_kill_leaves_nothing_running(folder, port, served)


def it_answers(folder: Path, port: int, served: subprocess.Popen[str]) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/") as response:
        assert response.status == 200
        assert response.headers["Server"] == "granian"
    with pytest.raises(Problem, match=f"Port {port} cannot be used") as caught:
        serve._check_port(options("--port", str(port)))
    assert f"--port {port + 1}" in caught.value.mend

    assert os.getsid(server_pid(folder)) != os.getsid(served.pid)  # a Ctrl-C is not for it


def it_ends_in_order(folder: Path, port: int, served: subprocess.Popen[str]) -> None:
    children = family(served.pid)
    assert len(children) == 4  # the web server, its one process, the two workers
    worker = next(pid for pid in children if command_of(pid).endswith("worker"))
    os.kill(worker, signal.SIGKILL)  # and is started again
    assert eventually(
        lambda: any(command_of(pid).endswith("worker") for pid in family(served.pid) - {worker})
    )
    children = family(served.pid)

    served.send_signal(signal.SIGINT)

    assert served.wait(60) == 0
    assert stopped(folder)
    assert not answers(port)
    assert not any(machine.alive(child) for child in children)


def a_kill_leaves_nothing_running(folder: Path, port: int, served: subprocess.Popen[str]) -> None:
    children = family(served.pid)
    served.kill()
    served.wait()
    assert eventually(lambda: not any(machine.alive(child) for child in children))
    assert eventually(lambda: stopped(folder))
    assert not answers(port)


def test_sigterm_ends_as_ctrl_c_does() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        processes.stop_on_terminate()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def command_of(pid: int) -> str:
    listed = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True
    )
    return listed.stdout.strip()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--share", "crm.example.com"], "Sharing needs TLS"),
        (["--behind-proxy"], "go with --share"),
        (["--tls", "a", "b"], "go with --share"),
        (["--share", "crm.example.com", "--behind-proxy", "--tls", "a", "b"], "Sharing needs TLS"),
        (["--share", "crm.example.com", "--tls", "/none", "/none"], "no such file"),
    ],
)
def test_sharing_without_protection_is_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(Problem, match=message):
        serve._check_sharing(options(*arguments))


def certificate(folder: Path, *, form: str) -> tuple[Path, Path]:
    files = folder / "certificate.pem", folder / f"{form}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         "/CN=localhost", "-keyout", folder / "pkcs8.pem", "-out", files[0]],
        check=True, capture_output=True,
    )  # fmt: skip
    if form == "traditional":
        subprocess.run(
            ["openssl", "rsa", "-traditional", "-in", folder / "pkcs8.pem", "-out", files[1]],
            check=True, capture_output=True,
        )  # fmt: skip
    return files


def test_a_key_that_the_server_cannot_read_comes_with_its_mend(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path, form="traditional")
    with pytest.raises(Problem, match="PKCS #8") as caught:
        serve._check_certificate(chain, key)
    assert f"openssl pkcs8 -topk8 -nocrypt -in {key}" in caught.value.mend


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    chain, _ = certificate(tmp_path, form="pkcs8")
    _, key = certificate(tmp_path / "other", form="pkcs8")
    with pytest.raises(Problem, match="do not work together"):
        serve._check_certificate(chain, key)


def test_sharing_says_what_it_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOSTS", "ORIGINS", "TLS", "BEHIND_PROXY"):
        monkeypatch.setenv(f"CONCORD_{name}", "")
    chain, key = certificate(tmp_path, form="pkcs8")
    shared = options("--share", "crm.example.com", "--tls", str(chain), str(key))
    serve._check_sharing(shared)
    assert os.environ["CONCORD_HOSTS"] == "crm.example.com,127.0.0.1,localhost"
    assert os.environ["CONCORD_ORIGINS"] == "https://crm.example.com:8000"
    assert os.environ["CONCORD_TLS"] == "1"
    assert serve._listen(shared) == "0.0.0.0"
    assert "everybody who can reach it" in serve._welcome(shared)
    assert "One-click sign-in is off" in serve._welcome(shared)

    proxied = options("--share", "crm.example.com", "--behind-proxy")
    serve._check_sharing(proxied)
    assert os.environ["CONCORD_ORIGINS"] == "https://crm.example.com"
    assert os.environ["CONCORD_BEHIND_PROXY"] == "1"
    assert serve._listen(proxied) == "127.0.0.1"


@pytest.mark.django_db
def test_sharing_wants_a_password_of_whoever_may_change_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from concord.kernel.models import Role, User

    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    User.objects.create_user("ann@example.com", "a long enough one", name="A", role=Role.SPONSOR)
    User.objects.create_user("meg@example.com", None, name="M", role=Role.MEMBER)
    serve._require_passwords()
    User.objects.create_user("bob@example.com", None, name="B", role=Role.ADMINISTRATOR)
    with pytest.raises(Problem) as caught:
        serve._require_passwords()
    assert "bob@example.com." in caught.value.message
    assert "ann" not in caught.value.message
    assert "concord password bob@example.com" in caught.value.mend


@pytest.mark.django_db
def test_a_login_that_may_change_the_logs_is_told() -> None:
    from django.db import connection

    assert serve._may_change_logs() is True  # the tests are the owner
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE concord_app")
        assert serve._may_change_logs() is False
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("port", [-1, 0, 65_536, 99_999])
def test_a_port_that_does_not_exist_is_said(port: int) -> None:
    with pytest.raises(Problem) as caught:
        serve._check_port(Namespace(port=port, tls=None))
    assert str(caught.value) == (
        f"--port: There is no port {port}. Choose one from 1024 to 65535: --port 8000."
    )
