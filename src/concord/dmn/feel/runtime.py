"""What an evaluation carries with it: the names in force, the clock, the budget, the problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from concord.dmn.feel.values import Value
from concord.dmn.problems import Place, Problem, did_you_mean, wrong_argument

STEPS = 500_000  # iterations, calls and list items of one evaluation
CALL_STEPS = 10  # what one call counts
MAX_CALLS = 100  # calls inside calls
MAX_PROBLEMS = 100
MAX_STRING = 1_000_000  # characters
LONG = 1_000  # characters that are compared, read or moved in one step
MAX_HINTS = 20  # names that are looked for among the known ones
MAX_MESSAGE = 500  # characters

Clock = Callable[[], dt.datetime] | dt.datetime | None


class BudgetError(Exception):
    """The evaluation is stopped; never leaves the engine."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Run:
    """One evaluation. `now` is read once, so that all of it sees the same moment."""

    __slots__ = ("_clock", "_hints", "_noted", "_now", "calls", "failed", "given", "problems",
                 "steps", "trace")  # fmt: skip

    def __init__(self, clock: Clock = None, steps: int = STEPS) -> None:
        self._clock = clock
        self._now: dt.datetime | None = None
        self._hints: dict[str, str] = {}
        self._noted: set[Problem] = set()
        self.steps = steps
        self.calls = 0
        self.failed = 0  # how often something was noted, also what is told only once
        self.given: Iterable[str] = ()  # the names of what the caller gave
        self.problems: list[Problem] = []
        self.trace: list[Any] = []  # what tables tell: (table, input values, rules, output)

    @property
    def now(self) -> dt.datetime:
        if self._now is None:
            clock = self._clock
            moment: Any = clock() if callable(clock) else clock
            if moment is not None and not isinstance(moment, dt.datetime):
                what = type(moment).__name__
                raise wrong_argument(f"the clock is or gives a datetime, not a {what}")
            self._now = moment if moment is not None else dt.datetime.now().astimezone()
        return self._now

    def spend(self, steps: int = 1) -> None:
        """Count work done; ends the evaluation when the budget is used up."""
        self.steps -= steps
        if self.steps < 0:
            raise BudgetError("the evaluation was stopped: it takes too many steps")

    def note(self, code: str, message: str, place: Place | None = None) -> None:
        """Record why a value is null."""
        self.failed += 1
        if len(self.problems) < MAX_PROBLEMS:
            problem = Problem(code, message[:MAX_MESSAGE], place or Place(), "warning")
            if problem not in self._noted:
                self._noted.add(problem)
                self.problems.append(problem)

    def hint(self, name: str, known: Iterable[str]) -> str:
        """What may be meant by an unknown name; looked for once a name, and for some names only."""
        if name not in self._hints and len(self._hints) < MAX_HINTS:
            self._hints[name] = did_you_mean(name, known)
        return self._hints.get(name, "")

    def inner(self) -> Run:
        """A run of the same moment, whose problems are nobody's; `spend` what it leaves."""
        run = Run(lambda: self.now, self.steps)
        run.calls = self.calls
        return run


class Env:
    """Names and their values, inside the names of `parent`."""

    __slots__ = ("parent", "run", "vars")

    def __init__(self, run: Run, names: dict[str, Value], parent: Env | None = None) -> None:
        self.run = run
        self.vars = names
        self.parent = parent

    def inner(self, names: dict[str, Value]) -> Env:
        return Env(self.run, names, self)


Code = Callable[[Env], Any]
Note = Callable[[Run, str, str], None]
