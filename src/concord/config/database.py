"""The database: `DATABASE_URL`, else a private PostgreSQL cluster in the data folder.

Importing this module, or asking for the settings, starts nothing: the private cluster's address
follows from the data folder. Commands that need it run inside `running()`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import platformdirs
import psycopg
from django.core.files import locks
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from concord.config import machine, programs
from concord.config.cluster import Cluster
from concord.config.roles import APP, OWNER, SUPERUSER
from concord.kernel.errors import Problem

REACH_SECONDS = 5  # how long a database of DATABASE_URL may take to answer
CHECKOUT = Path(__file__).resolve().parents[3]


def data_folder() -> Path:
    """`CONCORD_DATA`, else `.data` in a checkout, else the user's data folder."""
    chosen = os.environ.get("CONCORD_DATA")
    if chosen:
        return Path(chosen).expanduser().resolve()
    if not (CHECKOUT / "pyproject.toml").exists():  # installed as a package
        return Path(platformdirs.user_data_path("concord", appauthor=False)).resolve()
    return passable(CHECKOUT / ".data")


def passable(folder: Path) -> Path:
    """The folder, or as root its stand-in below /var/lib where the server's user cannot reach it.

    A checkout in root's home is such a place.
    """
    if os.name == "posix" and os.geteuid() == 0:
        with contextlib.suppress(Problem):  # no user to run as: said when it starts
            if machine.first_blocked(folder, machine.server_user(folder / "postgres")) not in (
                None,
                folder,
            ):
                digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]
                return Path("/var/lib/concord") / f"{folder.parent.name}-{digest}"
    return folder


def url() -> str:
    """A libpq address of the database, for tools and child processes."""
    given = os.environ.get("DATABASE_URL")
    return given or make_conninfo(**_cluster(data_folder()).address(_role()))


def settings() -> dict[str, Any]:
    """The entry for Django's DATABASES, with a connection pool; starts nothing."""
    return entry(_parsed(os.environ.get("DATABASE_URL")) or _private(data_folder()))


def entry(address: dict[str, Any]) -> dict[str, Any]:
    """A libpq address as Django spells it.

    psycopg must not prepare on the server: search's generic plans cost a hundred times as much.
    What is prepared by name (kernel.prepared) is planned once, not for its first values anew.
    """
    rest = dict(address)
    if os.environ.get("CONCORD_PREPARE") != "0":
        once = "-c plan_cache_mode=force_generic_plan"
        rest["options"] = f"{rest.get('options', '')} {once}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": rest.pop("dbname", ""),
        "USER": rest.pop("user", ""),
        "PASSWORD": rest.pop("password", ""),
        "HOST": rest.pop("host", ""),
        "PORT": rest.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,  # a restarted database costs no request an error
        "OPTIONS": {
            **rest,
            "pool": {"min_size": 1, "max_size": 16, "timeout": 10},
            "server_side_binding": False,
            "prepare_threshold": None,
        },
    }


@contextlib.contextmanager
def running(folder: Path | None = None, *, durable: bool = True) -> Iterator[None]:
    """The database runs inside; the last to leave stops it, unless `start` asked to keep it.

    Who uses it is a shared lock that the kernel drops with the process, so a killed one does not
    count. `durable=False` trades safety for speed, in tests whose data may be lost.
    """
    if folder is None and (address := _parsed(os.environ.get("DATABASE_URL"))):
        _reach(address)
        yield
        return
    folder = folder or data_folder()
    cluster = _cluster(folder, durable=durable)
    with contextlib.ExitStack() as stack:
        with _exclusively(cluster):
            if cluster.start():
                _kept(folder).unlink(missing_ok=True)
            users = stack.enter_context((folder / "database-users").open("a"))
            locks.lock(users, locks.LOCK_SH)
        try:
            yield
        finally:
            with _exclusively(cluster):
                if _is_last(users) and not _kept(folder).exists():
                    cluster.stop()


def require_company() -> None:
    """Refuse to begin an empty company where one of another folder was meant."""
    folder = data_folder()
    if not os.environ.get("DATABASE_URL") and not Cluster(folder).data.exists():
        raise Problem(
            "There is no company in this data folder.",
            place=str(folder),
            mend="Name its own: concord --data FOLDER and the command, or set CONCORD_DATA. A new"
            " company begins with: concord serve.",
        )


def start(folder: Path | None = None) -> bool:
    """Start it to run until `stop`. True if it did not run before."""
    _require_private()
    folder = folder or data_folder()
    cluster = _cluster(folder)
    with _exclusively(cluster):
        started = cluster.start()
        _kept(folder).touch()
    return started


def stop(folder: Path | None = None) -> bool:
    """Stop it, whoever uses it. True if it ran."""
    _require_private()
    folder = folder or data_folder()
    if not folder.exists():
        return False
    cluster = _cluster(folder)
    with _exclusively(cluster):
        _kept(folder).unlink(missing_ok=True)
        return cluster.stop()


@dataclass(frozen=True)
class Status:
    """`version` is empty when it does not answer; `place` is the folder or the host."""

    place: str
    version: str

    @property
    def running(self) -> bool:
        return bool(self.version)


def status(folder: Path | None = None) -> Status:
    address = _parsed(os.environ.get("DATABASE_URL")) if folder is None else None
    folder = folder or data_folder()
    place = address.get("host", "localhost") if address else str(folder)
    try:
        with psycopg.connect(**(address or _private(folder)), connect_timeout=5) as connection:
            row = connection.execute("SHOW server_version").fetchone()
    except psycopg.OperationalError:
        return Status(place, "")
    return Status(place, row[0] if row else "")


def dump(file: Path) -> None:
    """The whole database into one file, while it runs."""
    if file.exists():
        raise Problem("This file exists.", place=str(file), mend="Name a new one.")
    _tool("pg_dump", "--format=custom", f"--file={file}")


def restore(file: Path) -> None:
    """What `dump` wrote, into an empty database: all of it or nothing."""
    if not file.is_file():
        raise Problem("There is no such file.", place=str(file))
    _tool("pg_restore", "--single-transaction", "--exit-on-error", str(file))


def _tool(name: str, *arguments: str) -> None:
    found = programs.find(_cluster(data_folder()).major)
    address = _parsed(os.environ.get("DATABASE_URL")) or _cluster(data_folder()).address(SUPERUSER)
    command = [found.path(name), f"--dbname={make_conninfo(**address)}", *arguments]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise Problem(f"{name} failed: {result.stderr.strip()}", place=arguments[-1])


def _private(folder: Path) -> dict[str, Any]:
    return _cluster(folder).address(_role())


def _role() -> str:
    """The application's role; `concord migrate` asks for the owner's."""
    return OWNER if os.environ.get("CONCORD_ROLE") == "owner" else APP


def _reach(address: dict[str, Any]) -> None:
    """Ask once, so that a database that is not there is said soon and by name."""
    try:
        psycopg.connect(**{"connect_timeout": REACH_SECONDS, **address}).close()
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        host, port = address.get("host") or "localhost", address.get("port") or 5432
        raise Problem(
            f"The database does not let us in: {reason.rstrip('.')}.",
            place=f"DATABASE_URL, {host}:{port}",
            mend="Does it run, and are address, name and password right? Without DATABASE_URL "
            "Concord starts a private database of its own.",
        ) from error


def _parsed(given: str | None) -> dict[str, Any] | None:
    if not given:
        return None
    try:
        return dict(conninfo_to_dict(given))
    except psycopg.ProgrammingError as error:
        raise Problem(
            f"DATABASE_URL is not an address of a PostgreSQL database: {error}".strip() + ".",
            mend="It looks like postgresql://user:password@host:5432/concord.",
        ) from error


def _cluster(folder: Path, *, durable: bool = True) -> Cluster:
    return Cluster(folder, durable=durable)


def _kept(folder: Path) -> Path:
    return folder / "database-kept"


@contextlib.contextmanager
def _exclusively(cluster: Cluster) -> Iterator[None]:
    """One process at a time starts or stops the cluster of a folder; others wait here."""
    with cluster.explained():
        cluster.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (cluster.folder / "database-lock").open("a")
    with file:
        locks.lock(file, locks.LOCK_EX)
        yield


def _is_last(users: IO[str]) -> bool:
    locks.unlock(users)
    return locks.lock(users, locks.LOCK_EX | locks.LOCK_NB)


def _require_private() -> None:
    if os.environ.get("DATABASE_URL"):
        raise Problem(
            "DATABASE_URL names a database that we did not start and do not stop.",
            mend="Unset it to use the private one of the data folder.",
        )
