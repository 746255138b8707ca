"""Item definitions as FEEL types, with their constraints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from concord.dmn.feel.expression import UnaryTests, parse_unary
from concord.dmn.feel.runtime import Code, Env, Run
from concord.dmn.feel.types import ANY, CONTEXT, NUMBER, SIMPLE, Allowed, Type
from concord.dmn.feel.values import Value
from concord.dmn.model import ItemDefinition, Model
from concord.dmn.problems import FeelSyntaxError, Place, Problem, did_you_mean

MAX_DEPTH = 20
NOWHERE = Place()
# Besides the standard's, what dmn-js and Camunda write for numbers.
KNOWN = SIMPLE | dict.fromkeys(("integer", "long", "double"), NUMBER)


class Types:
    """The types that a model knows: its own, `import.name` of its imports, the standard's."""

    def __init__(self, model: Model, problems: list[Problem]) -> None:
        self.problems = problems
        self._definitions: dict[str, tuple[ItemDefinition, Types]] = {}
        self._made: dict[str, Type] = {}
        self._open: set[str] = set()  # those that are being made
        for each in model.types:
            self._definitions[each.name] = (each, self)
        by_namespace = {each.namespace: each for each in model.imported}
        for import_ in model.imports:
            found = by_namespace.get(import_.namespace)
            if found is not None:
                for name, own in found.compiled.types._definitions.items():
                    self._definitions[f"{import_.name}.{name}"] = own
        self.named: Mapping[str, Type] = {
            name: self.of(name, place=Place(decision=name, element="type"))
            for name in self._definitions
        }

    def of(self, reference: str, depth: int = 0, place: Place = NOWHERE) -> Type:
        """The type of a typeRef; Any for none, Any with a problem for an unknown one."""
        name = reference.strip()
        if not name:
            return ANY
        if name in self._made:
            return self._made[name]
        plain = name.rpartition(":")[2] if name not in self._definitions else name
        if plain not in self._definitions and plain in KNOWN:
            return KNOWN[plain]
        if plain not in self._definitions:
            hint = did_you_mean(name, (*self._definitions, *SIMPLE))
            self._made[name] = self._unknown(name, f"is not defined{hint}", place)
            return ANY
        definition, home = self._definitions[plain]
        if plain in home._open:
            return self._unknown(name, "refers to itself", place)
        if depth > MAX_DEPTH:
            return self._unknown(name, f"rests on more than {MAX_DEPTH} others in a row", place)
        home._open.add(plain)
        made = replace(home._make(definition, depth), label=plain)
        home._open.discard(plain)
        self._made[name] = made
        return made

    def _unknown(self, name: str, what: str, place: Place) -> Type:
        self.problems.append(Problem("type.unknown", f"the type '{name}' {what}", place))
        return ANY

    def _make(self, definition: ItemDefinition, depth: int) -> Type:
        place = Place(decision=definition.name, element="type")
        if definition.function:
            base = Type(
                "function",
                of=self.of(definition.result, depth + 1, place),
                params=tuple(self.of(each, depth + 1, place) for _, each in definition.params),
            )
        elif definition.components:
            base = Type(
                CONTEXT.name,
                fields=tuple(
                    (each.name, self._make(each, depth)) for each in definition.components
                ),
            )
        else:
            base = self.of(definition.type, depth + 1, place)
        base = self._constrained(base, definition.allowed, definition.name)
        if definition.collection:
            base = Type("list", of=base)
        return self._constrained(base, definition.constraint, definition.name)

    def _constrained(self, base: Type, text: str, name: str) -> Type:
        place = Place(decision=name, element="type")
        test = allowed_test(text, place, self.problems) if text else None
        if test is None:
            return base
        both = test if base.allowed is None else Both(base.allowed, test)
        return replace(base, allowed=both, allowed_text=text)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A value passes where the tests do."""

    tests: UnaryTests

    def __call__(self, value: Value, run: Run | None = None, /) -> bool:
        inner = Run() if run is None else run.inner()
        code: Code = self.tests._code  # type: ignore[assignment]
        passes = code(Env(inner, {"?": value})) is True
        if run is not None:
            run.steps = inner.steps
        return passes


@dataclass(frozen=True, slots=True)
class Both:
    one: Allowed
    other: Allowed

    def __call__(self, value: Value, run: Run | None = None, /) -> bool:
        return self.one(value, run) and self.other(value, run)


def allowed_test(text: str, place: Place, problems: list[Problem]) -> Allowed | None:
    """The constraint as a test; a broken one is a problem and no constraint."""
    try:
        return Constraint(parse_unary(text, place=place))
    except FeelSyntaxError as error:
        problems.extend(error.problems)
        return None


def component_names(definitions: Iterable[ItemDefinition]) -> Iterable[str]:
    """The names of all properties that the types have."""
    for each in definitions:
        for component in each.components:
            yield component.name
            yield from component_names((component,))
