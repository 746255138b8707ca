"""From text to syntax tree: a recursive-descent parser of DMN 1.5's FEEL grammar.

Names may hold spaces and signs, so they are matched against the names in scope, longest first.
`Reader` has the tokens and names, `TypeParser` the types, `PrimaryParser` what binds tightest;
here are the operators and whole texts.
"""

from __future__ import annotations

import re

from concord.dmn.feel import ast
from concord.dmn.feel.lexer import Token, token_at
from concord.dmn.feel.names import Names
from concord.dmn.feel.primaries import COMPARISONS, PrimaryParser
from concord.dmn.feel.reader import MAX_DEPTH, normal

_PARAMETER = re.compile(r"[^\W\d][^:()\[\]{}\",@<>=]*(?=:)")
_ITEM = Names(["item"])
_DOUBLES = {"==": "=", "<>": "!="}
_JOINED = {
    "and": "tests are not joined by 'and': write a range, (3..5), or ? > 3 and ? < 5",
    "or": "tests are not joined by 'or': write a comma, < 3, > 5",
}
_AFTER = frozenset({",", "]", ")", "}", "end"})


class Parser(PrimaryParser):
    """Parses one text."""

    # Whole texts ------------------------------------------------------------------------------

    def whole_expression(self) -> ast.Node:
        node = self.expression()
        self.finish()
        return node

    def whole_unary_tests(self) -> ast.UnaryTests:
        """The content of a decision table's input cell."""
        start = self.peek().start
        if self.at("-"):
            mark = self.position
            self.next()
            if self.at("end"):
                return ast.UnaryTests((), any=True, start=start, end=start + 1)
            self.back(mark)
        tests = self._negated_tests() or self._tests()
        self.finish()
        for test in tests.tests:
            self._no_joined(test)
        return tests

    def _no_joined(self, test: ast.Node) -> None:
        """`> 3 and < 5` would be two truths of nothing."""
        if isinstance(test, ast.And | ast.Or):
            for side in (test.left, test.right):
                self._no_joined(side)
                if isinstance(side, ast.Operator):
                    word = "and" if isinstance(test, ast.And) else "or"
                    self.fail("test", _JOINED[word], side.start, side.end)

    def _negated_tests(self) -> ast.UnaryTests | None:
        token = self.peek()
        if token.text != "not" or token.kind != "name":
            return None
        mark = self.position
        self.next()
        if not self.at("("):
            self.back(mark)
            return None
        self.next()
        tests = self._tests()
        end = self.expect(")").end
        if not self.at("end"):
            self.back(mark)
            return None
        return ast.UnaryTests(tests.tests, negated=True, start=token.start, end=end)

    def _tests(self, first: ast.Node | None = None) -> ast.UnaryTests:
        tests = [first or self._test()]
        while self.take(","):
            tests.append(self._test())
        return ast.UnaryTests(tuple(tests), start=tests[0].start, end=tests[-1].end)

    def _test(self) -> ast.Node:
        return self.expression()

    # Expressions, loosest first ---------------------------------------------------------------

    def expression(self) -> ast.Node:
        return self._plain() or self._any()

    def _plain(self) -> ast.Node | None:
        """A number or a string that stands alone, as in most cells and lists."""
        token = self.peek()
        if token.kind not in ("number", "string"):
            return None
        after = token_at(self.text, token.end, self.place)
        if after.kind not in _AFTER:
            return None
        self.position, self._token = token.end, after
        return ast.Literal(token.value, start=token.start, end=token.end)

    def _any(self) -> ast.Node:
        self.enter()
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
        left = self.addition()
        while True:
            token = self.peek()
            if token.kind in COMPARISONS:
                self._no_double(token)
                self.next()
                right = self.addition()
                left = ast.Comparison(token.kind, left, right, start=left.start, end=right.end)
            elif self.take_word("between"):
                low = self.addition()
                self.expect_word("and")
                high = self.addition()
                left = ast.Between(left, low, high, start=left.start, end=high.end)
            elif self.take_word("in"):
                tests = self._in_tests()
                left = ast.In(left, tests, start=left.start, end=tests.end)
            else:
                return left

    def _no_double(self, token: Token) -> None:
        """`==` and `<>` are of other languages."""
        mend = _DOUBLES.get(self.text[token.start : token.start + 2])
        if mend:
            written = self.text[token.start : token.start + 2]
            message = f"write '{mend}' instead of '{written}'"
            self.fail("operator", message, token.start, token.start + 2)

    def _in_tests(self) -> ast.UnaryTests:
        start = self.peek()
        if start.kind == "(":
            mark = self.position
            self.next()
            inner = self.peek().start
            first = self._test()
            read = first, self.position
            tests = self._tests(first)
            if self.at(")"):
                end = self.next().end
                if len(tests.tests) > 1 or not self._continues():
                    return ast.UnaryTests(tests.tests, start=start.start, end=end)
            self.read[inner] = read
            self.back(mark)
        test = self.addition()
        return ast.UnaryTests((test,), start=test.start, end=test.end)

    def _continues(self) -> bool:
        return self.peek().kind in ("+", "-", "*", "/", "**", ".", "[", "(")

    def addition(self) -> ast.Node:
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
            self.fail("depth", f"nested deeper than {MAX_DEPTH} levels", signs[0], node.end)
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
        node = self.primary()
        for _ in range(1000):
            token = self.peek()
            if token.kind == ".":
                self.next()
                name = self.property_name()
                node = ast.Path(node, name, start=node.start, end=self.position)
            elif token.kind == "[" and not self.closing:
                node = self._filter(node)
            elif token.kind == "(":
                node = self._call(node)
            else:
                return node
        raise self.error("depth", "too many steps in a row", node.start, node.end)

    def _filter(self, of: ast.Node) -> ast.Node:
        self.expect("[")
        depth = len(self.scopes)
        self.scopes += (_ITEM, self.fields, self.written)
        condition = self.expression()
        del self.scopes[depth:]
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
                self.fail("arguments", message, token.start, token.end)
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
        self.back(found.end())
        self.expect(":")
        return normal(found[0])
