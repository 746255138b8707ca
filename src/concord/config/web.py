"""The web server: granian runs the WSGI application in threads of a few processes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def serve(address: str, port: int, workers: int, threads: int, tls: Sequence[str] = ()) -> None:
    """Serve until told to stop; requests under way are finished."""
    certificate, key = (Path(file) for file in tls) if tls else (None, None)
    Granian(
        "concord.config.web:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backpressure=threads * 32,
        websockets=False,
        factory=True,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
        log_enabled=True,
        log_level=LogLevels.warning,
        ssl_cert=certificate,
        ssl_key=key,
    ).serve()


def application() -> Any:
    """Made in each of the server's processes, which must not outlive the one that made them."""
    from concord.config.processes import end_with_parent
    from concord.config.wsgi import application
    from concord.kernel.memory import collect_between_answers, collect_little

    end_with_parent()
    collect_little()
    collect_between_answers()
    return application
