"""What every part of the parser reads with: tokens one at a time, names by the scope."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NoReturn

from concord.dmn.feel import ast
from concord.dmn.feel.lexer import KEYWORDS, MAX_TEXT, Token, syntax, token_at
from concord.dmn.feel.names import Names
from concord.dmn.feel.types import Type
from concord.dmn.problems import FeelSyntaxError, Place, did_you_mean, quoted, wrong_argument

MAX_DEPTH = 50  # nested constructs
_WORDS = 4  # of a name, after its first

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_PROPERTIES = Names(["time offset", "start included", "end included"])


class Reader(ABC):
    """One text and where in it the parser stands. `names` are in scope, `fields` are names of
    properties that may follow a dot or stand in a filter, `builtins` the functions of the standard,
    `types` named types."""

    def __init__(
        self,
        text: str,
        *,
        names: Names | Iterable[str | Names] = (),
        fields: Names | None = None,
        builtins: Names | None = None,
        types: Mapping[str, Type] | None = None,
        place: Place | None = None,
        hints: bool = True,
    ) -> None:
        if not isinstance(text, str):
            raise wrong_argument(f"an expression is text, a str, not a {type(text).__name__}")
        base = place or Place()
        self.text = text
        self.place = replace(base, text=text, start=0, end=0)
        self.scopes = _layers(names)
        self.fields = fields or Names()
        self.builtins = builtins or Names()
        self.types = types or {}
        self.written = Names()  # keys of contexts that stand in the text itself
        self.position = 0
        self.depth = 0
        self.closing = False  # whether a [ closes a range here, as in [1..10[
        self._token: Token | None = None
        self.hints = hints
        self.named = (0, 0)  # where the last name stood
        self.read: dict[int, tuple[ast.Node, int]] = {}  # expressions read before, and their ends
        if len(text) > MAX_TEXT:
            self.fail("size", f"the text is longer than {MAX_TEXT:,} characters", 0, 1)

    @abstractmethod
    def expression(self) -> ast.Node:
        """The expression that begins here."""

    @abstractmethod
    def addition(self) -> ast.Node:
        """The same without comparisons and what binds looser."""

    def enter(self) -> None:
        """One level deeper; what is nested too deep is refused."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            token = self.peek()
            self.fail("depth", f"nested deeper than {MAX_DEPTH} levels", token.start, token.end)

    # Names ------------------------------------------------------------------------------------

    def known_name(self, start: int) -> tuple[str, int, bool] | None:
        best: tuple[str, int, bool] | None = None
        for scope in reversed(self.scopes):
            found = scope.longest(self.text, start)
            if found and (best is None or found[1] > best[1]):
                best = (*found, False)
        found = self.builtins.longest(self.text, start)
        if found and (best is None or found[1] > best[1]):
            best = (*found, True)
        return best

    def property_name(self) -> str:
        token = self.peek()
        best = self.fields.longest(self.text, token.start)
        for scope in (*self.scopes, self.written):
            found = scope.longest(self.text, token.start)
            if found and token.kind == "name" and (best is None or found[1] > best[1]):
                best = found
        if best is None and token.kind == "name":
            found = _PROPERTIES.longest(self.text, token.start)
            best = found if found else (token.text, token.end)
        if best is None:
            message = "the name of a property is missing after the dot"
            self.fail("property", message, token.start, token.end)
        self.back(best[1])
        return best[0]

    def new_name(self, stop: str) -> str:
        """A name that is being declared: everything up to the word that ends it."""
        first = self.peek()
        end = first.end
        if first.kind != "name":
            self.fail("name", "a name is missing here", first.start, first.end)
        self.next()
        while self.peek().kind not in ("end", ":", ",", ")") and not self.at_word(stop):
            end = self.next().end
        return normal(self.text[first.start : end])

    # Tokens -----------------------------------------------------------------------------------

    def peek(self) -> Token:
        if self._token is None:
            self._token = token_at(self.text, self.position, self.place)
        return self._token

    def next(self) -> Token:
        token = self.peek()
        self.back(token.end)
        return token

    def at(self, kind: str) -> bool:
        return self.peek().kind == kind

    def at_word(self, word: str) -> bool:
        token = self.peek()
        return token.kind == "name" and token.text == word

    def take(self, kind: str) -> bool:
        if self.at(kind):
            self.next()
            return True
        return False

    def take_word(self, word: str) -> bool:
        if self.at_word(word):
            self.next()
            return True
        return False

    def expect(self, kind: str) -> Token:
        if self.at(kind):
            return self.next()
        raise self._missing(kind)

    def expect_word(self, word: str) -> Token:
        if self.at_word(word):
            return self.next()
        raise self._missing(word)

    def _missing(self, what: str) -> FeelSyntaxError:
        token = self.peek()
        self._two_words(token)
        shown = "the text ends" if token.kind == "end" else f"{quoted(token.text)} stands"
        message = f"'{what}' is missing: {shown} here"
        return self.error("missing", message, token.start, token.end)

    def finish(self) -> None:
        token = self.peek()
        if token.kind != "end":
            self._two_words(token)
            message = f"{quoted(token.text)} was not expected here"
            self.fail("unexpected", message, token.start, token.end)

    def _two_words(self, token: Token) -> None:
        """A name of several words that is none: of the first of them a name was made."""
        start, end = self.named
        if not self.hints or not _is_word(token) or not self.text[end : token.start].isspace():
            return
        ends: list[int] = []
        while len(ends) < _WORDS and _is_word(self.peek()):
            ends.append(self.next().end)
        known = [name for names in (*self.scopes, self.fields) for name in names.all]
        for last in reversed(ends):
            name = normal(self.text[start:last])
            hint = did_you_mean(name, known)
            if hint:
                self.fail("name", f"{quoted(name)} is not known{hint}", start, last)
        name = normal(self.text[start : ends[0]])
        message = f"{quoted(token.text)} was not expected here: {quoted(name)} is no known name"
        self.fail("unknown", message, token.start, token.end)

    def back(self, position: int) -> None:
        self.position = position
        self._token = None

    def fail(self, code: str, message: str, start: int, end: int) -> NoReturn:
        raise self.error(code, message, start, end)

    def error(self, code: str, message: str, start: int, end: int) -> FeelSyntaxError:
        return syntax(self.place, code, message, start, max(end, start + 1))


def _is_word(token: Token) -> bool:
    return token.kind == "name" and token.text not in KEYWORDS


def _layers(names: Names | Iterable[str | Names]) -> list[Names]:
    """Names in scope, or layers of them, as layers."""
    if isinstance(names, Names):
        return [names]
    given = tuple(names)
    layers = [each for each in given if isinstance(each, Names)]
    single = [each for each in given if not isinstance(each, Names)]
    return [*layers, Names(single)] if single else layers


def normal(name: str) -> str:
    """A name without comments, its words one space apart."""
    return " ".join(_COMMENT.sub(" ", name).split())
