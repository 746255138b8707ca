"""Other processes of ours, over the same database, for work that computes more than it waits.

Threads of one Python take turns at computing; two processes have a core each.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from typing import Any, ParamSpec, Self, TypeVar

from django.db import connection

_P = ParamSpec("_P")
_A = TypeVar("_A")
_T = TypeVar("_T")


class Beside:
    """Calls functions of ours (importable, with what can be pickled) in the other process.

    It starts with the first call and lives until the `with` ends or this process does, killed or
    not. The first one takes two seconds to start; later ones are forked from a process that has
    the application in memory. Call it from a thread: a call waits for its result. An error there
    is raised here; BrokenProcessPool says that somebody killed it.
    """

    def __init__(self, processes: int = 1) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return self._started().submit(function, *args, **kwargs).result()
        except BrokenProcessPool:
            self.close()  # the next call starts another one
            raise

    def each(self, function: Callable[[_A], _T], items: Iterable[_A]) -> Iterator[_T]:
        """The function's results in the order of the items, of which few are taken ahead."""
        pool = self._started()
        running: deque[Future[_T]] = deque()
        try:
            for item in items:
                running.append(pool.submit(function, item))
                if len(running) > self._processes + 1:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for each in running:
                each.cancel()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes,
                mp_context=_context(),
                initializer=_set_up,
                initargs=(connection.settings_dict,),
            )
        return self._pool

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _context() -> BaseContext:
    """Forked from a process of one thread, never from this one, whose threads may hold locks."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["concord.kernel.preloaded"])
    return context


def _set_up(database: dict[str, Any]) -> None:
    """In the other process: the application, the parent's database, and an end with the parent."""
    import django

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C reaches both; the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    django.setup()
    connection.settings_dict.update(database)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
