"""The processes that `concord serve` runs: the web server and the workers.

Each is a child in a session of its own, so that a Ctrl-C reaches the parent alone, which then
ends them in order. A child whose parent is gone, killed perhaps, ends itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType

GRACE_SECONDS = 20.0


def child(*arguments: str) -> subprocess.Popen[bytes]:
    """A process `python -m concord.config.child ARGUMENTS`, which watches its parent."""
    return subprocess.Popen(
        [sys.executable, "-m", "concord.config.child", str(os.getpid()), *arguments],
        stdin=subprocess.DEVNULL,
        start_new_session=os.name == "posix",
    )


def end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask them to finish what they do, wait, and kill what does not end."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_with_parent(parent: int | None = None) -> None:
    """Ends this process, gracefully if it can, soon after its parent ended. POSIX only.

    `parent` is its pid, where the caller was told: the parent may have ended before this is asked.
    """
    if os.name == "posix":
        threading.Thread(target=_watch, args=[parent or os.getppid()], daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def stop_on_terminate() -> None:
    """SIGTERM ends this process as Ctrl-C does: through its `finally` clauses."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
