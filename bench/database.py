"""Databases for measurements: an empty one, or a copy of one that is built once and kept.

On `DATABASE_URL` where that is set (its role must be allowed to make databases), else on a private
cluster in `CONCORD_BENCH_DATA` (default `.data/bench`) that is as durable as a real one. With
`CONCORD_BENCH_KEPT=1` a house that older code built is taken as it is and migrated: to build one of
a million takes half an hour.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psutil
from psycopg import sql

from bench.harness import Say

CHECKOUT = Path(__file__).resolve().parent.parent


@contextmanager
def scratch_database(name: str = "concord_bench") -> Iterator[None]:
    """Django is set up over an empty, migrated database of that name, dropped at the end."""
    with _server():
        _migrated(name)
        try:
            yield
        finally:
            _drop(name)


@contextmanager
def kept_database(family: str, of: str, build: Callable[[], None], say: Say) -> Iterator[None]:
    """Django is set up over a copy of the database `family_of`, dropped at the end.

    `build` fills it where it is not there yet; `of` says of what it is made, and others of its
    family are dropped. One that was killed while it was built is built again; two that start at
    once build it once.
    """
    name = f"{family}_{of}"
    with _server():
        with _cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [family])
            older = _older(cursor, family) if os.environ.get("CONCORD_BENCH_KEPT") == "1" else None
            name = older or name
            _clear(cursor, family, name)
            if not _exists(cursor, name):
                say(f"building {name}, once: later runs copy it")
                begin = time.perf_counter()
                _migrated(f"{name}_unfinished")
                build()
                _leave()
                _do(cursor, "ALTER DATABASE {} RENAME TO {}", f"{name}_unfinished", name)
                say(f"built in {time.perf_counter() - begin:.0f} s")
            copy = f"{name}_{os.getpid()}"
            _do(cursor, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", copy, name)
        _enter(copy)
        try:
            if older:
                say(f"a copy of {older}, as it was built")
                _migrate()
            yield
        finally:
            _drop(copy)


@contextmanager
def _server() -> Iterator[None]:
    """The server runs, its owner may make databases, and Django is set up to reach it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    import django
    from django.conf import settings

    from concord.config import database
    from concord.config.cluster import Cluster
    from concord.config.roles import OWNER

    chosen = os.environ.get("CONCORD_BENCH_DATA")
    folder = Path(chosen).resolve() if chosen else database.passable(CHECKOUT / ".data" / "bench")
    is_ours = not os.environ.get("DATABASE_URL")
    entry = settings.DATABASES["default"]
    if is_ours:
        entry |= database.entry(dict(Cluster(folder).address(OWNER)))
    entry["OPTIONS"].pop("pool", None)
    with database.running(folder) if is_ours else nullcontext():
        if is_ours:
            with Cluster(folder).connect() as connection:
                connection.execute(f"ALTER ROLE {OWNER} CREATEDB")
                connection.execute(f"GRANT pg_checkpoint TO {OWNER}")
        django.setup()
        yield


def _migrated(name: str) -> None:
    """An empty database of that name, migrated; Django is on it."""
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)


def _older(cursor: Any, family: str) -> str | None:
    """A house of the family that is there already, not a copy of one."""
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{family}_"])
    whole = (name for (name,) in cursor.fetchall() if "_" not in name.removeprefix(f"{family}_"))
    return next((name for name in whole if not name.endswith("_unfinished")), None)


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _enter(name: str) -> None:
    from django.conf import settings
    from django.db import connection

    _leave()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _leave() -> None:
    from django.db import connection

    connection.close()


def _drop(name: str) -> None:
    """Whoever is still in it is sent away; a vacuum worker, who is not ours to send, by waiting."""
    from django.db import ProgrammingError

    _leave()
    with _cursor() as cursor:
        try:
            _do(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        except ProgrammingError:
            _do(cursor, "DROP DATABASE IF EXISTS {}", name)


@contextmanager
def _cursor() -> Iterator[Any]:
    """On no database of ours, as making and dropping one wants."""
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        yield cursor


def _clear(cursor: Any, family: str, name: str) -> None:
    """Drop what is out of date, and the copies of runs that were killed."""
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"{family}_"])
    for (each,) in cursor.fetchall():
        process = each.rpartition("_")[2]
        is_copy = each.count("_") > name.count("_") and process.isdigit()
        in_use = is_copy and psutil.pid_exists(int(process))
        if each != name and not in_use:
            _do(cursor, "DROP DATABASE {} WITH (FORCE)", each)


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
    return bool(cursor.rowcount > 0)


def _do(cursor: Any, statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
