"""`concord serve`: the database, the tables, the demo company, the web server and a worker."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from concord.config import database, processes, translations
from concord.config.setup import set_up, this_command
from concord.kernel.errors import Problem

FIRST_PEOPLE = """
This Concord is empty. Make the first administrator, who invites all others, and the sponsor, who
says how customers are treated (the chief executive, for one):
  {concord} password you@example.com --administrator "Your Name"
  {concord} password head@example.com --sponsor "Their Name"
"""
ONE_LOGIN = (
    "Note: the login of DATABASE_URL may change the logs. A second one keeps them from the "
    "application; docs/settings.md says how."
)
LAST_PORT = 65535
LOOPBACK = "127.0.0.1"
READY_SECONDS = 60
WORKER_RESTART_SECONDS = 5.0
WORKERS = [(), ("looks",)]  # the queues of each; none is all of them
THREADS = 4  # of each process; more would wait for Python's lock


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="default 8000")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder")
    parser.add_argument("--empty", action="store_true", help="without the demo company")
    parser.add_argument(
        "--share",
        metavar="HOST",
        help="serve colleagues, who reach this machine as HOST; needs --tls or --behind-proxy",
    )
    parser.add_argument(
        "--tls", nargs=2, type=Path, metavar=("CERTIFICATE", "KEY"), help="two files, PEM"
    )
    parser.add_argument(
        "--behind-proxy",
        action="store_true",
        help="a proxy on this machine ends TLS and sets X-Forwarded-Proto",
    )
    parser.add_argument(
        "--workers", type=int, default=min(os.cpu_count() or 1, 4), help="processes of the server"
    )


def run(options: Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM; then finish the requests, and stop the database if last."""
    processes.stop_on_terminate()
    if options.data is not None:
        os.environ["CONCORD_DATA"] = str(options.data.expanduser().resolve())
    _check_sharing(options)
    _check_port(options)
    with database.running():
        _prepare(options)
        _supervise(options)
    return 0


def _check_sharing(options: Namespace) -> None:
    if options.share is None:
        if options.tls or options.behind_proxy:
            raise Problem("--tls and --behind-proxy go with --share HOST.")
        if "CONCORD_ORIGINS" not in os.environ:  # what links in mails lead to
            os.environ.setdefault("CONCORD_ADDRESS", f"http://{LOOPBACK}:{options.port}")
        return
    if bool(options.tls) == options.behind_proxy:
        raise Problem(
            "Sharing needs TLS: passwords would cross the network in the clear.",
            mend="Add --tls CERTIFICATE KEY, or --behind-proxy if a proxy on this machine "
            "ends TLS.",
        )
    if options.tls:
        _check_certificate(*options.tls)
    port = "" if options.behind_proxy or options.port == 443 else f":{options.port}"
    os.environ["CONCORD_HOSTS"] = f"{options.share},{LOOPBACK},localhost"
    os.environ["CONCORD_ORIGINS"] = f"https://{options.share}{port}"
    os.environ["CONCORD_TLS"] = "1"
    if options.behind_proxy:
        os.environ["CONCORD_BEHIND_PROXY"] = "1"


def _check_certificate(certificate: Path, key: Path) -> None:
    for file in (certificate, key):
        if not file.is_file():
            raise Problem("There is no such file.", place=str(file))
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except (ssl.SSLError, OSError) as error:
        raise Problem(
            f"This certificate and this key do not work together: {error.strerror or error}.",
            place=f"{certificate}, {key}",
            mend="Both must be PEM files, the key without a password.",
        ) from error
    if "BEGIN PRIVATE KEY" not in key.read_text(errors="replace"):
        raise Problem(
            "The web server reads keys in the PKCS #8 form only.",
            place=str(key),
            mend=f"Convert it: openssl pkcs8 -topk8 -nocrypt -in {key} -out key.pem",
        )


def _check_port(options: Namespace) -> None:
    """Before the start: the server shares a port that another Concord has, without an error."""
    if not 0 < options.port <= LAST_PORT:
        raise Problem(
            f"There is no port {options.port}.",
            place="--port",
            mend=f"Choose one from 1024 to {LAST_PORT}: --port 8000.",
        )
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_listen(options), options.port))
        except OSError as error:
            raise Problem(
                f"Port {options.port} cannot be used: {error.strerror}.",
                mend="Is Concord running already? Else choose another: "
                f"--port {min(options.port + 1, LAST_PORT)}.",
            ) from error


def _listen(options: Namespace) -> str:
    return "0.0.0.0" if options.tls else LOOPBACK  # noqa: S104 - asked for, and said at the start


def _prepare(options: Namespace) -> None:
    translations.compile_all()
    os.environ["CONCORD_DEMO"] = "0"
    set_up()
    from django.conf import settings
    from django.db import connection

    from concord.demo import load

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if _tables_are_old():
        _migrate()
    if _may_change_logs():
        _say(ONE_LOGIN)
    _fill(options)
    if options.share:
        _require_passwords()
    elif load.is_loaded():
        os.environ["CONCORD_DEMO"] = "1"
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


def _tables_are_old() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _may_change_logs() -> bool:
    """Only with a `DATABASE_URL` whose login owns the tables; the private database has two."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('kernel_auditentry', 'DELETE')")
        return bool(cursor.fetchone()[0])


def _migrate() -> None:
    """In a process of its own: it signs in to the database as the owner, the server never does."""
    _say("Making the tables …")
    arguments = [sys.executable, "-m", "concord.config.command", "migrate", "--quiet"]
    if subprocess.run(arguments).returncode != 0:
        raise Problem(
            "The tables of the database could not be brought up to date; the reason stands above."
        )


def _fill(options: Namespace) -> None:
    """The demo company into an empty database, unless none is wanted or others will come in."""
    from concord.demo import load
    from concord.kernel.models import User

    empty = not User.objects.exists()
    if options.empty or options.share:
        if empty:
            _say(FIRST_PEOPLE.format(concord=this_command()))
    elif empty or load.is_unfinished():
        _say("Making the demo company, once; it takes a minute or two.")
        load.load_demo(lambda step: _say(f"  {step}"))


def _require_passwords() -> None:
    """Whoever may change everything signs in with a password that somebody chose."""
    from concord.config.password import set_password
    from concord.kernel.models import Role, User

    powerful = User.objects.filter(
        role__in=[Role.ADMINISTRATOR, Role.SPONSOR], is_active=True, is_system=False
    ).order_by("email")
    without = [user for user in powerful if not user.has_usable_password()]
    if without and not sys.stdin.isatty():
        raise Problem(
            "Before you share it, these people need a password: "
            + ", ".join(user.email for user in without)
            + ".",
            mend=f"Set it: concord password {without[0].email}",
        )
    for user in without:
        _say(f"A password for {user.email} ({user.get_role_display()}), at least 12 characters:")
        _say(set_password(user.email))


def _supervise(options: Namespace) -> None:
    """The web server ends this; a worker that ends is started again.

    One worker does all that waits. The other does what somebody sits in front of: no look at a file
    waits behind an import of an hour.
    """
    tls = [str(file) for file in options.tls or ()]
    web = processes.child(
        "web", _listen(options), str(options.port), str(options.workers), str(THREADS), *tls
    )
    workers = [processes.child("worker", *queues) for queues in WORKERS]
    try:
        _wait_until_ready(web, options.port)
        _say(_welcome(options))
        started = time.monotonic()
        while web.poll() is None:
            for place, worker in enumerate(workers):
                if worker.poll() is not None:
                    _say("A worker ended; it is started again.")
                    time.sleep(max(0.0, started + WORKER_RESTART_SECONDS - time.monotonic()))
                    workers[place] = processes.child("worker", *WORKERS[place])
                    started = time.monotonic()
            time.sleep(0.2)
        raise Problem("The web server ended; the reason stands above.")
    except KeyboardInterrupt:
        _say("\nFinishing …")
    finally:
        processes.end([web, *workers])


def _wait_until_ready(web: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while web.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.05)
    raise Problem("The web server does not answer; the reason stands above.")


def _welcome(options: Namespace) -> str:
    if options.share:
        address = os.environ["CONCORD_ORIGINS"]
        opened = (
            f"port {options.port} of this machine, to everybody who can reach it"
            if options.tls
            else f"port {options.port} to this machine's proxy alone"
        )
        return f"\nConcord: {address}\nIt opens {opened}. One-click sign-in is off. Ctrl-C ends it."
    address = f"\nConcord: http://{LOOPBACK}:{options.port}"
    people = _people()
    if os.environ["CONCORD_DEMO"] == "1" and people:
        address += "\nSign in there with one click as any of the demo company's people:\n" + people
    return f"{address}\nOnly this machine can reach it. Ctrl-C ends it."


def _people() -> str:
    """One of each role, so that the terminal says whom to try."""
    from django.db import connection

    from concord.kernel.models import User

    lines = []
    seen: set[str] = set()
    for user in User.objects.filter(is_active=True, is_system=False).order_by("id"):
        if user.role not in seen:
            seen.add(user.role)
            lines.append(f"  {user.get_role_display():<18} {user.name} <{user.email}>")
    connection.close()
    return "\n".join(lines)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201
