"""Two threads at one piece of work: one computes while the other waits for the database."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SECONDS: Final = 0.0005
_lock: Final = threading.Lock()
_within = 0
_before = 0.005


@contextmanager
def in_turns() -> Iterator[None]:
    """Who has the database's answer gets on at once, though the other one computes.

    Python lets a computing thread go on for 5 ms before it gives way: as long as a statement
    takes, some forty times a batch. Of several within, the last one out sets it back.
    """
    global _within, _before
    with _lock:
        if not _within:
            _before = sys.getswitchinterval()
            sys.setswitchinterval(_SECONDS)
        _within += 1
    try:
        yield
    finally:
        with _lock:
            _within -= 1
            if not _within:
                sys.setswitchinterval(_before)
