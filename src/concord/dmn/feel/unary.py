"""Unary tests: the cells of a table, and the right side of `in` (DMN 1.5, rules 7 to 17)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from concord.dmn.feel import ast
from concord.dmn.feel.operators import Spend, compare, equal, in_range
from concord.dmn.feel.runtime import Env
from concord.dmn.feel.values import Range, Value

if TYPE_CHECKING:
    from concord.dmn.feel.evaluate import Compiler

Test = Callable[[Env, Value], bool | None]


def compile_tests(compiler: Compiler, tests: ast.UnaryTests, *, strict: bool = False) -> Test:
    """One test for all of them: true if one is true. With `strict` (the `in` operator), null when
    none is true and one is null."""
    if tests.any:
        return lambda env, value: True
    each = [_test(compiler, node) for node in tests.tests]
    if tests.negated:
        return lambda env, value: not any(test(env, value) is True for test in each)
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


def _test(compiler: Compiler, node: ast.Node) -> Test:
    match node:
        case ast.Literal(value=wanted) if wanted.__class__ in (str, int, bool):
            return lambda env, value: equal(value, wanted, env.run.spend)
        case ast.Operator():
            return _operator(compiler, node)
        case _ if uses_input(node):
            return _with_input(compiler, node)
    code = compiler.code(node)

    def test(env: Env, value: Value) -> bool | None:
        return holds(value, code(env), env.run.spend)

    return test


def _operator(compiler: Compiler, node: ast.Operator) -> Test:
    from concord.dmn.feel.evaluate import COMPARISONS

    test = COMPARISONS[node.op]
    code = compiler.code(node.of)
    if uses_input(node.of):
        return lambda env, value: test(value, code(env.inner({"?": value})), env.run.spend)
    return lambda env, value: test(value, code(env), env.run.spend)


def _with_input(compiler: Compiler, node: ast.Node) -> Test:
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
    the list. A condition on other things (`amount > 5`) holds when it is true, for any value but a
    boolean, which is compared with it."""
    if wanted.__class__ is Range:
        return in_range(value, wanted, spend)
    if wanted.__class__ is list:
        if value.__class__ is list and equal(value, wanted, spend):
            return True
        if spend is not None:
            spend(1 + len(wanted) // 4)
        return any(holds(value, item, spend) is True for item in wanted)
    if wanted.__class__ is bool and value.__class__ is not bool:
        return wanted
    return equal(value, wanted, spend)


__all__ = ["Test", "compare", "compile_tests", "holds", "uses_input"]
