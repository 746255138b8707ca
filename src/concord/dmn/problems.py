"""What is wrong, where, and how it looks under the text: the engine's only way to complain."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a model, and at which characters of the text there."""

    decision: str = ""
    table: str = ""
    rule: str = ""
    column: str = ""
    text: str = ""
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        parts = [
            f"decision '{self.decision}'" if self.decision else "",
            f"table '{self.table}'" if self.table and self.table != self.decision else "",
            f"rule {self.rule}" if self.rule else "",
            f"column '{self.column}'" if self.column else "",
        ]
        return ", ".join(part for part in parts if part)

    def caret(self) -> str:
        """The line of the text that is meant, with carets under the characters that are meant."""
        if not self.text:
            return ""
        start = min(self.start, len(self.text))
        first = self.text.rfind("\n", 0, start) + 1
        stop = self.text.find("\n", start)
        line = self.text[first : stop if stop >= 0 else len(self.text)]
        width = max(1, min(self.end - start, len(line) - (start - first)))
        return f"{line}\n{' ' * (start - first)}{'^' * width}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `code` is stable and for machines, `message` is for people. A finding about
    rules names them by `rules` (from 1), and one about conditions says them as pairs of a column's
    title and a FEEL test."""

    code: str
    message: str
    place: Place = field(default_factory=Place)
    severity: Severity = "error"
    rules: tuple[int, ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        where = str(self.place)
        caret = self.place.caret()
        head = f"{where}: {self.message}" if where else self.message
        return f"{head}\n{caret}" if caret else head


class DmnError(Exception):
    """The engine's own errors; carries the problems that it stands for."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ModelError(DmnError):
    """The file is no usable model."""


class FeelSyntaxError(DmnError):
    """The text is no FEEL expression."""


class SqlRefusedError(DmnError):
    """The expression has no exact counterpart in the SQL dialect."""


_LOOKED_AT = 100  # characters of a name, and how much longer or shorter what is meant may be
_KNOWN = 1_000  # names that are looked at


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the closest known name, else nothing."""
    if len(name) > _LOOKED_AT:
        return ""
    near = [each for each in islice(known, _KNOWN) if abs(len(each) - len(name)) < _LOOKED_AT]
    close = get_close_matches(name, near, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""
