"""What is known of an expression before it is evaluated: its type, and what can never be right.

Nothing is guessed: what may be of any type is `Any`, and fits everywhere; null is of every type. A
problem says that an operation, a comparison, a condition or a call has no meaning for any values
of these types but null.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import replace

from concord.dmn.feel import ast
from concord.dmn.feel.fitting import ORDERED, arithmetic, element, fits, is_known, join, type_of
from concord.dmn.feel.paths import PROPERTIES
from concord.dmn.feel.signatures import call_of_builtin, call_of_function
from concord.dmn.feel.types import ANY, BOOLEAN, CONTEXT, FUNCTION, NUMBER, Type
from concord.dmn.feel.values import KINDS
from concord.dmn.problems import Place, Problem, did_you_mean

TypeNames = Mapping[str, Type]

_PARTS = {KINDS[cls]: parts for cls, parts in PROPERTIES.items()}
_PART_TYPES = {
    "time offset": Type("days and time duration"),
    "timezone": Type("string"),
    "start included": BOOLEAN,
    "end included": BOOLEAN,
}


def infer(tree: ast.Node, names: TypeNames, place: Place) -> tuple[Type, list[Problem]]:
    """The expression's type and its problems. `names` are the types of the names in scope, as far
    as they are known; `place.text` is the expression's text."""
    inference = Inference(place)
    return inference.type(tree, names), inference.problems


def infer_tests(tree: ast.UnaryTests, of: Type, names: TypeNames, place: Place) -> list[Problem]:
    """The problems of a table's input cell in a column of the type."""
    inference = Inference(place)
    inference.tests(tree, of, _below(names, {"?": of}))
    return inference.problems


class Inference:
    """Goes through one tree, outermost last."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.problems: list[Problem] = []

    def note(self, node: ast.Node, code: str, message: str) -> None:
        here = replace(self.place, start=node.start, end=node.end)
        self.problems.append(Problem(code, message, here))

    def type(self, node: ast.Node, names: TypeNames) -> Type:
        match node:
            case ast.Literal():
                return self._literal(node)
            case ast.Name():
                return ANY if node.builtin else names.get(node.name, ANY)
            case ast.Path():
                return self._path(node, self.type(node.of, names))
            case ast.Arithmetic():
                return self._arithmetic(node, names)
            case ast.Negation():
                return self._negation(node, names)
            case ast.Comparison():
                left, right = self.type(node.left, names), self.type(node.right, names)
                self._compare(node, node.op, left, right)
                return BOOLEAN
            case ast.And() | ast.Or():
                return self._logic(node, names)
            case ast.Between():
                return self._between(node, names)
            case ast.In():
                self.tests(node.tests, self.type(node.of, names), names)
                return BOOLEAN
            case ast.InstanceOf():
                self.type(node.of, names)
                return BOOLEAN
            case ast.If():
                return self._if(node, names)
            case ast.Call():
                return self._call(node, names)
        return self._more(node, names)

    def _more(self, node: ast.Node, names: TypeNames) -> Type:
        match node:
            case ast.Filter():
                return self._filter(node, names)
            case ast.ListLiteral():
                return Type("list", of=join([self.type(item, names) for item in node.items]))
            case ast.ContextLiteral():
                return self._context(node, names)
            case ast.RangeLiteral():
                return self._range(node, names)
            case ast.Operator():
                return Type("range", of=self.type(node.of, names))
            case ast.For():
                inner = self._domains(node.domains, names)
                return Type("list", of=self.type(node.body, _below(inner, {"partial": ANY})))
            case ast.Quantified():
                body = self.type(node.body, self._domains(node.domains, names))
                self._wants_boolean(node.body, body, "what has to be satisfied")
                return BOOLEAN
        assert isinstance(node, ast.FunctionDefinition)
        return self._function(node, names)

    # Leaves and paths -------------------------------------------------------------------------

    def _literal(self, node: ast.Literal) -> Type:
        if node.value is None and self.place.text[node.start : node.start + 1] == "@":
            self.note(node, "literal", "that is no date, time or duration")
        return type_of(node.value)

    def _path(self, node: ast.Path, of: Type) -> Type:
        if of.name == "list":
            item = of.of or ANY
            return Type("list", of=self._path(node, item)) if is_known(item) else Type("list")
        if of.name == "context":
            fields = dict(of.fields)
            if not fields or node.name in fields:
                return fields.get(node.name, ANY)
            known = list(fields)
        elif of.name in _PARTS:
            known = list(_PARTS[of.name])
            if node.name in known:
                return self._part(node.name, of)
        elif of.name in ("number", "string", "boolean"):
            known = []
        else:
            return ANY
        message = f"a {of} has no '{node.name}'{did_you_mean(node.name, known)}"
        self.note(node, "property.unknown", message)
        return ANY

    def _part(self, name: str, of: Type) -> Type:
        if of.name == "range" and name in ("start", "end"):
            return of.of or ANY
        return _PART_TYPES.get(name, NUMBER)

    # Operators --------------------------------------------------------------------------------

    def _arithmetic(self, node: ast.Arithmetic, names: TypeNames) -> Type:
        left, right = self.type(node.left, names), self.type(node.right, names)
        result = arithmetic(node.op, left, right)
        if result is None:
            self.note(node, "type", f"'{node.op}' does not go with {left} and {right}")
            return ANY
        return result

    def _negation(self, node: ast.Negation, names: TypeNames) -> Type:
        of = self.type(node.of, names)
        if is_known(of) and of.name != "number" and not of.name.endswith("duration"):
            self.note(node, "type", f"a {of} has no negative")
            return ANY
        return of

    def _compare(self, node: ast.Node, op: str, left: Type, right: Type) -> None:
        if not is_known(left) or not is_known(right):
            return
        same = left.name == right.name or "duration" in (left.name, right.name)
        if not same or (op not in ("=", "!=") and left.name not in ORDERED):
            self.note(node, "type", f"{left} and {right} cannot be compared")

    def _logic(self, node: ast.And | ast.Or, names: TypeNames) -> Type:
        word = "and" if isinstance(node, ast.And) else "or"
        for side in (node.left, node.right):
            self._wants_boolean(side, self.type(side, names), f"a side of '{word}'")
        return BOOLEAN

    def _wants_boolean(self, node: ast.Node, of: Type, what: str) -> None:
        if is_known(of) and of.name != "boolean":
            self.note(node, "type", f"{what} is true or false, not a {of}")

    def _between(self, node: ast.Between, names: TypeNames) -> Type:
        of = self.type(node.of, names)
        for bound in (node.low, node.high):
            self._compare(bound, "<=", of, self.type(bound, names))
        return BOOLEAN

    def _if(self, node: ast.If, names: TypeNames) -> Type:
        condition = self.type(node.condition, names)
        self._wants_boolean(node.condition, condition, "the condition")
        return join([self.type(node.then, names), self.type(node.otherwise, names)])

    # Unary tests ------------------------------------------------------------------------------

    def tests(self, tree: ast.UnaryTests, of: Type, names: TypeNames) -> None:
        for test in tree.tests:
            self._test(test, of, names)

    def _test(self, test: ast.Node, of: Type, names: TypeNames) -> None:
        if isinstance(test, ast.Operator):
            self._compare(test, test.op, of, self.type(test.of, names))
            return
        wanted = self.type(test, names)
        while wanted.name in ("list", "range") and of.name != wanted.name:
            wanted = wanted.of or ANY
        condition = wanted.name == "boolean" and not isinstance(test, ast.Literal)
        if condition or of.name == "list" or wanted.name == of.name:
            return
        self._compare(test, "=", of, wanted)

    # Lists, contexts, ranges ------------------------------------------------------------------

    def _filter(self, node: ast.Filter, names: TypeNames) -> Type:
        of = self.type(node.of, names)
        item = (of.of or ANY) if of.name == "list" else of
        condition = self.type(node.condition, self._in_filter(item, names))
        if isinstance(node.condition, ast.Literal | ast.Negation) and condition.name == "number":
            return item
        if condition.name == "boolean":
            return Type("list", of=item)
        if is_known(condition) and condition.name != "number":
            self.note(
                node.condition, "type", f"a filter is a condition or a place, not a {condition}"
            )
        return ANY

    def _in_filter(self, item: Type, names: TypeNames) -> TypeNames:
        """The item's entries hide the names outside; of unknown entries, any of them may."""
        if item.name in ("Any", "Null") or (item.name == "context" and not item.fields):
            return {"item": item}
        return _below(names, {"item": item, **dict(item.fields)})

    def _context(self, node: ast.ContextLiteral, names: TypeNames) -> Type:
        inner = _below(names, {})
        fields = []
        for entry in node.entries:
            of = self.type(entry.value, inner)
            inner[entry.key] = of
            fields.append((entry.key, of))
        return replace(CONTEXT, fields=tuple(fields))

    def _range(self, node: ast.RangeLiteral, names: TypeNames) -> Type:
        low, high = self.type(node.low, names), self.type(node.high, names)
        self._compare(node, "<=", low, high)
        return Type("range", of=join([low, high]))

    def _domains(self, domains: tuple[ast.Domain, ...], names: TypeNames) -> TypeNames:
        inner = _below(names, {})
        for domain in domains:
            low = self.type(domain.low, inner)
            if domain.high is not None:
                self._compare(domain, "<=", low, self.type(domain.high, inner))
            inner[domain.name] = element(low) if domain.high is None else low
        return inner

    # Functions --------------------------------------------------------------------------------

    def _function(self, node: ast.FunctionDefinition, names: TypeNames) -> Type:
        if node.external:
            self.note(node, "function.external", "Java and PMML functions are not run here")
            return FUNCTION
        params = tuple((param.name, param.type) for param in node.params)
        result = self.type(node.body, _below(names, dict(params)))
        return replace(FUNCTION, of=result, params=tuple(of for _, of in params), fields=params)

    def _call(self, node: ast.Call, names: TypeNames) -> Type:
        args = [self.type(arg, names) for arg in node.args]
        if isinstance(node.function, ast.Name) and node.function.builtin:
            result, trouble = call_of_builtin(node.function.name, args, node.names)
        else:
            result, trouble = call_of_function(self.type(node.function, names), args, node.names)
        if trouble:
            self.note(node, "arguments", trouble)
        return result


def _below(names: TypeNames, more: Mapping[str, Type]) -> ChainMap[str, Type]:
    """The names with more inside of them, which hide those outside."""
    return ChainMap(dict(more), names)  # type: ignore[arg-type]


__all__ = ["Inference", "TypeNames", "fits", "infer", "infer_tests"]
