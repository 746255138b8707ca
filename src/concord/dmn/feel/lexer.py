"""Tokens, read on demand: a name's end depends on the scope, so only the parser knows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from concord.dmn.feel.values import number
from concord.dmn.problems import FeelSyntaxError, Place, Problem

MAX_TEXT = 100_000  # characters of one expression

KEYWORDS = frozenset(
    [
        *("for", "return", "if", "then", "else", "some", "every", "satisfies", "in", "and", "or"),
        *("between", "function", "external", "true", "false", "null", "instance", "of"),
    ]
)

# The standard's name characters (DMN 1.5, 10.3.1.2, rules 28 to 30).
_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
IDENTIFIER = re.compile(f"[{_START}][{_PART}]*")
PART = re.compile(f"[{_PART}]+|[./\\-’'+*]")
PART_CHAR = re.compile(f"[{_PART}]")
SPACE = re.compile(
    r"(?:[\s\u0085\u00a0\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]"
    r"|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*"
)
NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
OPERATORS = re.compile(r"\*\*|\.\.|->|<=|>=|!=|[-+*/=<>()\[\]{},:.@]")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is `number`, `string`, `name`, `end`, or the operator itself."""

    kind: str
    text: str
    start: int
    end: int
    value: object = None


def token_at(text: str, position: int, place: Place) -> Token:
    """The token that begins at or after the position."""
    start = _skip(text, position)
    if start >= len(text):
        return Token("end", "", len(text), len(text))
    if found := NUMBER.match(text, start):
        return Token("number", found[0], start, found.end(), _number(found[0], start, place))
    if text[start] == '"':
        if found := STRING.match(text, start):
            return Token("string", found[0], start, found.end(), unescape(found[0][1:-1]))
        raise syntax(place, "string-open", "the string has no closing quote", start, len(text))
    if found := IDENTIFIER.match(text, start):
        return Token("name", found[0], start, found.end())
    if found := OPERATORS.match(text, start):
        return Token(found[0], found[0], start, found.end())
    shown = text[start]
    mend = _MENDS.get(shown, "")
    message = f"'{shown}' has no meaning here{mend and f'; write {mend}'}"
    raise syntax(place, "character", message, start, start + 1)


# What people write who know other languages, and what FEEL has for it.
_MENDS = {
    "&": "'and'",
    "|": "'or'",
    "!": "'not(…)' or '!='",
    "%": "'modulo(a, b)', or a share as a number",
    "'": "a string in double quotes",
    "’": "a string in double quotes",
    "“": "a string in straight double quotes",
    "”": "a string in straight double quotes",
    ";": "','",
    "≤": "'<='",
    "≥": "'>='",
    "≠": "'!='",
    "^": "'**'",
}


def _skip(text: str, position: int) -> int:
    found = SPACE.match(text, position)
    return found.end() if found else position


def _number(text: str, start: int, place: Place) -> object:
    if len(text) < 4000 and text.isdigit():
        return number(int(text))
    try:
        exact = number(Decimal(text))
    except ArithmeticError:
        message = "the number is beyond 34 digits and an exponent of 6144"
        raise syntax(place, "number-size", message, start, start + len(text)) from None
    return exact


def unescape(text: str) -> str:
    """The string that an escaped text stands for; unknown escapes stay as written."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_escape, text)
    joined = _SURROGATES.sub(_join, plain)
    return _LONE.sub("\ufffd", joined)


def _escape(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF else found[0]
    return _ESCAPES.get(code, found[0])


def _join(found: re.Match[str]) -> str:
    high, low = (ord(char) for char in found[0])
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def name_parts(name: str) -> tuple[str, ...]:
    """A name's words and signs, which may stand with or without spaces between them."""
    return tuple(PART.findall(name))


def syntax(place: Place, code: str, message: str, start: int, end: int) -> FeelSyntaxError:
    """A syntax error at these characters of the place's text."""
    at = replace(place, start=start, end=end)
    return FeelSyntaxError([Problem(f"syntax.{code}", message, at)])
