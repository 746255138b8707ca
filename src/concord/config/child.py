"""What a process of `concord serve` is: a worker, or the web server (see `processes`)."""

from __future__ import annotations

import sys

from concord.config import database
from concord.config.processes import end_with_parent, stop_on_terminate


def main(arguments: list[str]) -> int:
    """`PARENT web ADDRESS PORT WORKERS THREADS [CERTIFICATE KEY]` or `PARENT worker [QUEUE …]`."""
    parent, what, *rest = arguments
    stop_on_terminate()
    try:
        # Before anything slow is imported: whoever is left when the parent is killed stops the
        # database.
        with database.running():
            end_with_parent(int(parent))
            return _worker(rest) if what == "worker" else _web(rest)
    except KeyboardInterrupt:
        return 130


def _worker(queues: list[str]) -> int:
    from concord.config import command

    return command.main(["worker", *queues])


def _web(arguments: list[str]) -> int:
    from concord.config import web

    address, port, workers, threads, *tls = arguments
    web.serve(address, int(port), int(workers), int(threads), tls)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
