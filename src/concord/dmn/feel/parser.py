"""From text to syntax tree: a recursive-descent parser of DMN 1.5's FEEL grammar.

Names may hold spaces and signs, so they are matched against the names in scope, longest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NoReturn

from concord.dmn.feel import ast
from concord.dmn.feel.lexer import IDENTIFIER, MAX_TEXT, Token, syntax, token_at
from concord.dmn.feel.names import Names
from concord.dmn.feel.temporal import parse_any
from concord.dmn.feel.types import ANY, FUNCTION, SIMPLE, Type
from concord.dmn.problems import FeelSyntaxError, Place

MAX_DEPTH = 50  # nested constructs

KEYWORDS = frozenset(
    [
        *("for", "return", "if", "then", "else", "some", "every", "satisfies", "in", "and", "or"),
        *("between", "function", "external", "true", "false", "null", "instance", "of"),
    ]
)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_PARAMETER = re.compile(r"[^\W\d][^:()\[\]{}\",@<>=]*(?=:)")
_KEY = re.compile(r"[^:()\[\]{}\",@<>=]+(?=:)")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_TYPE_NAMES = Names(SIMPLE)


class Parser:
    """Parses one text. `names` are in scope, `fields` are names of properties that may follow a
    dot or stand in a filter, `builtins` the functions of the standard, `types` named types."""

    def __init__(
        self,
        text: str,
        *,
        names: Names | Iterable[str] = (),
        fields: Names | None = None,
        builtins: Names | None = None,
        types: Mapping[str, Type] | None = None,
        place: Place | None = None,
    ) -> None:
        base = place or Place()
        self.text = text
        self.place = Place(base.decision, base.table, base.rule, base.column, text)
        self.scopes = [names if isinstance(names, Names) else Names(names)]
        self.fields = fields or Names()
        self.builtins = builtins or Names()
        self.types = types or {}
        self.type_names = Names(self.types) if types else Names()
        self.position = 0
        self.depth = 0
        self.closing = False  # whether a [ closes a range here, as in [1..10[
        self._token: Token | None = None
        if len(text) > MAX_TEXT:
            self._fail("size", f"the text is longer than {MAX_TEXT:,} characters", 0, 1)

    # Whole texts ------------------------------------------------------------------------------

    def whole_expression(self) -> ast.Node:
        node = self.expression()
        self._end()
        return node

    def whole_unary_tests(self) -> ast.UnaryTests:
        """The content of a decision table's input cell."""
        start = self.peek().start
        if self.at("-"):
            mark = self.position
            self.next()
            if self.at("end"):
                return ast.UnaryTests((), any=True, start=start, end=start + 1)
            self._back(mark)
        tests = self._negated_tests() or self._tests()
        self._end()
        return tests

    def _negated_tests(self) -> ast.UnaryTests | None:
        token = self.peek()
        if token.text != "not" or token.kind != "name":
            return None
        mark = self.position
        self.next()
        if not self.at("("):
            self._back(mark)
            return None
        self.next()
        tests = self._tests()
        end = self.expect(")").end
        if not self.at("end"):
            self._back(mark)
            return None
        return ast.UnaryTests(tests.tests, negated=True, start=token.start, end=end)

    def _tests(self) -> ast.UnaryTests:
        tests = [self._test()]
        while self.take(","):
            tests.append(self._test())
        return ast.UnaryTests(tuple(tests), start=tests[0].start, end=tests[-1].end)

    def _test(self) -> ast.Node:
        return self.expression()

    # Expressions, loosest first ---------------------------------------------------------------

    def expression(self) -> ast.Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            token = self.peek()
            self._fail("depth", f"nested deeper than {MAX_DEPTH} levels", token.start, token.end)
        closing, self.closing = self.closing, False
        node = self._disjunction()
        self.closing = closing
        self.depth -= 1
        return node

    def _disjunction(self) -> ast.Node:
        left = self._conjunction()
        while self.take_word("or"):
            right = self._conjunction()
            left = ast.Or(left, right, start=left.start, end=right.end)
        return left

    def _conjunction(self) -> ast.Node:
        left = self._comparison()
        while self.take_word("and"):
            right = self._comparison()
            left = ast.And(left, right, start=left.start, end=right.end)
        return left

    def _comparison(self) -> ast.Node:
        left = self._addition()
        while True:
            token = self.peek()
            if token.kind in _COMPARISONS:
                self.next()
                right = self._addition()
                left = ast.Comparison(token.kind, left, right, start=left.start, end=right.end)
            elif self.take_word("between"):
                low = self._addition()
                self.expect_word("and")
                high = self._addition()
                left = ast.Between(left, low, high, start=left.start, end=high.end)
            elif self.take_word("in"):
                tests = self._in_tests()
                left = ast.In(left, tests, start=left.start, end=tests.end)
            else:
                return left

    def _in_tests(self) -> ast.UnaryTests:
        start = self.peek()
        if start.kind == "(":
            mark = self.position
            self.next()
            tests = self._tests()
            if self.at(")"):
                end = self.next().end
                if len(tests.tests) > 1 or not self._continues():
                    return ast.UnaryTests(tests.tests, start=start.start, end=end)
            self._back(mark)
        test = self._addition()
        return ast.UnaryTests((test,), start=test.start, end=test.end)

    def _continues(self) -> bool:
        return self.peek().kind in ("+", "-", "*", "/", "**", ".", "[", "(")

    def _addition(self) -> ast.Node:
        left = self._product()
        while self.peek().kind in ("+", "-"):
            op = self.next().kind
            right = self._product()
            left = ast.Arithmetic(op, left, right, start=left.start, end=right.end)
        return left

    def _product(self) -> ast.Node:
        left = self._power()
        while self.peek().kind in ("*", "/"):
            op = self.next().kind
            right = self._power()
            left = ast.Arithmetic(op, left, right, start=left.start, end=right.end)
        return left

    def _power(self) -> ast.Node:
        left = self._negation()
        while self.at("**"):
            self.next()
            right = self._negation()
            left = ast.Arithmetic("**", left, right, start=left.start, end=right.end)
        return left

    def _negation(self) -> ast.Node:
        signs = []
        while self.at("-"):
            signs.append(self.next().start)
        node = self._instance()
        if len(signs) > MAX_DEPTH:
            self._fail("depth", f"nested deeper than {MAX_DEPTH} levels", signs[0], node.end)
        for start in reversed(signs):
            node = ast.Negation(node, start=start, end=node.end)
        return node

    def _instance(self) -> ast.Node:
        node = self._postfix()
        while self.at_word("instance"):
            self.next()
            self.expect_word("of")
            of = self.type()
            node = ast.InstanceOf(node, of, start=node.start, end=self.position)
        return node

    def _postfix(self) -> ast.Node:
        node = self._primary()
        for _ in range(1000):
            token = self.peek()
            if token.kind == ".":
                self.next()
                name = self._property()
                node = ast.Path(node, name, start=node.start, end=self.position)
            elif token.kind == "[" and not self.closing:
                node = self._filter(node)
            elif token.kind == "(":
                node = self._call(node)
            else:
                return node
        raise self._error("depth", "too many steps in a row", node.start, node.end)

    def _filter(self, of: ast.Node) -> ast.Node:
        self.expect("[")
        self.scopes.append(_ITEM)
        self.scopes.append(self.fields)
        condition = self.expression()
        self.scopes.pop()
        self.scopes.pop()
        return ast.Filter(of, condition, start=of.start, end=self.expect("]").end)

    def _call(self, function: ast.Node) -> ast.Node:
        self.expect("(")
        args: list[ast.Node] = []
        names: list[str] = []
        while not self.at(")"):
            name = self._argument_name()
            if bool(names) != (name is not None) and args:
                token = self.peek()
                message = "arguments are given by position or by name, not both"
                self._fail("arguments", message, token.start, token.end)
            if name is not None:
                names.append(name)
            args.append(self.expression())
            if not self.take(","):
                break
        end = self.expect(")").end
        return ast.Call(function, tuple(args), tuple(names), start=function.start, end=end)

    def _argument_name(self) -> str | None:
        start = self.peek().start
        found = _PARAMETER.match(self.text, start)
        if not found:
            return None
        self._back(found.end())
        self.expect(":")
        return _normal(found[0])

    # Primaries --------------------------------------------------------------------------------

    def _primary(self) -> ast.Node:
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
            case kind if kind in _COMPARISONS:
                self.next()
                of = self._addition()
                return ast.Operator(kind, of, start=token.start, end=of.end)
            case "end":
                self._fail("end", "something is missing at the end", token.start, token.end)
        message = f"'{token.text}' was not expected here"
        raise self._error("unexpected", message, token.start, token.end)

    def _word(self, token: Token) -> ast.Node:
        known = self._known_name(token.start)
        if known is not None and (known[1] > token.end or token.text not in KEYWORDS):
            name, end, builtin = known
            self._back(end)
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
            message = f"'{token.text}' was not expected here"
            self._fail("unexpected", message, token.start, token.end)
        self.next()
        return ast.Name(token.text, start=token.start, end=token.end)

    def _known_name(self, start: int) -> tuple[str, int, bool] | None:
        best: tuple[str, int, bool] | None = None
        for scope in reversed(self.scopes):
            found = scope.longest(self.text, start)
            if found and (best is None or found[1] > best[1]):
                best = (*found, False)
        found = self.builtins.longest(self.text, start)
        if found and (best is None or found[1] > best[1]):
            best = (*found, True)
        return best

    def _property(self) -> str:
        token = self.peek()
        best = self.fields.longest(self.text, token.start)
        for scope in self.scopes:
            found = scope.longest(self.text, token.start)
            if found and token.kind == "name" and (best is None or found[1] > best[1]):
                best = found
        if best is None and token.kind == "name":
            found = _PROPERTIES.longest(self.text, token.start)
            best = found if found else (token.text, token.end)
        if best is None:
            message = "the name of a property is missing after the dot"
            self._fail("property", message, token.start, token.end)
        self._back(best[1])
        return best[0]

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
        name = self._new_name("in")
        self.expect_word("in")
        low = self.expression()
        high = self.expression() if self.take("..") else None
        self.scopes.append(Names([name]))
        return ast.Domain(name, low, high, start=start, end=(high or low).end)

    def _new_name(self, stop: str) -> str:
        """A name that is being declared: everything up to the word that ends it."""
        first = self.peek()
        end = first.end
        if first.kind != "name":
            self._fail("name", "a name is missing here", first.start, first.end)
        self.next()
        while self.peek().kind not in ("end", ":", ",", ")") and not self.at_word(stop):
            end = self.next().end
        return _normal(self.text[first.start : end])

    def _function(self) -> ast.Node:
        start = self.next().start
        self.expect("(")
        params: list[ast.Parameter] = []
        while not self.at(")"):
            at = self.peek().start
            name = self._new_name(")")
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
        inner = self.expression()
        if self.take(".."):
            return self._range(start, inner, closed=False)
        self.expect(")")
        return inner

    def _bracket(self) -> ast.Node:
        opening = self.next()
        if opening.kind == "]":
            low = self._addition()
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
        high = self._addition()
        self.closing = False
        token = self.next()
        if token.kind not in ("]", ")", "["):
            self._fail("range", "the range has no closing bracket", start, token.end)
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
                self._fail("duplicate", message, entry.start, entry.end)
            seen.add(entry.key)

    def _key(self) -> str:
        token = self.peek()
        if token.kind == "string":
            self.next()
            self.expect(":")
            return str(token.value)
        found = _KEY.match(self.text, token.start)
        if not found or token.kind == "end":
            self._fail("key", "an entry needs a name and a colon", token.start, token.end)
        if not IDENTIFIER.match(found[0]):
            self._fail("key", f"'{found[0].strip()}' is no name", token.start, found.end())
        self._back(found.end())
        self.expect(":")
        return _normal(found[0])

    def _at_literal(self) -> ast.Node:
        start = self.next().start
        token = self.peek()
        if token.kind != "string":
            self._fail("at", "a date, time or duration in quotes must follow @", start, token.end)
        self.next()
        return ast.Literal(parse_any(str(token.value)), start=start, end=token.end)

    # Types ------------------------------------------------------------------------------------

    def type(self) -> Type:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            token = self.peek()
            self._fail("depth", f"nested deeper than {MAX_DEPTH} levels", token.start, token.end)
        of = self._type()
        self.depth -= 1
        return of

    def _type(self) -> Type:
        token = self.peek()
        own = self.type_names.longest(self.text, token.start)
        if own:
            self._back(own[1])
            return self.types[own[0]]
        found = _TYPE_NAMES.longest(self.text, token.start)
        if not found:
            self._fail("type", f"'{token.text}' is no known type", token.start, token.end)
        self._back(found[1])
        match found[0]:
            case "list" | "range" if self.take("<"):
                inner = self.type()
                self.expect(">")
                return Type(found[0], of=inner)
            case "context" if self.take("<"):
                return self._context_type()
            case "function" if self.take("<"):
                return self._function_type()
        return SIMPLE[found[0]]

    def _context_type(self) -> Type:
        fields: list[tuple[str, Type]] = []
        while not self.at(">"):
            name = self._new_name(":")
            self.expect(":")
            fields.append((name, self.type()))
            if not self.take(","):
                break
        self.expect(">")
        return Type("context", fields=tuple(fields))

    def _function_type(self) -> Type:
        params: list[Type] = []
        while not self.at(">"):
            params.append(self.type())
            if not self.take(","):
                break
        self.expect(">")
        self.expect("->")
        return Type(FUNCTION.name, of=self.type(), params=tuple(params))

    # Tokens -----------------------------------------------------------------------------------

    def peek(self) -> Token:
        if self._token is None:
            self._token = token_at(self.text, self.position, self.place)
        return self._token

    def next(self) -> Token:
        token = self.peek()
        self._back(token.end)
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
        shown = "the text ends" if token.kind == "end" else f"'{token.text}' stands"
        message = f"'{what}' is missing: {shown} here"
        return self._error("missing", message, token.start, token.end)

    def _end(self) -> None:
        token = self.peek()
        if token.kind != "end":
            message = f"'{token.text}' was not expected here"
            self._fail("unexpected", message, token.start, token.end)

    def _back(self, position: int) -> None:
        self.position = position
        self._token = None

    def _fail(self, code: str, message: str, start: int, end: int) -> NoReturn:
        raise self._error(code, message, start, end)

    def _error(self, code: str, message: str, start: int, end: int) -> FeelSyntaxError:
        return syntax(self.place, code, message, start, max(end, start + 1))


def _normal(name: str) -> str:
    return " ".join(_COMMENT.sub(" ", name).split())


_ITEM = Names(["item"])
_PARTIAL = Names(["partial"])
_PROPERTIES = Names(["time offset", "start included", "end included"])
