"""What the launcher asks of the machine: users, folders, memory, processes, ports."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from concord.kernel.errors import Problem

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class User:
    """A user of the operating system."""

    uid: int
    gid: int
    name: str


def server_user(data: Path) -> User:
    """As whom root runs the server: the owner of the data that is there, postgres, or nobody."""
    import pwd  # not on Windows

    with contextlib.suppress(OSError, KeyError):
        owner = pwd.getpwuid(data.stat().st_uid)
        if owner.pw_uid != 0:
            return User(owner.pw_uid, owner.pw_gid, owner.pw_name)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return User(entry.pw_uid, entry.pw_gid, entry.pw_name)
    raise Problem(
        "PostgreSQL does not run as root, and this machine has no other user for it.",
        mend="Make one (useradd --system postgres), or run as an ordinary user.",
    )


def first_blocked(folder: Path, user: User) -> Path | None:
    """The outermost folder on the way that this user cannot pass, None if the way is free."""
    for place in reversed([folder, *folder.parents]):
        if not place.exists():
            return None
        seen = place.stat()
        shift = 6 if seen.st_uid == user.uid else 3 if seen.st_gid == user.gid else 0
        if not seen.st_mode >> shift & 1:
            return place
    return None


def user_name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise Problem(
            f"The user number {uid} has no name on this machine, and PostgreSQL needs one.",
            mend="Give it one (a line in /etc/passwd), or set DATABASE_URL.",
        )


def memory() -> int:
    """Megabytes that this machine, or the container, may use."""
    try:
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEGABYTE
    except (AttributeError, ValueError, OSError):
        return 1024
    limit = read(Path("/sys/fs/cgroup/memory.max"))
    return min(total, int(limit) // MEGABYTE) if limit.isdigit() else total


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def alive(pid: int) -> bool:
    """Does a process of this number exist? Not on Windows, where asking would interrupt it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def working_in(folder: Path) -> list[int]:
    """The processes whose working folder this is, as a PostgreSQL server's is its data folder."""
    if not Path("/proc/self/cwd").exists():
        listed = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True)
        lines = (line.split(maxsplit=1) for line in listed.stdout.splitlines())
        return [
            int(pid) for pid, command in lines if "postgres" in command and str(folder) in command
        ]
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended meanwhile, or another user's
            if (process / "cwd").readlink() == folder:
                found.append(int(process.name))
    return found


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
