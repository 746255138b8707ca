"""How much memory a call takes, with all processes that it starts."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from typing import Any, Final

import psutil

EVERY: Final = 0.2  # seconds between two looks


def apart(function: Callable[..., dict[str, Any]], *args: Any) -> dict[str, Any]:
    """What it gives, called in a process of its own; and beside it `megabytes` (the most that it
    and its children had at once; what they share counts once), `processor_seconds` of them all and
    the `cores` that they might use."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_told, function, args).result()


def _told(function: Callable[..., dict[str, Any]], args: Sequence[Any]) -> dict[str, Any]:
    begin = sum(os.times()[:4])
    with Watch() as watch:
        found = function(*args)
    return found | {
        "megabytes": watch.most,
        "processor_seconds": round(sum(os.times()[:4]) - begin, 1),
        "cores": os.cpu_count(),
    }


class Watch:
    """Looks at this process and all below it until the `with` ends; `most` are megabytes."""

    def __init__(self) -> None:
        self.most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.is_set():
            begin = time.monotonic()
            self.most = max(self.most, _now())
            # A look at much memory takes its time; it shall not take the processor's.
            self._ended.wait(max(EVERY, 20 * (time.monotonic() - begin)))


def _now() -> int:
    """Megabytes of this process and those below it, files that are mapped included."""
    own = psutil.Process()
    total = 0
    for process in (own, *own.children(recursive=True)):
        with suppress(psutil.Error, OSError):  # it ended meanwhile
            found = process.memory_full_info()
            total += getattr(found, "pss", found.uss)
    return int(total) >> 20
