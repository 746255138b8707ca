"""Strings. Lengths and positions count code points, from 1."""

from __future__ import annotations

from decimal import Decimal

from concord.dmn.feel import regex
from concord.dmn.feel.builtins.registry import NullResultError, builtin
from concord.dmn.feel.runtime import Run
from concord.dmn.feel.values import Value

WORK = 10  # instructions of a pattern that are compiled in one step


@builtin("substring(string: string, start position: number, length?: number?) -> string")
def substring(
    run: Run, string: str, start: int | Decimal, length: int | Decimal | None = None
) -> str | None:
    first = int(start)
    if first == 0 or abs(first) > len(string):
        raise NullResultError("the start position lies outside the string")
    begin = first - 1 if first > 0 else len(string) + first
    if length is None:
        return string[begin:]
    if length < 1:
        raise NullResultError("the length must be at least 1")
    return string[begin : begin + int(length)]


@builtin("string length(string: string) -> number")
def string_length(run: Run, string: str) -> int:
    return len(string)


@builtin("upper case(string: string) -> string")
def upper_case(run: Run, string: str) -> str:
    return string.upper()


@builtin("lower case(string: string) -> string")
def lower_case(run: Run, string: str) -> str:
    return string.lower()


@builtin("substring before(string: string, match: string) -> string")
def substring_before(run: Run, string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after(string: string, match: string) -> string")
def substring_after(run: Run, string: str, match: str) -> str:
    if not match:
        return string
    return string.partition(match)[2]


@builtin("contains(string: string, match: string) -> boolean")
def contains(run: Run, string: str, match: str) -> bool:
    return match in string


@builtin("starts with(string: string, match: string) -> boolean")
def starts_with(run: Run, string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with(string: string, match: string) -> boolean")
def ends_with(run: Run, string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("matches(input: string, pattern: string, flags?: string?) -> boolean")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    return _compiled(run, pattern, flags).search(text, run.spend) is not None


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string?) -> string")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    compiled = _compiled(run, pattern, flags)
    try:
        return regex.replace(compiled, text, replacement, run.spend)
    except regex.PatternError as error:
        raise NullResultError(str(error), "pattern") from None


@builtin("split(string: string, delimiter: string) -> list")
def split(run: Run, string: str, delimiter: str) -> list[Value]:
    compiled = _compiled(run, delimiter, None)
    parts: list[Value] = []
    position = 0
    for found in compiled.finditer(string, run.spend):
        start, end = found.spans[0]
        if start == end:
            raise NullResultError("the delimiter matches an empty string", "pattern")
        parts.append(string[position:start])
        position = end
    return [*parts, string[position:]]


@builtin("string join(list: list, delimiter?: string?) -> string")
def string_join(run: Run, items: list[Value], delimiter: str | None = None) -> str:
    strings = [item for item in items if item is not None]
    if not all(item.__class__ is str for item in strings):
        raise NullResultError("only strings can be joined", "type")
    gap = delimiter or ""
    run.spend((sum(map(len, strings)) + len(gap) * len(strings)) // 10)
    return gap.join(strings)


def _compiled(run: Run, pattern: str, flags: str | None) -> regex.Pattern:
    try:
        compiled = regex.compile_pattern(pattern, flags or "")
    except regex.PatternError as error:
        run.spend(error.work // WORK)
        raise NullResultError(str(error), "pattern") from None
    run.spend(max(len(compiled.program), compiled.work // WORK))
    return compiled
