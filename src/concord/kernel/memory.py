"""The collector of cycles, paused where rows are made by the thousand and none is a cycle."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.signals import request_finished

MANY: Final = 50_000  # objects made and not yet gone: a walk through them takes some milliseconds
FEW: Final = 2_000  # the same, as an answer leaves them behind
DUE: Final = 100  # walks through what was new: some hundred thousand objects
_lock: Final = threading.Lock()
_within = 0
_was_enabled = True


def collect_little() -> None:
    """Said once a process that answers people has all of its code: that is not walked through
    again, and while an answer is made, what is new is looked at only if it is very much. A walk
    through all takes a fifth of a second, one through what a large answer leaves a tenth of that
    answer: they wait for its end (`collect_between_answers`)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MANY, 2, 100 * DUE)


def collect_between_answers() -> None:
    """From now on what is worth it is walked through when an answer has been given, and nobody
    waits."""
    request_finished.connect(collect_due, dispatch_uid="concord.kernel.memory")


def collect_due(**_signal: object) -> None:
    """Walk through what is new, if it is enough; through all, if enough was made since the last
    time."""
    new, _, walks = gc.get_count()
    if walks >= DUE:
        gc.collect()
    elif new >= FEW:
        gc.collect(1)


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing looks for cycles meanwhile; of several threads, the last one out lets it go on.

    For one batch, a second or so: the collector would walk through all its rows again and again,
    a third of the processor's time, and find nothing. Serves as a decorator, too.
    """
    global _within, _was_enabled
    with _lock:
        if not _within:
            _was_enabled = gc.isenabled()
            gc.disable()
        _within += 1
    try:
        yield
    finally:
        with _lock:
            _within -= 1
            if not _within and _was_enabled:
                gc.enable()
