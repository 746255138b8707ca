"""Regular expressions of XPath in linear time.

Python's `re` backtracks: `(a+)+$` on thirty characters takes minutes. Here a pattern becomes a
small program, all of whose threads go through the text together (Thompson, Pike), so the time is
the length of the text times the size of the program, and is charged to the evaluation's budget.
Back-references cannot be had in linear time and are refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_PATTERN = 1_000  # characters
MAX_PROGRAM = 5_000  # instructions
MAX_RESULT = 1_000_000  # characters of a replacement's result
MAX_DEPTH = 40

Test = Callable[[str], bool]
Spend = Callable[[int], None]


class PatternError(ValueError):
    """The pattern or the replacement is none that XPath has."""


@dataclass(frozen=True, slots=True)
class Match:
    """`spans[0]` is the whole match, the others the groups; -1 for a group left out."""

    spans: tuple[tuple[int, int], ...]


CHAR, SPLIT, JUMP, SAVE, BEGIN, END, MATCH = range(7)
Instruction = tuple[int, object, object]


class Pattern:
    """A compiled pattern."""

    def __init__(self, program: list[Instruction], groups: int, multiline: bool) -> None:
        self.program = program
        self.groups = groups
        self.multiline = multiline

    def search(self, text: str, spend: Spend, start: int = 0) -> Match | None:
        """The leftmost match at or after `start`, with Perl's preferences."""
        saves = (-1,) * (2 * self.groups + 2)
        threads: list[tuple[int, tuple[int, ...]]] = []
        best: tuple[int, ...] | None = None
        for position in range(start, len(text) + 1):
            seen: set[int] = set()
            current: list[tuple[int, tuple[int, ...]]] = []
            for pc, saved in threads:
                self._follow(pc, saved, text, position, seen, current)
            if best is None:
                self._follow(0, saves, text, position, seen, current)
            spend(1 + len(seen) // 8)
            threads, found = self._step(current, text, position)
            best = found if found is not None else best
            if best is not None and not threads:
                break
        if best is None:
            return None
        return Match(tuple((best[at], best[at + 1]) for at in range(0, len(best), 2)))

    def _step(
        self, current: list[tuple[int, tuple[int, ...]]], text: str, position: int
    ) -> tuple[list[tuple[int, tuple[int, ...]]], tuple[int, ...] | None]:
        ahead: list[tuple[int, tuple[int, ...]]] = []
        char = text[position] if position < len(text) else None
        for pc, saved in current:
            op, test, _ = self.program[pc]
            if op == MATCH:
                return ahead, saved
            if char is not None and test(char):  # type: ignore[operator]
                ahead.append((pc + 1, saved))
        return ahead, None

    def _follow(
        self,
        pc: int,
        saved: tuple[int, ...],
        text: str,
        position: int,
        seen: set[int],
        into: list[tuple[int, tuple[int, ...]]],
    ) -> None:
        """Add the thread and all that it reaches without reading, in order of preference."""
        stack = [(pc, saved)]
        while stack:
            pc, saved = stack.pop()
            if pc in seen:
                continue
            seen.add(pc)
            op, a, b = self.program[pc]
            if op == JUMP:
                stack.append((a, saved))  # type: ignore[arg-type]
            elif op == SPLIT:
                stack.append((b, saved))  # type: ignore[arg-type]
                stack.append((a, saved))  # type: ignore[arg-type]
            elif op == SAVE:
                slot: int = a  # type: ignore[assignment]
                stack.append((pc + 1, (*saved[:slot], position, *saved[slot + 1 :])))
            elif op in (BEGIN, END):
                if self._at_edge(op, text, position):
                    stack.append((pc + 1, saved))
            else:
                into.append((pc, saved))

    def _at_edge(self, op: int, text: str, position: int) -> bool:
        if op == BEGIN:
            return position == 0 or (self.multiline and text[position - 1] == "\n")
        return position == len(text) or (self.multiline and text[position] == "\n")

    def finditer(self, text: str, spend: Spend) -> Iterator[Match]:
        """All matches that do not overlap."""
        position = 0
        while position <= len(text):
            found = self.search(text, spend, position)
            if found is None:
                return
            yield found
            start, end = found.spans[0]
            position = end if end > start else end + 1


def replace(pattern: Pattern, text: str, replacement: str, spend: Spend) -> str:
    """Every match replaced; `$1` stands for a group, `\\$` and `\\\\` for themselves."""
    template = _template(replacement, pattern.groups)
    parts: list[str] = []
    size = position = 0
    for found in pattern.finditer(text, spend):
        start, end = found.spans[0]
        if start == end:
            raise PatternError("the pattern matches an empty string")
        new = "".join(
            piece if isinstance(piece, str) else text[slice(*found.spans[piece])]
            for piece in template
            if isinstance(piece, str) or found.spans[piece][0] >= 0
        )
        parts += (text[position:start], new)
        size += start - position + len(new)
        if size > MAX_RESULT:
            raise PatternError("the result is too long")
        position = end
    return "".join(parts) + text[position:]


def _template(replacement: str, groups: int) -> list[str | int]:
    pieces: list[str | int] = []
    at = 0
    while at < len(replacement):
        char, after = replacement[at], replacement[at + 1 : at + 2]
        if char == "\\":
            if after not in ("\\", "$"):
                raise PatternError("a backslash in the replacement stands before $ or \\ only")
            pieces.append(after)
            at += 2
        elif char == "$":
            if not after.isascii() or not after.isdigit():
                raise PatternError("a $ in the replacement stands before a digit only")
            group, at = _group_number(replacement, at + 1, groups)
            if group <= groups:
                pieces.append(group)
        else:
            pieces.append(char)
            at += 1
    return pieces


def _group_number(text: str, at: int, groups: int) -> tuple[int, int]:
    """The longest number that is a group; else its first digit."""
    value, end = int(text[at]), at + 1
    while end < len(text) and text[end].isascii() and text[end].isdigit():
        longer = value * 10 + int(text[end])
        if longer > groups:
            break
        value, end = longer, end + 1
    return value, end


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    """Raises `PatternError`; flags are any of `s`, `m`, `i`, `x`."""
    if set(flags) - set("smix"):
        raise PatternError(f"the flags are s, m, i and x, not '{flags}'")
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"the pattern is longer than {MAX_PATTERN:,} characters")
    return _Reader(pattern, flags).compile()


class _Reader:
    """Reads a pattern and writes its program."""

    def __init__(self, text: str, flags: str) -> None:
        self.text = _without_spaces(text) if "x" in flags else text
        self.flags = flags
        self.at = 0
        self.groups = 0
        self.depth = 0

    def compile(self) -> Pattern:
        body = self._alternatives()
        if self.at < len(self.text):
            raise PatternError("a closing parenthesis has no opening one")
        program = [(SAVE, 0, None), *_moved(body, 1), (SAVE, 1, None), (MATCH, None, None)]
        return Pattern(program, self.groups, "m" in self.flags)

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise PatternError("the pattern ends too early")
        self.at += 1
        return char

    def _alternatives(self) -> list[Instruction]:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PatternError("the pattern is nested too deep")
        body = self._sequence()
        while self._peek() == "|":
            self.at += 1
            other = self._sequence()
            split = (SPLIT, 1, len(body) + 2)
            jump = (JUMP, len(body) + 2 + len(other), None)
            body = [split, *_moved(body, 1), jump, *_moved(other, len(body) + 2)]
            _bounded(body)
        self.depth -= 1
        return body

    def _sequence(self) -> list[Instruction]:
        body: list[Instruction] = []
        while self._peek() not in ("", "|", ")"):
            piece = self._quantified(self._atom())
            body += _moved(piece, len(body))
            _bounded(body)
        return body

    def _atom(self) -> list[Instruction]:
        char = self._take()
        match char:
            case "(":
                return self._group()
            case "[":
                return [(CHAR, self._char_class(), None)]
            case ".":
                if "s" in self.flags:
                    return [(CHAR, lambda each: True, None)]
                return [(CHAR, lambda each: each not in "\n\r", None)]
            case "^":
                return [(BEGIN, None, None)]
            case "$":
                return [(END, None, None)]
            case "\\":
                return [(CHAR, self._fold(self._escape()), None)]
            case "*" | "+" | "?" | "{" | "}" | "]":
                raise PatternError(f"'{char}' has nothing to repeat or close")
        return [(CHAR, self._fold(_one(char)), None)]

    def _group(self) -> list[Instruction]:
        if self._peek() == "?":
            if self.text[self.at : self.at + 2] != "?:":
                raise PatternError("of the groups with '(?', only '(?:' is known")
            self.at += 2
            body = self._alternatives()
        else:
            self.groups += 1
            slot = 2 * self.groups
            inner = self._alternatives()
            body = [(SAVE, slot, None), *_moved(inner, 1), (SAVE, slot + 1, None)]
        if self._peek() != ")":
            raise PatternError("an opening parenthesis has no closing one")
        self.at += 1
        return body

    def _quantified(self, body: list[Instruction]) -> list[Instruction]:
        bounds = self._bounds()
        if bounds is None:
            return body
        least, most = bounds
        lazy = self._peek() == "?"
        self.at += lazy
        copies = max(least, most or 0, 1)
        if len(body) * copies > MAX_PROGRAM:
            raise PatternError("the pattern is too large")
        result: list[Instruction] = []
        for _ in range(least):
            result += _moved(body, len(result))
        if most is None:
            result += _moved(_loop(body, lazy), len(result))
        else:
            for _ in range(most - least):
                result += _moved(_maybe(body, lazy), len(result))
        return result

    def _bounds(self) -> tuple[int, int | None] | None:
        char = self._peek()
        if char in ("?", "*", "+") and char:
            self.at += 1
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[char]
        if char != "{":
            return None
        inner, closing, _ = self.text[self.at + 1 :].partition("}")
        low, comma, high = inner.partition(",")
        digits = low + high
        plain = bool(low) and digits.isascii() and digits.isdigit()
        if not closing or not plain or len(inner) > 9:
            raise PatternError("a repetition is written {2}, {2,} or {2,5}")
        self.at += len(inner) + 2
        least = int(low)
        most = int(high) if high else (None if comma else least)
        if most is not None and most < least:
            raise PatternError("the repetition ends before it begins")
        return least, most

    def _char_class(self) -> Test:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PatternError("the pattern is nested too deep")
        negated = self._peek() == "^"
        self.at += negated
        tests: list[Test] = []
        without: Test | None = None
        while True:
            char = self._take()
            if char == "]" and tests:
                break
            if char == "-" and self._peek() == "[" and tests:
                self.at += 1
                without = self._char_class()
                if self._take() != "]":
                    raise PatternError("a subtraction is the last in its brackets")
                break
            tests.append(self._fold(self._class_item(char)))
        self.depth -= 1
        return _class_test(tests, negated, without)

    def _class_item(self, char: str) -> Test:
        if char == "[" or char == "]":
            raise PatternError(f"'{char}' must be written \\{char} inside brackets")
        low: str | Test = self._escaped_item() if char == "\\" else char
        following = self.text[self.at : self.at + 2]
        if following[:1] != "-" or following[1:] in ("]", "[", "") or not isinstance(low, str):
            return _one(low) if isinstance(low, str) else low
        self.at += 1
        end = self._take()
        high = self._escaped_item() if end == "\\" else end
        if not isinstance(high, str) or high < low:
            raise PatternError("a range of characters ends before it begins")
        return lambda each: low <= each <= high

    def _escaped_item(self) -> str | Test:
        char = self._peek()
        if char in _SINGLE and char:
            self.at += 1
            return _SINGLE[char]
        return self._escape()

    def _escape(self) -> Test:
        char = self._take()
        if char in _SINGLE:
            return _one(_SINGLE[char])
        if char in _CLASSES:
            return _CLASSES[char]
        if char in "pP":
            test = self._property()
            return test if char == "p" else _negate(test)
        if char.isdigit():
            raise PatternError("back-references are not run here")
        raise PatternError(f"'\\{char}' has no meaning")

    def _property(self) -> Test:
        inner, closing, _ = self.text[self.at :].partition("}")
        if not inner.startswith("{") or not closing:
            raise PatternError("a category is written \\p{L}")
        self.at += len(inner) + 1
        name = inner[1:]
        if name in _BLOCKS:
            low, high = _BLOCKS[name]
            return lambda each: low <= ord(each) <= high
        if name not in _CATEGORIES:
            raise PatternError(f"'{name}' is no known category of characters")
        return lambda each: unicodedata.category(each).startswith(name)

    def _fold(self, test: Test) -> Test:
        if "i" not in self.flags:
            return test
        return lambda each: test(each) or test(each.lower()[:1]) or test(each.upper()[:1])


def _without_spaces(text: str) -> str:
    """The pattern without white space, but for that inside brackets."""
    kept, inside, escaped = [], 0, False
    for char in text:
        if not escaped:
            inside += (char == "[") - (char == "]")
        if inside or char not in "\t\n\r ":
            kept.append(char)
        escaped = char == "\\" and not escaped
    return "".join(kept)


def _moved(body: list[Instruction], by: int) -> list[Instruction]:
    """The instructions with their jumps shifted."""
    moved: list[Instruction] = []
    for op, a, b in body:
        if op == SPLIT:
            moved.append((op, a + by, b + by))  # type: ignore[operator]
        elif op == JUMP:
            moved.append((op, a + by, None))  # type: ignore[operator]
        else:
            moved.append((op, a, b))
    return moved


def _loop(body: list[Instruction], lazy: bool) -> list[Instruction]:
    after = len(body) + 2
    split = (SPLIT, after, 1) if lazy else (SPLIT, 1, after)
    return [split, *_moved(body, 1), (JUMP, 0, None)]


def _maybe(body: list[Instruction], lazy: bool) -> list[Instruction]:
    after = len(body) + 1
    split = (SPLIT, after, 1) if lazy else (SPLIT, 1, after)
    return [split, *_moved(body, 1)]


def _bounded(body: list[Instruction]) -> None:
    if len(body) > MAX_PROGRAM:
        raise PatternError("the pattern is too large")


def _one(char: str) -> Test:
    return lambda each: each == char


def _negate(test: Test) -> Test:
    return lambda each: not test(each)


def _class_test(tests: list[Test], negated: bool, without: Test | None) -> Test:
    def test(each: str) -> bool:
        inside = any(one(each) for one in tests) is not negated
        return inside and not (without is not None and without(each))

    return test


def _is_digit(each: str) -> bool:
    return unicodedata.category(each) == "Nd"


def _is_word(each: str) -> bool:
    return unicodedata.category(each)[0] not in "PZC"


def _is_space(each: str) -> bool:
    return each in " \t\n\r"


def _is_name_start(each: str) -> bool:
    return each in "_:" or unicodedata.category(each)[0] == "L"


def _is_name_part(each: str) -> bool:
    return each in "_:-." or unicodedata.category(each)[0] in "LMN"


_SINGLE = {char: char for char in "\\|.?*+(){}[]^$-"} | {"n": "\n", "r": "\r", "t": "\t"}
_CLASSES: dict[str, Test] = {
    "d": _is_digit, "D": _negate(_is_digit),
    "w": _is_word, "W": _negate(_is_word),
    "s": _is_space, "S": _negate(_is_space),
    "i": _is_name_start, "I": _negate(_is_name_start),
    "c": _is_name_part, "C": _negate(_is_name_part),
}  # fmt: skip
_CATEGORIES = frozenset(
    [
        *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"),
        *("P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"),
        *("S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
    ]
)
_BLOCKS = {
    "IsBasicLatin": (0x00, 0x7F),
    "IsLatin-1Supplement": (0x80, 0xFF),
    "IsGreek": (0x370, 0x3FF),
    "IsGreekandCoptic": (0x370, 0x3FF),
    "IsCyrillic": (0x400, 0x4FF),
    "IsHangulJamo": (0x1100, 0x11FF),
    "IsHiragana": (0x3040, 0x309F),
    "IsKatakana": (0x30A0, 0x30FF),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "IsHangulSyllables": (0xAC00, 0xD7A3),
}
