"""A private PostgreSQL cluster in a folder of ours: made, started, probed, stopped.

Callers hold the folder's lock (`concord.config.database` does); nothing here waits for another
process of ours.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import platform
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from concord.config import conf, machine, roles
from concord.config import programs as postgres
from concord.config.programs import Programs
from concord.config.roles import NAME, SUPERUSER
from concord.kernel.errors import Problem

SOCKET_PATH_LIMIT = 103  # bytes: macOS has 104 with the closing zero, Linux 108
START_SECONDS = 120  # recovery after a crash takes time, and a slow disk more
LOG_LIMIT = 10 * machine.MEGABYTE
_children: dict[Path, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Cluster:
    """`folder` is the data folder; `durable=False` is for tests whose data may be lost."""

    folder: Path
    durable: bool = True
    tcp: bool = os.name == "nt"  # no unix socket there: loopback with a password

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def password_file(self) -> Path:
        return self.folder / "database-password"

    @property
    def port_file(self) -> Path:
        return self.folder / "database-port"

    # Where it answers

    @property
    def socket_folder(self) -> Path:
        inside = self.folder / "run"
        fits = len(os.fsencode(inside / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
        if fits and "," not in str(inside):  # a comma separates hosts for libpq
            return inside
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path("/tmp") / f"concord-{digest}"  # noqa: S108 - its owner is checked, see _own

    def address(self, role: str, database: str = NAME) -> dict[str, str]:
        """How libpq reaches it; known before it runs, so that settings need not start it."""
        if self.tcp:
            return {
                "host": "127.0.0.1",
                "port": machine.read(self.port_file) or "5432",
                "user": role,
                "password": machine.read(self.password_file),
                "dbname": database,
            }
        host = str(self.socket_folder)
        return {"host": host, "port": "5432", "user": role, "dbname": database} | self._peer()

    def _peer(self) -> dict[str, str]:
        """Whose server it must be: nobody else's socket is believed, wherever it lies."""
        import pwd  # not on Windows

        with contextlib.suppress(OSError, KeyError):
            return {"requirepeer": pwd.getpwuid(self.data.stat().st_uid).pw_name}
        return {}

    def ping(self) -> pq.Ping:
        """What answers at the address: OK, REJECT (starting or stopping), NO_RESPONSE."""
        conninfo = make_conninfo(**self.address(SUPERUSER, "postgres"), connect_timeout=5)
        return pq.Ping(pq.PGconn.ping(conninfo.encode()))

    def connect(self, role: str = SUPERUSER, database: str = "postgres") -> psycopg.Connection:
        address: dict[str, Any] = self.address(role, database)
        return psycopg.connect(**address, connect_timeout=10, autocommit=True)

    # Making and starting

    def start(self) -> bool:
        """Make it if it is new, start it if it does not run. True if this call started it."""
        if self._answers():
            return False
        self._prepare_folders()
        programs = self._programs()
        if not self.data.exists():
            self._make(programs)
        self._configure()
        self._launch(programs)
        try:
            roles.make(self.connect, machine.read(self.password_file) if self.tcp else "")
        except BaseException:
            self.stop()
            raise
        return True

    def stop(self) -> bool:
        """A fast shutdown: sessions end, everything acknowledged is on disk."""
        if not self._answers():
            return False
        result = self._run([self._programs().path("pg_ctl"), "stop", "-w", "-m", "fast",
                            "-t", str(START_SECONDS), "-D", str(self.data)])  # fmt: skip
        if result.returncode != 0:
            raise Problem(
                f"The database does not stop: {result.stdout.strip() or result.stderr.strip()}",
                place=str(self.data),
                mend=f"Its log is {self.log}.",
            )
        child = _children.pop(self.data, None)
        if child is not None:
            child.wait(timeout=START_SECONDS)
        if not self.tcp and self.folder not in self.socket_folder.parents:
            with contextlib.suppress(OSError):  # it lies with the temporary files of all
                self.socket_folder.rmdir()
        return True

    def _answers(self) -> bool:
        """Connect rather than believe: True if it serves; waits while it starts or stops."""
        if not self.data.exists():
            return False
        deadline = time.monotonic() + START_SECONDS
        while (answer := self.ping()) == pq.Ping.REJECT:
            if time.monotonic() > deadline:
                raise Problem(
                    "The database has been starting or stopping for two minutes.",
                    place=str(self.data),
                    mend=f"Its log says why: {self.log}.",
                )
            time.sleep(0.05)
        return answer == pq.Ping.OK and self._is_ours()

    def _is_ours(self) -> bool:
        """On TCP another server may have taken the port since; the socket's folder is private."""
        if not self.tcp:
            return True
        try:
            with self.connect() as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and Path(row[0]).resolve() == self.data.resolve()

    @property
    def major(self) -> int | None:
        """The major version that made the data, None before there is any."""
        made_with = machine.read(self.data / "PG_VERSION")
        return int(made_with) if made_with else None

    def _programs(self) -> Programs:
        made_with = self.major
        found = postgres.find(made_with)
        if made_with is not None and found.major != made_with:
            raise Problem(
                f"This data folder was made by PostgreSQL {made_with}, "
                f"but the programs here are PostgreSQL {found.version} ({found.folder}).",
                place=str(self.data),
                mend=f"Set CONCORD_POSTGRES to the folder with the programs of PostgreSQL "
                f"{made_with}. To move to {found.major}: with those programs write the data out "
                "(concord database dump FILE), then start with an empty data folder and read it "
                "in (concord database restore FILE).",
            )
        return self._readable(found)

    def _prepare_folders(self) -> None:
        with self.explained():
            if self.server is not None:
                self.folder.chmod(self.folder.stat().st_mode | 0o011)  # to pass, not to look
            self._require_passage(self.folder)
            if not self.tcp:
                self._own(self.socket_folder)

    def _own(self, folder: Path) -> None:
        """A folder that only the server's user enters; refuse one that somebody else put there."""
        folder.mkdir(mode=0o700, exist_ok=True)
        seen = folder.lstat()
        ours = {os.geteuid(), self._uid}
        if folder.is_symlink() or seen.st_uid not in ours:
            raise Problem(
                "This folder for the database's socket belongs to somebody else.",
                place=str(folder),
                mend="Remove it, or choose a shorter data folder with CONCORD_DATA.",
            )
        self._give(folder)
        folder.chmod(0o700)

    def _make(self, programs: Programs) -> None:
        """initdb beside, then rename: a kill in the middle leaves nothing half made."""
        fresh = self.folder / "postgres.new"
        with self.explained():
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            self._give(fresh)
        arguments = [programs.path("initdb"), "--pgdata", str(fresh), "--username", SUPERUSER,
                     "--encoding=UTF8", "--data-checksums", "--auth-local=peer",
                     "--auth-host=scram-sha-256", *_locale(programs)]  # fmt: skip
        if self.tcp:
            arguments += [f"--pwfile={self._new_password()}", "--auth-local=scram-sha-256"]
        result = self._run(arguments)
        if result.returncode != 0:
            raise self._failure("The database cannot be made", result.stderr or result.stdout)
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("include_if_exists = 'concord.conf'\n")
        fresh.rename(self.data)

    def _new_password(self) -> Path:
        descriptor = os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
        self._give(self.password_file)
        return self.password_file

    def _configure(self) -> None:
        """Our settings and who may connect, written anew at each start."""
        if self.tcp:
            self.port_file.write_text(str(machine.free_port()))
        with self.explained():
            place = None if self.tcp else self.socket_folder
            port = self.address(SUPERUSER)["port"]
            self._write("concord.conf", conf.settings(place, port, durable=self.durable))
            self._write("pg_hba.conf", conf.access(tcp=self.tcp))
            self._write("pg_ident.conf", conf.identities())

    def _launch(self, programs: Programs) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._clear_stale_locks()
            if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
                self.log.replace(self.log.with_suffix(".log.1"))
            begin = self.log.stat().st_size if self.log.exists() else 0
            child = self._spawn(programs)
            if self._wait_for(child, deadline):
                _children[self.data] = child
                return
            said = self.log.read_bytes()[begin:].decode(errors="replace")
            # Backends of a killed server end by themselves, a moment later than it did.
            if "shared memory block" not in said or time.monotonic() > deadline:
                raise self._failure("The database does not start", said)
            time.sleep(0.2)

    def _spawn(self, programs: Programs) -> subprocess.Popen[bytes]:
        """In a session of its own: a Ctrl-C for the web server is not one for the database."""
        if os.name == "nt":  # pg_ctl drops an administrator's rights, as the server demands
            arguments = [programs.path("pg_ctl"), "start", "-w", "-D", str(self.data)]
        else:
            arguments = [programs.path("postgres"), "-D", str(self.data)]
        with self.explained(), self.log.open("ab") as log:
            self.log.chmod(0o600)
            return subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.data,
                start_new_session=True, env=_environment(), **self._as_server(),
            )  # fmt: skip

    def _wait_for(self, child: subprocess.Popen[bytes], deadline: float) -> bool:
        while self.ping() != pq.Ping.OK:
            if child.poll() is not None and os.name != "nt":
                return False
            if time.monotonic() > deadline:
                child.terminate()
                child.wait()
                return False
            time.sleep(0.02)
        return True

    def _clear_stale_locks(self) -> None:
        """Lock files of a killed server whose process number somebody else has now.

        PostgreSQL sees by itself that a number is free, not that it was given to another
        process. The data folder's file keeps all but the number: with ours, its parent's, there,
        PostgreSQL ignores the number and still checks that no orphan uses the shared memory.
        A file that a crash of the machine tore says nothing and goes.
        """
        if os.name == "nt":
            return
        pid_file = self.data / "postmaster.pid"
        pid = _first_number(pid_file)
        if pid is None or machine.alive(pid):
            self._require_no_server(pid)
            if pid is None:
                pid_file.unlink(missing_ok=True)
            else:
                lines = pid_file.read_text().splitlines(keepends=True)
                pid_file.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))
        if not self.tcp:
            (self.socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
            (self.socket_folder / ".s.PGSQL.5432").unlink(missing_ok=True)

    def _require_no_server(self, pid: int | None) -> None:
        """No process works in the data folder: not that one, and without a number none at all."""
        working = machine.working_in(self.data)
        holders = [each for each in working if pid in (None, each)]
        if holders:
            raise Problem(
                f"A PostgreSQL server (process {min(holders)}) holds this folder "
                "but does not answer.",
                place=str(self.data),
                mend=f"Wait for it to end, or end it: kill -INT {min(holders)}.",
            )

    # As whom: PostgreSQL refuses to run as root

    @functools.cached_property
    def server(self) -> machine.User | None:
        """As whom the server runs when we are root, else None."""
        if os.name != "posix" or os.geteuid() != 0:
            return None
        return machine.server_user(self.data)

    @property
    def _uid(self) -> int:
        return self.server.uid if self.server else os.geteuid()

    def _as_server(self) -> dict[str, Any]:
        if self.server is None:
            return {}
        return {"user": self.server.uid, "group": self.server.gid, "extra_groups": []}

    def _run(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            arguments, capture_output=True, text=True, errors="replace", cwd=Path("/"),
            env=_environment(), stdin=subprocess.DEVNULL, **self._as_server(),
        )  # fmt: skip

    def _give(self, path: Path) -> None:
        if self.server is not None:
            os.chown(path, self.server.uid, self.server.gid, follow_symlinks=False)

    def _write(self, name: str, text: str) -> None:
        path = self.data / f"{name}.new"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        self._give(path)
        path.replace(self.data / name)

    def _readable(self, programs: Programs) -> Programs:
        """The programs, copied into our folder where the server's user cannot read them."""
        if self.server is None or self._can_run(programs):
            return programs
        if programs.in_wheel:
            with self.explained():
                copied = programs.copy(self.folder)
            if self._can_run(copied):
                return copied
        raise Problem(
            f"User {self.server.name}, as whom the database runs, cannot run these programs.",
            place=str(programs.folder),
            mend=f"Let it read them: chmod -R o+rX {programs.folder}.",
        )

    def _can_run(self, programs: Programs) -> bool:
        try:
            return self._run([programs.path("postgres"), "--version"]).returncode == 0
        except PermissionError:
            return False

    def _require_passage(self, folder: Path) -> None:
        if self.server is None:
            return
        blocked = machine.first_blocked(folder, self.server)
        if blocked is not None:
            raise Problem(
                f"We are root, so the database runs as user {self.server.name}, "
                "and that user cannot pass through this folder.",
                place=str(blocked),
                mend=f"Choose another data folder (CONCORD_DATA=/var/lib/concord), run as an "
                f"ordinary user, or let it pass: chmod o+x {blocked}.",
            )

    # What went wrong

    def _failure(self, what: str, said: str) -> Problem:
        reasons = re.findall(r"(?:FATAL|PANIC|error|Error):\s+(.+)", said) or said.splitlines()[-3:]
        mend = f"Its log is {self.log}."
        if "No space left on device" in said:
            mend = "Free some space on that disk and start again."
        elif "Permission denied" in said:
            mend = "Let this user write there, or choose another folder with CONCORD_DATA."
        return Problem(f"{what}: {'; '.join(reasons)}.", place=str(self.data), mend=mend)

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """An error of the disk, as a problem that names the folder and the mend."""
        try:
            yield
        except OSError as error:
            said = f"Error: {error.strerror}\n"
            raise self._failure("The data folder cannot be written", said) from error


def _locale(programs: Programs) -> list[str]:
    """Sorting and case by Unicode code point, the same on each machine."""
    if programs.major < 17:
        return ["--locale=C.UTF-8"]
    base = "C.UTF-8" if platform.system() == "Linux" else "C"
    return [f"--locale={base}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]


def _environment() -> dict[str, str]:
    """Nothing of the caller's: its locale, PGDATA or PGPORT would change what we start."""
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C"}


def _first_number(path: Path) -> int | None:
    first = machine.read(path).split("\n")[0].strip()
    return int(first) if first.isdigit() and int(first) > 0 else None
