"""What a private cluster's configuration files say; written anew at each start."""

from __future__ import annotations

import os
from pathlib import Path

from concord.config import machine
from concord.config.roles import APP, OWNER, SUPERUSER


def settings(socket_folder: Path | None, port: str, *, durable: bool) -> str:
    """For postgresql.conf; without a socket folder it listens on the loopback address."""
    memory = machine.memory()
    settings = {
        "listen_addresses": "" if socket_folder else "127.0.0.1",
        "port": port,
        "unix_socket_directories": str(socket_folder or ""),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        # A quarter, as PostgreSQL's manual has it for a start; it is taken as it is needed. What
        # the system keeps of files it may forget at any time: then a page comes from the disk.
        "shared_buffers": f"{min(max(memory // 4, 64), 8192)}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(memory // 32, 64), 512)}MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        # Hashed keys and ids do not get smaller: of a page of them, the first write after a
        # checkpoint took nine times as much of the processor.
        "wal_compression": "off",
        "random_page_cost": "1.1",
        "jit": "off",  # compiling costs more than our short queries take
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",  # the log is read by us, see cluster.py
        # A failed statement carries customers' data; the log must not, or erasure would lie.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return _text(settings)


def access(*, tcp: bool) -> str:
    """For pg_hba.conf: the operating system says who calls, or a password is asked."""
    if tcp:
        return "host all all 127.0.0.1/32 scram-sha-256\n"
    return "local all all peer map=concord\n"


def identities() -> str:
    """For pg_ident.conf: we, and root, who could be us anyway, may be each role."""
    if os.name != "posix":
        return ""
    users = {machine.user_name(uid) for uid in (os.geteuid(), 0)}
    roles = (SUPERUSER, OWNER, APP)
    return "".join(f'concord "{user}" {role}\n' for user in sorted(users) for role in roles)


def _text(settings: dict[str, str]) -> str:
    quoted = {name: value.replace("'", "''") for name, value in settings.items()}
    lines = [f"{name} = '{value}'\n" for name, value in quoted.items()]
    return "".join(["# Written by Concord at each start; changes here are lost.\n", *lines])
