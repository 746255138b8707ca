"""Unary tests: the cells of a table, and the right side of `in` (DMN 1.5, rules 7 to 17)."""

from __future__ import annotations

from collections.abc import Callable

from concord.dmn.feel import ast
from concord.dmn.feel.closures.compiling import Compiling
from concord.dmn.feel.comparisons import COMPARISONS
from concord.dmn.feel.operators import Spend, equal, in_range
from concord.dmn.feel.runtime import Env
from concord.dmn.feel.values import Range, Value

Test = Callable[[Env, Value], bool | None]


def compile_tests(compiler: Compiling, tests: ast.UnaryTests, *, strict: bool = False) -> Test:
    """One test for all of them: true if one is true. With `strict` (the `in` operator), null when
    none is true and one is null."""
    if tests.any:
        return lambda env, value: True
    each = [_test(compiler, node, strict=strict) for node in tests.tests]
    if tests.negated:
        return _negated(each)
    if len(each) == 1 and strict:
        return each[0]
    if not strict:
        return lambda env, value: any(test(env, value) is True for test in each)

    def some(env: Env, value: Value) -> bool | None:
        answer: bool | None = False
        for test in each:
            one = test(env, value)
            if one is True:
                return True
            if one is None:
                answer = None
        return answer

    return some


def _negated(each: list[Test]) -> Test:
    """None of them holds, and none has failed."""

    def none(env: Env, value: Value) -> bool:
        before = env.run.failed
        return not any(test(env, value) is True for test in each) and env.run.failed == before

    return none


def _test(compiler: Compiling, node: ast.Node, *, strict: bool) -> Test:
    match node:
        case ast.Literal(value=wanted) if wanted.__class__ in (str, int, bool):
            return lambda env, value: equal(value, wanted, env.run.spend)
        case ast.Operator():
            return _operator(compiler, node)
        case _ if uses_input(node):
            return _with_input(compiler, node)
    return _computed(compiler, node, strict=strict)


def _computed(compiler: Compiling, node: ast.Node, *, strict: bool) -> Test:
    """A test that computes from other things. In a cell, one that computes true (`amount > 5`)
    holds for every value but false."""
    code = compiler.code(node)
    unknown = is_condition(node)

    def test(env: Env, value: Value) -> bool | None:
        before = env.run.failed
        wanted = code(env)
        if value is None and (env.run.failed != before or (wanted is None and unknown)):
            return None
        if wanted.__class__ is bool and value.__class__ is not bool and not strict:
            return wanted is True
        return holds(value, wanted, env.run.spend)

    return test


def is_condition(node: ast.Node) -> bool:
    """Whether it is true, false or unknown: its null is no value that another null could equal."""
    match node:
        case ast.Call(function=ast.Name(name="not", builtin=True)):
            return True
    return isinstance(node, _CONDITIONS)


_CONDITIONS = (ast.Comparison, ast.And, ast.Or, ast.Between, ast.In, ast.Quantified)


def _operator(compiler: Compiling, node: ast.Operator) -> Test:
    test = COMPARISONS[node.op]
    code = compiler.code(node.of)
    asks = uses_input(node.of)

    def compared(env: Env, value: Value) -> bool | None:
        before = env.run.failed
        wanted = code(env.inner({"?": value}) if asks else env)
        if wanted is None and env.run.failed != before:
            return None
        return test(value, wanted, env.run.spend)

    return compared


def _with_input(compiler: Compiling, node: ast.Node) -> Test:
    code = compiler.code(node)

    def test(env: Env, value: Value) -> bool | None:
        answer = code(env.inner({"?": value}))
        if answer.__class__ is bool or answer is None:
            return answer
        return holds(value, answer, env.run.spend)

    return test


def uses_input(node: ast.Node) -> bool:
    """Whether `?`, the value under test, stands in the expression."""
    return any(isinstance(each, ast.Name) and each.name == "?" for each in ast.walk(node))


def holds(value: Value, wanted: Value, spend: Spend | None = None) -> bool | None:
    """Whether the value is what the test's expression gave: equal to it, in the range, one of
    the list."""
    if wanted.__class__ is Range:
        return in_range(value, wanted, spend)
    if wanted.__class__ is list:
        if value.__class__ is list and equal(value, wanted, spend):
            return True
        if spend is not None:
            spend(1 + len(wanted) // 4)
        return any(holds(value, item, spend) is True for item in wanted)
    return equal(value, wanted, spend)


__all__ = ["Test", "compile_tests", "holds", "uses_input"]
