"""What is true, false or null: comparisons, conditions, tests."""

from __future__ import annotations

from concord.dmn.feel import ast, operators
from concord.dmn.feel.closures.compiling import Compiling
from concord.dmn.feel.comparisons import COMPARISONS
from concord.dmn.feel.misfits import incomparable
from concord.dmn.feel.runtime import LONG, Code, Env, Note, Run
from concord.dmn.feel.types import instance_of
from concord.dmn.feel.unary import compile_tests
from concord.dmn.feel.values import Value, kind


def comparison(compiler: Compiling, node: ast.Comparison) -> Code:
    left, right, note = compiler.code(node.left), compiler.code(node.right), compiler.noter(node)
    if node.op in ("=", "!="):
        return _equality(left, right, node.op == "=", note)
    test = COMPARISONS[node.op]

    def code(env: Env) -> bool | None:
        a, b = left(env), right(env)
        answer = test(a, b, env.run.spend)
        if answer is None and a is not None and b is not None:
            note(env.run, "type", incomparable(a, b))
        return answer

    return code


def _equality(left: Code, right: Code, wanted: bool, note: Note) -> Code:
    plain = operators.PLAIN

    def code(env: Env) -> bool | None:
        a, b = left(env), right(env)
        ca = a.__class__
        if ca is b.__class__ and ca in plain and (ca is not str or len(a) <= LONG):
            return (a == b) is wanted
        same = operators.equal(a, b, env.run.spend)
        if same is None:
            note(env.run, "type", incomparable(a, b))
            return None
        return same is wanted

    return code


def conjunction(compiler: Compiling, node: ast.And) -> Code:
    left, right = compiler.code(node.left), compiler.code(node.right)
    note = compiler.noter(node)

    def code(env: Env) -> bool | None:
        a = left(env)
        if a is False:
            return False
        b = right(env)
        if b is False:
            return False
        if a is True and b is True:
            return True
        _no_truth("and", a, b, env.run, note)
        return None

    return code


def disjunction(compiler: Compiling, node: ast.Or) -> Code:
    left, right = compiler.code(node.left), compiler.code(node.right)
    note = compiler.noter(node)

    def code(env: Env) -> bool | None:
        a = left(env)
        if a is True:
            return True
        b = right(env)
        if b is True:
            return True
        if a is False and b is False:
            return False
        _no_truth("or", a, b, env.run, note)
        return None

    return code


def _no_truth(word: str, a: Value, b: Value, run: Run, note: Note) -> None:
    """Tells of a side that is neither true, false nor null."""
    for side in (a, b):
        if side is not None and side.__class__ is not bool:
            note(run, "type", f"a side of '{word}' is a {kind(side)}, not true or false")
            return


def between(compiler: Compiling, node: ast.Between) -> Code:
    of, low, high = compiler.code(node.of), compiler.code(node.low), compiler.code(node.high)
    note, at_least, at_most = compiler.noter(node), COMPARISONS[">="], COMPARISONS["<="]

    def code(env: Env) -> bool | None:
        value, a, b = of(env), low(env), high(env)
        spend = env.run.spend
        answers = (at_least(value, a, spend), at_most(value, b, spend))
        if None in answers:
            if None not in (value, a, b):
                note(env.run, "type", f"{kind(value)} cannot be compared with the bounds")
            return False if False in answers else None
        return answers == (True, True)

    return code


def membership(compiler: Compiling, node: ast.In) -> Code:
    of, tests = compiler.code(node.of), compile_tests(compiler, node.tests, strict=True)
    return lambda env: tests(env, of(env))


def instance(compiler: Compiling, node: ast.InstanceOf) -> Code:
    of, wanted = compiler.code(node.of), node.type

    def code(env: Env) -> bool:
        return instance_of(of(env), wanted, env.run)

    return code


def conditional(compiler: Compiling, node: ast.If) -> Code:
    condition, then = compiler.code(node.condition), compiler.code(node.then)
    otherwise, note = compiler.code(node.otherwise), compiler.noter(node.condition)

    def code(env: Env) -> Value:
        answer = condition(env)
        if answer is True:
            return then(env)
        if answer is not False and answer is not None:
            note(env.run, "type", f"the condition is a {kind(answer)}, not true or false")
        return otherwise(env)

    return code
