"""The collector of cycles, paused where rows are made by the thousand and none is a cycle."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.signals import request_finished

DUE: Final = 100  # looks at what is new: some hundred thousand objects, or half a second's work
_lock: Final = threading.Lock()
_within = 0
_was_enabled = True


def collect_little() -> None:
    """Said once a process that answers people has all of its code: that is not walked through
    again, and what was made since is looked at a little at a time. A walk through all takes a fifth
    of a second, one through ten times what is new as long as half an answer: it waits for the end
    of an answer (`collect_between_answers`), or until one has made a hundred times as much."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 2, 100 * DUE)


def collect_between_answers() -> None:
    """From now on a walk through all is done when an answer has been given, and nobody waits."""
    request_finished.connect(collect_due, dispatch_uid="concord.kernel.memory")


def collect_due(**_signal: object) -> None:
    """Walk through all, if so much was made since the last time that it is worth it."""
    if gc.get_count()[2] >= DUE:
        gc.collect()


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
