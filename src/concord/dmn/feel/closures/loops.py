"""`for`, `some` and `every`."""

from __future__ import annotations

from concord.dmn.feel import ast
from concord.dmn.feel.closures.compiling import Compiling
from concord.dmn.feel.closures.weights import weight
from concord.dmn.feel.iterate import Domains, combinations
from concord.dmn.feel.runtime import Code, Env
from concord.dmn.feel.values import Value


def iteration(compiler: Compiling, node: ast.For) -> Code:
    domains, body = _domains(compiler, node.domains), compiler.code(node.body)
    note, cost, keeps = compiler.noter(node), weight(node.body), keeps_partial(node.body)

    def code(env: Env) -> Value:
        results: list[Value] = []
        scope = env.inner({"partial": results})
        rounds = combinations(domains, scope, note)
        if rounds is None:
            return None
        for inner in rounds:
            inner.run.spend(cost)
            if keeps:
                so_far(scope, results)
            results.append(body(inner))
        return results

    return code


def keeps_partial(node: ast.Node) -> bool:
    """Whether the body of a `for` does more with `partial` than to take items of it: what it keeps
    must not grow with the results that follow."""
    names = sum(_is_partial(each) for each in ast.walk(node))
    taken = sum(isinstance(each, ast.Filter) and _is_partial(each.of) for each in ast.walk(node))
    return names > taken


def _is_partial(node: ast.Node) -> bool:
    return isinstance(node, ast.Name) and node.name == "partial"


def so_far(scope: Env, results: list[Value]) -> None:
    """`partial` as it is now."""
    scope.run.spend(len(results) // 100)
    scope.vars["partial"] = list(results)


def quantified(compiler: Compiling, node: ast.Quantified) -> Code:
    domains, body = _domains(compiler, node.domains), compiler.code(node.body)
    note, settled, cost = compiler.noter(node), not node.every, weight(node.body)

    def code(env: Env) -> bool | None:
        rounds = combinations(domains, env, note)
        if rounds is None:
            return None
        answer: bool | None = not settled
        for inner in rounds:
            inner.run.spend(cost)
            each: object = body(inner)
            if each is settled:
                return settled
            if each is not True and each is not False:
                answer = None
        return answer

    return code


def _domains(compiler: Compiling, domains: tuple[ast.Domain, ...]) -> Domains:
    code = compiler.code
    return [
        (each.name, code(each.low), None if each.high is None else code(each.high))
        for each in domains
    ]
