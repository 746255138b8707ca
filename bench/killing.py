"""Work that is killed again and again until it is done.

The work is a list of acts that run one after the other in a process of its own, forked from one
that has the application in memory. The process is ended by SIGKILL: at the n-th time it speaks to
the database (before a statement, after it, before or after a commit), or at a moment of its
parent's choosing, wherever it is then. The next one goes on with the first act that was not
acknowledged, as a worker does whose job is taken up again, or a person who saw no answer.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple

PATIENCE: Final = 60.0  # seconds that an act may wait for the locks of a process that was killed
SLOWEST: Final = 180.0  # seconds of one process


class Act(NamedTuple):
    """What is done, and of which kind it is: an import, an undo, a merge …"""

    kind: str
    run: Callable[[], object]


@dataclass(frozen=True)
class Plan:
    """When a process shall end: at the n-th word with the database, or after some seconds, since it
    came to that act (or began behind it); and whether the process beside it is ended, too."""

    act: int = 0
    words: int | None = None
    seconds: float | None = None
    beside: float | None = None


@dataclass
class Tally:
    """What happened to the processes of one work."""

    kills: int = 0
    beside: int = 0
    done: int = 0  # acts that were acknowledged
    during: Counter[int] = field(default_factory=Counter)  # kills by the act that was under way
    # The words with the database and the seconds of each act of the last process.
    spent: dict[int, tuple[int, float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def run_killed(
    module: str, argument: Any, acts: int, plans: Callable[[Tally], Plan], tally: Tally
) -> None:
    """Run the acts that `module.acts(argument)` gives until all are acknowledged.

    `plans` is asked for each process; `Plan()` lets it live. An error of the work is raised here.
    """
    from django.db import connection

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["concord.kernel.preloaded"])
    connection.close()
    while tally.done < acts:
        plan = plans(tally)
        ours, theirs = context.Pipe(duplex=False)
        arguments = (connection.settings_dict, module, argument, tally.done, plan, theirs)
        process = context.Process(target=_child, args=arguments)
        process.start()
        theirs.close()
        _follow(process, ours, plan, tally, acts)
        if tally.errors:
            raise AssertionError(tally.errors[0])


def _follow(process: Any, ours: Connection, plan: Plan, tally: Tally, acts: int) -> None:
    limit = time.monotonic() + SLOWEST
    ended = False
    with suppress(EOFError):
        while not ended:
            if not ours.poll(max(0.0, limit - time.monotonic())):
                tally.errors.append(f"A process hung in act {tally.done}.")
                process.kill()
                break
            what, value = ours.recv()
            match what:
                case "begun" if plan.seconds is not None:
                    time.sleep(plan.seconds)
                    process.kill()
                case "done":
                    tally.done = value[0] + 1
                    tally.spent[value[0]] = value[1:]
                case "end":
                    ended = True
                case "beside":
                    tally.beside += 1
                case "error":
                    tally.errors.append(value)
    process.join(SLOWEST)
    if process.exitcode == -signal.SIGKILL and tally.done < acts:  # else nothing was under way
        tally.kills += 1
        tally.during[tally.done] += 1
    ours.close()
    process.close()


# In the process that is killed


def _child(
    database: dict[str, Any], module: str, argument: Any, first: int, plan: Plan, out: Connection
) -> None:
    import traceback
    from importlib import import_module

    from django.db import connection

    connection.settings_dict.update(database)
    try:
        words = _Words(plan.words)
        if plan.beside is not None:
            _end_beside(plan.beside, out)
        acts: Sequence[Act] = import_module(module).acts(argument)
        for number in range(first, len(acts)):
            if number == max(first, plan.act):
                words.begin()
                out.send(("begun", number))
            said, begin = words.count, time.perf_counter()
            _patiently(acts[number].run)
            out.send(("done", (number, words.count - said, time.perf_counter() - begin)))
        out.send(("end", None))
    except BaseException:  # noqa: BLE001 - its parent raises it
        out.send(("error", traceback.format_exc()))
    connection.close()


def _patiently(act: Callable[[], object]) -> None:
    """Who is refused while a killed process' connection still holds its locks tries again, as a
    worker does; so does one whose database is starting anew."""
    from django.db import InterfaceError, OperationalError, connection

    from concord.kernel.errors import Problem

    limit = time.monotonic() + PATIENCE
    while True:
        try:
            act()
            return
        except (Problem, OperationalError, InterfaceError) as error:
            if isinstance(error, Problem) and error.code != "running":
                raise
            if time.monotonic() > limit:
                raise
            if not isinstance(error, Problem):
                connection.close()
            time.sleep(0.02)


class _Words:
    """Counts each word with the database, and ends the process at one of them."""

    def __init__(self, last: int | None) -> None:
        from django.db.backends.base.base import BaseDatabaseWrapper

        self.count, self.last, self.has_begun = 0, last, False
        commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]
        connect = BaseDatabaseWrapper.connect

        def counted_commit(wrapper: Any) -> Any:
            self.say()
            found = commit(wrapper)
            self.say()
            return found

        def counted_connect(wrapper: Any) -> Any:
            found = connect(wrapper)
            wrapper.execute_wrappers.append(self)
            return found

        BaseDatabaseWrapper._commit = counted_commit  # type: ignore[attr-defined]
        BaseDatabaseWrapper.connect = counted_connect  # type: ignore[method-assign]

    def __call__(self, execute: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        self.say()
        found = execute(sql, parameters, many, context)
        self.say()
        return found

    def begin(self) -> None:
        self.count, self.has_begun = 0, True

    def say(self) -> None:
        self.count += 1
        if self.has_begun and self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def _end_beside(after: float, out: Connection) -> None:
    """The process that matches beside this one is ended soon after its first call."""
    from concord.customers.actions import matching
    from concord.kernel.beside import Beside

    matching.WORTH_TWO = matching.BATCH = 1  # type: ignore[misc]
    call, begun = Beside.call, threading.Event()

    def end(beside: Beside) -> None:
        while not (processes := list(getattr(beside._pool, "_processes", None) or ())):
            time.sleep(0.01)  # the first one takes seconds to start
        time.sleep(after)
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                out.send(("beside", None))

    def watched(beside: Beside, *arguments: Any, **named: Any) -> Any:
        if not begun.is_set():
            begun.set()
            threading.Thread(target=end, args=(beside,), daemon=True).start()
        return call(beside, *arguments, **named)

    Beside.call = watched  # type: ignore[method-assign]


def random_plan(rng: random.Random, act: int, words: int, seconds: float) -> Plan:
    """In that act, which takes so long: half of the kills at a word with the database, half at any
    moment."""
    if rng.random() < 0.5:
        return Plan(act, words=rng.randint(1, max(1, words)))
    return Plan(act, seconds=rng.random() * seconds)
