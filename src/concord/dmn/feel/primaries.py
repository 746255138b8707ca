"""What binds tightest: literals, names, brackets, and what begins with a keyword."""

from __future__ import annotations

import re

from concord.dmn.feel import ast
from concord.dmn.feel.lexer import IDENTIFIER, KEYWORDS, Token
from concord.dmn.feel.names import Names
from concord.dmn.feel.reader import normal
from concord.dmn.feel.temporal import parse_any
from concord.dmn.feel.typeparser import TypeParser
from concord.dmn.feel.types import ANY
from concord.dmn.problems import quoted

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_KEY = re.compile(r"[^:()\[\]{}\",@<>=]+(?=:)")
_PARTIAL = Names(["partial"])


class PrimaryParser(TypeParser):
    """Reads one primary expression."""

    def primary(self) -> ast.Node:
        token = self.peek()
        match token.kind:
            case "number" | "string":
                self.next()
                return ast.Literal(token.value, start=token.start, end=token.end)
            case "name":
                return self._word(token)
            case "(":
                return self._parenthesis()
            case "[" | "]":
                return self._bracket()
            case "{":
                return self._context()
            case "@":
                return self._at_literal()
            case kind if kind in COMPARISONS:
                self.next()
                of = self.addition()
                return ast.Operator(kind, of, start=token.start, end=of.end)
            case "end":
                self.fail("end", "something is missing at the end", token.start, token.end)
        message = f"{quoted(token.text)} was not expected here"
        raise self.error("unexpected", message, token.start, token.end)

    def _word(self, token: Token) -> ast.Node:
        known = self.known_name(token.start)
        if known is not None and (known[1] > token.end or token.text not in KEYWORDS):
            name, end, builtin = known
            self.back(end)
            self.named = (token.start, end)
            return ast.Name(name, builtin, start=token.start, end=end)
        match token.text:
            case "true" | "false" | "null":
                self.next()
                value = {"true": True, "false": False, "null": None}[token.text]
                return ast.Literal(value, start=token.start, end=token.end)
            case "if":
                return self._if()
            case "for":
                return self._for()
            case "some" | "every":
                return self._quantified()
            case "function":
                return self._function()
        if token.text in KEYWORDS:
            message = f"{quoted(token.text)} was not expected here"
            self.fail("unexpected", message, token.start, token.end)
        self.next()
        self.named = (token.start, token.end)
        return ast.Name(token.text, start=token.start, end=token.end)

    def _if(self) -> ast.Node:
        start = self.next().start
        condition = self.expression()
        self.expect_word("then")
        then = self.expression()
        self.expect_word("else")
        otherwise = self.expression()
        return ast.If(condition, then, otherwise, start=start, end=otherwise.end)

    def _for(self) -> ast.Node:
        start = self.next().start
        depth = len(self.scopes)
        domains = self._domains()
        self.expect_word("return")
        self.scopes.append(_PARTIAL)
        body = self.expression()
        del self.scopes[depth:]
        return ast.For(domains, body, start=start, end=body.end)

    def _quantified(self) -> ast.Node:
        token = self.next()
        depth = len(self.scopes)
        domains = self._domains()
        self.expect_word("satisfies")
        body = self.expression()
        del self.scopes[depth:]
        every = token.text == "every"
        return ast.Quantified(every, domains, body, start=token.start, end=body.end)

    def _domains(self) -> tuple[ast.Domain, ...]:
        domains = [self._domain()]
        while self.take(","):
            domains.append(self._domain())
        return tuple(domains)

    def _domain(self) -> ast.Domain:
        start = self.peek().start
        name = self.new_name("in")
        self.expect_word("in")
        low = self.expression()
        high = self.expression() if self.take("..") else None
        self.scopes.append(Names([name]))
        return ast.Domain(name, low, high, start=start, end=(high or low).end)

    def _function(self) -> ast.Node:
        start = self.next().start
        self.expect("(")
        params: list[ast.Parameter] = []
        while not self.at(")"):
            at = self.peek().start
            name = self.new_name(")")
            of = self.type() if self.take(":") else ANY
            params.append(ast.Parameter(name, of, start=at, end=self.position))
            if not self.take(","):
                break
        self.expect(")")
        if self.take(":"):
            self.type()
        external = self.take_word("external")
        self.scopes.append(Names(param.name for param in params))
        body = self.expression()
        self.scopes.pop()
        return ast.FunctionDefinition(tuple(params), body, external, start=start, end=body.end)

    def _parenthesis(self) -> ast.Node:
        start = self.expect("(").start
        inner = self._read() or self.expression()
        if self.take(".."):
            return self._range(start, inner, closed=False)
        self.expect(")")
        return inner

    def _read(self) -> ast.Node | None:
        """The expression here, where it was read before as the test of an `in`: reading it again
        at each level would take twice as long for each."""
        known = self.read.get(self.peek().start)
        if known is None:
            return None
        self.back(known[1])
        return known[0]

    def _bracket(self) -> ast.Node:
        opening = self.next()
        if opening.kind == "]":
            low = self.addition()
            self.expect("..")
            return self._range(opening.start, low, closed=False)
        items: list[ast.Node] = []
        while not self.at("]"):
            items.append(self.expression())
            if len(items) == 1 and self.take(".."):
                return self._range(opening.start, items[0], closed=True)
            if not self.take(","):
                break
        end = self.expect("]").end
        return ast.ListLiteral(tuple(items), start=opening.start, end=end)

    def _range(self, start: int, low: ast.Node, *, closed: bool) -> ast.Node:
        self.closing = self.peek().kind in ("number", "string", "@", "-")
        high = self.addition()
        self.closing = False
        token = self.next()
        if token.kind not in ("]", ")", "["):
            self.fail("range", "the range has no closing bracket", start, token.end)
        return ast.RangeLiteral(low, high, closed, token.kind == "]", start=start, end=token.end)

    def _context(self) -> ast.Node:
        start = self.expect("{").start
        scope = Names()
        self.scopes.append(scope)
        entries: list[ast.Entry] = []
        while not self.at("}"):
            at = self.peek()
            key = self._key()
            value = self.expression()
            entries.append(ast.Entry(key, value, start=at.start, end=value.end))
            scope.add(key)
            self.written.add(key)
            if not self.take(","):
                break
        self.scopes.pop()
        end = self.expect("}").end
        self._no_duplicates(entries)
        return ast.ContextLiteral(tuple(entries), start=start, end=end)

    def _no_duplicates(self, entries: list[ast.Entry]) -> None:
        seen: set[str] = set()
        for entry in entries:
            if entry.key in seen:
                message = f"'{entry.key}' stands twice in the context"
                self.fail("duplicate", message, entry.start, entry.end)
            seen.add(entry.key)

    def _key(self) -> str:
        token = self.peek()
        if token.kind == "string":
            self.next()
            self.expect(":")
            return str(token.value)
        found = _KEY.match(self.text, token.start)
        if not found or token.kind == "end":
            self.fail("key", "an entry needs a name and a colon", token.start, token.end)
        if not IDENTIFIER.match(found[0]):
            self.fail("key", f"{quoted(found[0].strip())} is no name", token.start, found.end())
        self.back(found.end())
        self.expect(":")
        return normal(found[0])

    def _at_literal(self) -> ast.Node:
        start = self.next().start
        token = self.peek()
        if token.kind != "string":
            self.fail("at", "a date, time or duration in quotes must follow @", start, token.end)
        self.next()
        return ast.Literal(parse_any(str(token.value)), start=start, end=token.end)
