"""From a pattern's text to its program."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from concord.dmn.feel.regex.characters import (
    BLOCKS,
    CATEGORIES,
    CLASSES,
    SINGLE,
    Test,
    class_test,
    negate,
    one_of,
)
from concord.dmn.feel.regex.machine import Pattern
from concord.dmn.feel.regex.program import (
    BEGIN,
    CHAR,
    END,
    JUMP,
    MATCH,
    MAX_PROGRAM,
    SAME,
    SAVE,
    SPLIT,
    Instruction,
    PatternError,
    bounded,
    loop,
    maybe,
    moved,
)

MAX_PATTERN = 1_000  # characters
MAX_DEPTH = 40


def compile_pattern(pattern: str, flags: str) -> Pattern:
    """Raises `PatternError`; flags are any of `s`, `m`, `i`, `x`."""
    compiled = _compiled(pattern, flags)
    if isinstance(compiled, PatternError):
        raise PatternError(str(compiled), compiled.work)
    return compiled


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> Pattern | PatternError:
    """Broken patterns are kept too: to find out that they are broken is work."""
    reader = _Reader(pattern, flags)
    try:
        _check(pattern, flags)
        return reader.compile()
    except PatternError as error:
        return PatternError(str(error), reader.work)


def _check(pattern: str, flags: str) -> None:
    if set(flags) - set("smix"):
        raise PatternError(f"the flags are s, m, i and x, not '{flags}'")
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"the pattern is longer than {MAX_PATTERN:,} characters")


class _Reader:
    """Reads a pattern and writes its program."""

    def __init__(self, text: str, flags: str) -> None:
        self.text = text
        self.flags = flags
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()  # the groups whose closing parenthesis has been read
        self.depth = 0
        self.heaviest = 1  # tests in the largest brackets
        self.work = 0  # instructions written, those of larger and larger pieces each time

    def compile(self) -> Pattern:
        if "x" in self.flags:
            self.text = _without_spaces(self.text)
        body = self._alternatives()
        if self.at < len(self.text):
            raise PatternError("a closing parenthesis has no opening one")
        program = [(SAVE, 0, None), *moved(body, 1), (SAVE, 1, None), (MATCH, None, None)]
        pattern = Pattern(program, self.groups, "m" in self.flags, self.heaviest)
        pattern.work = self.work
        return pattern

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
            body = [split, *moved(body, 1), jump, *moved(other, len(body) + 2)]
            self.work += len(body)
            bounded(body)
        self.depth -= 1
        return body

    def _sequence(self) -> list[Instruction]:
        body: list[Instruction] = []
        while self._peek() not in ("", "|", ")"):
            piece = self._quantified(self._atom())
            body += moved(piece, len(body))
            self.work += len(piece)
            bounded(body)
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
            case "\\" if self._peek().isascii() and self._peek().isdigit():
                return [(SAME, self._reference(), "i" in self.flags)]
            case "\\":
                return [(CHAR, self._fold(self._escape()), None)]
            case "*" | "+" | "?" | "{" | "}" | "]":
                raise PatternError(f"'{char}' has nothing to repeat or close")
        return [(CHAR, self._fold(one_of(char)), None)]

    def _group(self) -> list[Instruction]:
        if self._peek() == "?":
            if self.text[self.at : self.at + 2] != "?:":
                raise PatternError("of the groups with '(?', only '(?:' is known")
            self.at += 2
            body = self._alternatives()
        else:
            self.groups += 1
            group = self.groups
            inner = self._alternatives()
            self.closed.add(group)
            body = [(SAVE, 2 * group, None), *moved(inner, 1), (SAVE, 2 * group + 1, None)]
        if self._peek() != ")":
            raise PatternError("an opening parenthesis has no closing one")
        self.at += 1
        return body

    def _reference(self) -> int:
        """The group of a back-reference: the longest number that is one which has been closed."""
        group = int(self._take())
        if group not in self.closed:
            raise PatternError(f"'\\{group}' refers to no group that ends before it")
        while self._peek().isascii() and self._peek().isdigit():
            longer = group * 10 + int(self._peek())
            if longer not in self.closed:
                break
            group = longer
            self.at += 1
        return group

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
            result += moved(body, len(result))
        if most is None:
            result += moved(loop(body, lazy), len(result))
        else:
            for _ in range(most - least):
                result += moved(maybe(body, lazy), len(result))
        self.work += len(result)
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
        self.heaviest = max(self.heaviest, len(tests) * (3 if "i" in self.flags else 1))
        return class_test(tests, negated, without)

    def _class_item(self, char: str) -> Test:
        if char == "[" or char == "]":
            raise PatternError(f"'{char}' must be written \\{char} inside brackets")
        low: str | Test = self._escaped_item() if char == "\\" else char
        following = self.text[self.at : self.at + 2]
        if following[:1] != "-" or following[1:] in ("]", "[", "") or not isinstance(low, str):
            return one_of(low) if isinstance(low, str) else low
        self.at += 1
        end = self._take()
        high = self._escaped_item() if end == "\\" else end
        if not isinstance(high, str) or high < low:
            raise PatternError("a range of characters ends before it begins")
        return lambda each: low <= each <= high

    def _escaped_item(self) -> str | Test:
        char = self._peek()
        if char in SINGLE and char:
            self.at += 1
            return SINGLE[char]
        return self._escape()

    def _escape(self) -> Test:
        char = self._take()
        if char in SINGLE:
            return one_of(SINGLE[char])
        if char in CLASSES:
            return CLASSES[char]
        if char in "pP":
            test = self._property()
            return test if char == "p" else negate(test)
        raise PatternError(f"'\\{char}' has no meaning")

    def _property(self) -> Test:
        inner, closing, _ = self.text[self.at :].partition("}")
        if not inner.startswith("{") or not closing:
            raise PatternError("a category is written \\p{L}")
        self.at += len(inner) + 1
        name = inner[1:]
        if name in BLOCKS:
            low, high = BLOCKS[name]
            return lambda each: low <= ord(each) <= high
        if name not in CATEGORIES:
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
