"""What is wrong, where, and how it looks under the text: the engine's only way to complain."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning", "hint"]
MAX_MESSAGE = 1_000  # characters
_LINE = 100  # characters of a line that is shown
_BEFORE = 40  # of them before what is meant, in a longer line
_QUOTED = 60  # characters of a name or a text that is quoted in a message


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a model, and at which characters of the text there. `decision` is the element's
    name, `element` what it is where it is none: an input, a type, a decision service; `file` is
    named where a file cannot be used."""

    decision: str = ""
    table: str = ""
    rule: str = ""
    column: str = ""
    text: str = ""
    start: int = 0
    end: int = 0
    element: str = "decision"
    file: str = ""

    def __str__(self) -> str:
        parts = [
            self.file,
            f"{self.element} '{self.decision}'" if self.decision else "",
            f"table '{self.table}'" if self.table and self.table != self.decision else "",
            f"rule{'s' if ',' in self.rule else ''} {self.rule}" if self.rule else "",
            f"column '{self.column}'" if self.column else "",
        ]
        return ", ".join(part for part in parts if part)

    def caret(self) -> str:
        """The line of the text that is meant, with carets under the characters that are meant; of
        a long line what is around them."""
        if not self.text:
            return ""
        start = min(self.start, len(self.text))
        first = self.text.rfind("\n", 0, start) + 1
        stop = self.text.find("\n", start)
        line = self.text[first : stop if stop >= 0 else len(self.text)]
        line, at = _around(line, start - first)
        width = max(1, min(self.end - start, len(line.removesuffix("…")) - at))
        return f"{line}\n{' ' * at}{'^' * width}"


def _around(line: str, at: int) -> tuple[str, int]:
    """What is shown of the line, and where the place is in it."""
    if len(line) <= _LINE:
        return line, at
    first = max(0, min(at - _BEFORE, len(line) - _LINE))
    before = "…" if first else ""
    after = "…" if first + _LINE < len(line) else ""
    return f"{before}{line[first : first + _LINE]}{after}", at - first + len(before)


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

    def __post_init__(self) -> None:
        if len(self.message) > MAX_MESSAGE:
            object.__setattr__(self, "message", f"{self.message[:MAX_MESSAGE]}…")

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

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class ModelError(DmnError):
    """The file is no usable model."""


class FeelSyntaxError(DmnError):
    """The text is no FEEL expression."""


class SqlRefusedError(DmnError):
    """The expression has no exact counterpart in the SQL dialect."""


class ArgumentError(DmnError, TypeError):
    """What a caller gave is nothing that the engine takes: a value that FEEL has not, a clock that
    is none, a text that is no text."""


class UnknownNameError(DmnError, KeyError):
    """There is nothing of the name that a caller gave."""

    def __str__(self) -> str:
        return str(self.args[0])


def wrong_argument(message: str, place: Place | None = None) -> ArgumentError:
    return ArgumentError([Problem("argument", message, place or Place())])


def unknown_name(what: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """`there is no decision 'x'`, with what may be meant or what there is."""
    names = list(islice(known, _KNOWN))
    hint = did_you_mean(name, names) or _listed(names)
    return UnknownNameError([Problem("name.unknown", f"there is no {what} {quoted(name)}{hint}")])


def _listed(names: list[str]) -> str:
    few = ", ".join(quoted(each) for each in names[:_LISTED])
    return f"; there are {few}{', …' if len(names) > _LISTED else ''}" if names else ""


def quoted(text: str) -> str:
    """The name or text in quotes, the middle of a long one left out."""
    if len(text) > _QUOTED:
        text = f"{text[: _QUOTED // 2]}…{text[-_QUOTED // 2 :]}"
    return f"'{text}'"


_LISTED = 10
_LOOKED_AT = 100  # characters of a name, and how much longer or shorter what is meant may be
_KNOWN = 1_000  # names that are looked at


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the closest known name, else nothing."""
    if len(name) > _LOOKED_AT:
        return ""
    near = (each for each in islice(known, _KNOWN) if abs(len(each) - len(name)) < _LOOKED_AT)
    close = _closest(name, tuple(near))
    if close and close[0] != name and normalize("NFC", close[0]) == normalize("NFC", name):
        return f"; '{close[0]}' looks the same, but is made of other characters (Unicode NFC, NFD)"
    return f"; did you mean '{close[0]}'?" if close else ""


@lru_cache(maxsize=256)
def _closest(name: str, near: tuple[str, ...]) -> list[str]:
    """Remembered: a model that is asked of a million customers is given the same names each time,
    and to compare them took most of an evaluation."""
    return get_close_matches(name, near, n=1, cutoff=0.6)
