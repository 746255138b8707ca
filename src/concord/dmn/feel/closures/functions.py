"""Functions: written, called, and as values."""

from __future__ import annotations

from concord.dmn.feel import ast
from concord.dmn.feel.builtins import BUILTINS, invoke
from concord.dmn.feel.closures.compiling import Compiling
from concord.dmn.feel.closures.weights import charging
from concord.dmn.feel.misfits import misfit
from concord.dmn.feel.runtime import CALL_STEPS, MAX_CALLS, BudgetError, Code, Env, Note, Run
from concord.dmn.feel.types import ANY, MISFIT, Type, coerce
from concord.dmn.feel.values import Function, Value, kind


def definition(compiler: Compiling, node: ast.FunctionDefinition) -> Code:
    if node.external:
        note = compiler.noter(node)

        def refused(env: Env) -> None:
            note(env.run, "function.external", "Java and PMML functions are not run here")

        return refused
    body = compiler.code(node.body)
    params = tuple(param.name for param in node.params)
    types = tuple(param.type for param in node.params)
    note, charged = compiler.noter(node), charging(body, node.body)
    return lambda env: closure(params, types, charged, env, note)


def closure(
    params: tuple[str, ...],
    types: tuple[Type, ...],
    body: Code,
    env: Env | None,
    note: Note,
    result: Type = ANY,
) -> Function:
    """A function of the language: arguments are coerced to the parameters' types."""

    def run_body(run: Run, args: list[Value]) -> Value:
        names: dict[str, Value] = {}
        for name, wanted, arg in zip(params, types, args, strict=True):
            fitting = coerce(arg, wanted, run)
            if fitting is MISFIT:
                note(run, "type", f"'{name}': {misfit(arg, wanted)}")
                return None
            names[name] = fitting
        value = coerce(body(Env(run, names, env)), result, run)
        if value is MISFIT:
            note(run, "type", f"the result is no {result}")
            return None
        return value

    return Function(params, run_body, types, result)


def invocation(compiler: Compiling, node: ast.Call) -> Code:
    args, names, note = [compiler.code(arg) for arg in node.args], node.names, compiler.noter(node)
    if isinstance(node.function, ast.Name) and node.function.builtin:
        builtin = BUILTINS[node.function.name]
        return lambda env: invoke(builtin, [arg(env) for arg in args], names, env.run, note)
    function = compiler.code(node.function)

    def code(env: Env) -> Value:
        called = function(env)
        if called.__class__ is not Function:
            if called is not None:
                note(env.run, "type", f"a {kind(called)} cannot be called")
            return None
        return call(called, [arg(env) for arg in args], names, env.run, note)

    return code


def call(
    function: Function, args: list[Value], names: tuple[str, ...], run: Run, note: Note
) -> Value:
    """Call a function value, within the budget."""
    if names:
        if set(names) != set(function.params) or len(names) != len(function.params):
            note(run, "arguments", f"the parameters are {', '.join(function.params) or 'none'}")
            return None
        given = dict(zip(names, args, strict=True))
        args = [given[name] for name in function.params]
    elif len(args) != len(function.params) and function.params != ("...",):
        note(run, "arguments", f"{len(function.params)} arguments are wanted, not {len(args)}")
        return None
    run.spend(CALL_STEPS)
    run.calls += 1
    if run.calls > MAX_CALLS:
        raise BudgetError("the evaluation was stopped: functions call each other too deep")
    try:
        return function.call(run, args)
    finally:
        run.calls -= 1
