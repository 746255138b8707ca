"""A model's requirement graph as closures: who needs whom, in which order, under which name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from concord.dmn import model as m
from concord.dmn.boxes import compile_box, compile_function
from concord.dmn.direct import Direct, direct_of
from concord.dmn.feel.names import Names
from concord.dmn.feel.runtime import STEPS, BudgetError, Clock, Code, Env, Run
from concord.dmn.feel.size import bounded
from concord.dmn.feel.types import ANY, Type
from concord.dmn.feel.values import Function, Value, by_name, given_as
from concord.dmn.itemtypes import Types
from concord.dmn.problems import Place, Problem, quoted, unknown_name
from concord.dmn.propertynames import property_names
from concord.dmn.requirements import Node, Requirements, bind, fit
from concord.dmn.result import Result
from concord.dmn.scope import NameTypes, Others, Scope, Written
from concord.dmn.tables import CompiledTable

_EMPTY = Run()
_CALLED = {
    m.InputData: "input",
    m.Decision: "decision",
    m.BusinessKnowledgeModel: "business knowledge model",
    m.DecisionService: "decision service",
}
_CYCLE = "it requires itself, directly or by way of others"
_Named = m.InputData | m.Decision | m.BusinessKnowledgeModel | m.DecisionService


class CompiledModel:
    """All of a model's closures, and its imports'. Compiled once, used by many threads."""

    def __init__(self, model: m.Model) -> None:
        self.model = model
        self.problems: list[Problem] = [*model.told]
        self.tables: list[CompiledTable] = []
        self.written: list[Written] = []
        self.requirements = Requirements()
        self.nodes, self.order = self.requirements.nodes, self.requirements.order
        self.imported = [each.compiled for each in model.imported]
        for other in self.imported:
            self.nodes.update(other.nodes)
            self.problems.extend(other.problems)
        self.types = Types(model, self.problems)
        self.fields = Names(property_names(model))
        self._import_names = {each.namespace: each.name for each in model.imports}
        self._declare()
        for service in model.services:
            self._service(service)
        for each in model.knowledge:
            self._knowledge(each)
        for decision in model.decisions:
            self._decision(decision)
        self.twice: dict[str, str] = {}  # names of two elements, and what is told of each
        self.by_name = self._names()
        self.cycles = self.requirements.circles()
        for node in self.by_name.values():
            if node.key in self.cycles:
                self.problems.append(Problem("model.cycle", _CYCLE, node.place))

    def _names(self) -> dict[str, Node]:
        names: dict[str, Node] = {}
        model = self.model
        elements: list[_Named] = [*model.knowledge, *model.services, *model.decisions]
        for each in elements:
            node = self.nodes[self._key(f"#{each.id}")]
            if names.setdefault(each.name, node) is not node:
                self._named_twice(node)
        for given in model.inputs:
            if given.name in names:
                self._named_twice(names[given.name])
        return names

    def _named_twice(self, node: Node) -> None:
        message = f"two elements are called {quoted(node.name)}: give each a name of its own"
        self.twice[node.name] = message
        self.problems.append(Problem("model.duplicate-name", message, node.place))

    # Declaring --------------------------------------------------------------------------------

    def _key(self, href: str) -> str:
        namespace, _, local = href.rpartition("#")
        return f"{namespace or self.model.namespace}#{local}"

    def _declare(self) -> None:
        model = self.model
        values: list[m.InputData | m.Decision] = [*model.inputs, *model.decisions]
        for each in values:
            place = _place(each)
            self._node(each.id, place, self.types.of(each.type, place=place))
        functions: list[_Named] = [*model.knowledge, *model.services]
        for named in functions:
            self._node(named.id, _place(named), ANY)
        self._signatures = {
            self._key(f"#{each.id}"): self._signature(each) for each in model.knowledge
        }

    def _node(self, id_: str, place: Place, of: Type) -> None:
        key = self._key(f"#{id_}")
        self.nodes[key] = Node(key, place.decision, of, place=place)

    def _needs(self, refs: Iterable[str], node: Node) -> None:
        for href in refs:
            key = self._key(href)
            if key not in self.nodes:
                message = f"it requires '{href}', which is not there"
                self.problems.append(Problem("model.reference", message, node.place))
                continue
            namespace = key.rpartition("#")[0]
            prefix = self._import_names.get(namespace, "")
            other = namespace != self.model.namespace and prefix
            path = (prefix, self.nodes[key].name) if other else (self.nodes[key].name,)
            node.needs.append((path, key))
        plain = {path[0] for path, _ in node.needs if len(path) == 1}
        for clash in sorted(plain & {path[0] for path, _ in node.needs if len(path) > 1}):
            message = f"'{clash}' is the name of an import and of what it requires"
            self.problems.append(Problem("model.duplicate-name", message, node.place))

    @cached_property
    def elements(self) -> Others:
        """What the model has, by name, with what it is."""
        places = [node.place for node in self.nodes.values()]
        return Others(
            {
                each.decision: f"{'an' if each.element == 'input' else 'a'} {each.element}"
                for each in places
            }
        )

    def scope(self, node: Node) -> Scope:
        """What the node's logic sees."""
        names = (Names(path[0] for path, _ in node.needs),)
        types = {path[0]: self._type_of(key) for path, key in node.needs if len(path) == 1}
        return Scope(
            names, self.fields, self.types, node.place, self.problems, self.tables,
            NameTypes().inner(types), self.written, self.elements,
        )  # fmt: skip

    def _type_of(self, key: str) -> Type:
        """A value's type, or a function's with its parameters."""
        return self._signatures.get(key) or self.nodes[key].type

    def _signature(self, each: m.BusinessKnowledgeModel) -> Type:
        if not isinstance(each.logic, m.FunctionBox):
            return ANY
        place = _place(each)
        params = tuple((name, self.types.of(of, place=place)) for name, of in each.logic.params)
        result = self.types.of(each.type, place=place)
        return Type("function", of=result, params=tuple(of for _, of in params), fields=params)

    def _decision(self, decision: m.Decision) -> None:
        node = self.nodes[self._key(f"#{decision.id}")]
        self._needs((*decision.requires, *decision.knowledge), node)
        node.code = compile_box(decision.logic, self.scope(node))

    def _knowledge(self, each: m.BusinessKnowledgeModel) -> None:
        node = self.nodes[self._key(f"#{each.id}")]
        self._needs(each.knowledge, node)
        if isinstance(each.logic, m.Missing):
            node.code = self.scope(node).missing(each.logic.reason)
            return
        if each.logic.kind != "FEEL":
            node.function = self._refused(node, each.logic)
            return
        node.needs.append(((node.name,), node.key))
        scope = self.scope(node)
        body = compile_function(each.logic, scope)
        result = self.types.of(each.type)
        node.function = self._lazy(node, body, each.logic, result)

    def _refused(self, node: Node, logic: m.FunctionBox) -> Function:
        message = f"{logic.kind} functions are not run here"
        self.problems.append(Problem("function.external", message, node.place))

        def call(run: Run, args: list[Value]) -> Value:
            run.note("function.external", message, node.place)

        return Function(tuple(name for name, _ in logic.params), call)

    def _lazy(self, node: Node, body: Code, logic: m.FunctionBox, result: Type) -> Function:
        """The function of a knowledge model. What it requires is bound at its first call, when all
        of the model is compiled."""
        env: list[Env] = []

        def call(run: Run, args: list[Value]) -> Value:
            if not env:
                env.append(Env(_EMPTY, self._functions(node)))
            value = body(env[0]).call(run, args)
            return fit(value, result, node.place, run)

        params = tuple(name for name, _ in logic.params)
        types = tuple(self.types.of(each) for _, each in logic.params)
        return Function(params, call, types, result)

    def _functions(self, node: Node) -> dict[str, Value]:
        names: dict[str, Value] = {}
        for path, key in node.needs:
            bind(names, path, self.nodes[key].function)
        return names

    def _service(self, service: m.DecisionService) -> None:
        node = self.nodes[self._key(f"#{service.id}")]
        for href in (*service.input_data, *service.input_decisions, *service.outputs):
            if self._key(href) not in self.nodes:
                message = f"it refers to '{href}', which is not there"
                self.problems.append(Problem("model.reference", message, node.place))
                return
        given = [self.nodes[self._key(h)] for h in (*service.input_data, *service.input_decisions)]
        wanted = [self.nodes[self._key(href)] for href in service.outputs]

        def call(run: Run, args: list[Value]) -> Value:
            cache: dict[str, Value] = {}
            for other, arg in zip(given, args, strict=True):
                cache[other.key] = fit(arg, other.type, node.place, run)
            values = [self.requirements.value(other, run, cache) for other in wanted]
            if len(wanted) == 1:
                return values[0]
            return {other.name: value for other, value in zip(wanted, values, strict=True)}

        params = tuple(other.name for other in given)
        node.function = Function(params, call, tuple(other.type for other in given))

    # Evaluating -------------------------------------------------------------------------------

    def evaluate(
        self, name: str, inputs: Mapping[str, Any], clock: Clock = None, steps: int = STEPS
    ) -> Result:
        """See `Model.evaluate`."""
        direct = self.direct.get(name)
        if direct is not None:
            answer = direct(inputs)
            if answer is not None:
                return answer
        node = self.by_name.get(name)
        if node is None:
            raise unknown_name("decision", name, self.by_name)
        run = Run(clock, steps)
        run.given = inputs = by_name(inputs)
        cache: dict[str, Value] = {}
        value = None
        try:
            if name in self.twice:
                run.note("model.duplicate-name", self.twice[name], node.place)
            elif node.function:
                value = self._call(node, inputs, run)
            else:
                self._given(node, inputs, cache, run)
                self._warn_of_cycles(node, run)
                value = self.requirements.value(node, run, cache)
            self._unknown(inputs, node, run)
        except BudgetError as stop:
            run.problems.append(Problem("budget", stop.message, node.place))
        except (RecursionError, MemoryError):
            message = "the evaluation was stopped: nested too deep"
            run.problems.append(Problem("budget", message, node.place))
        return Result(value, tuple(run.problems), run.trace, cache, self.decided)

    @cached_property
    def decided(self) -> dict[str, str]:
        """The names of what is computed, by key."""
        return {key: node.name for key, node in self.nodes.items() if node.code is not None}

    @cached_property
    def known(self) -> frozenset[str]:
        """The names under which something can be given; of an import also `import.name`."""
        names = {node.name for node in self.nodes.values()}
        for key, node in self.nodes.items():
            prefix = self._import_names.get(key.rpartition("#")[0], "")
            names |= {f"{prefix}.{node.name}"} if prefix else set()
        return frozenset(names)

    @cached_property
    def direct(self) -> dict[str, Direct]:
        """The decisions that are answered without an environment."""
        found = {}
        for decision in self.model.decisions:
            if decision.name in self.twice:
                continue
            node = self.nodes[self._key(f"#{decision.id}")]
            for table in self.tables:
                if table.table is decision.logic:
                    needs = [(path, self.nodes[key]) for path, key in node.needs]
                    direct = direct_of(table, node, needs, self.known)
                    if direct is not None:
                        found[node.name] = direct
        return found

    def _unknown(self, inputs: Mapping[str, Any], node: Node, run: Run) -> None:
        """What was given and is nothing of the model's."""
        known = self.known.union(node.function.params if node.function else ())
        for name in inputs:
            if name not in known:
                hint = run.hint(str(name), known)
                message = f"{quoted(str(name))} was given, but nothing is called so{hint}"
                run.note("input.unknown", message, node.place)

    def _call(self, node: Node, inputs: Mapping[str, Any], run: Run) -> Value:
        function = node.function
        assert function is not None
        for name in function.params:
            if name not in inputs:
                run.note("input.missing", f"'{name}' was not given", node.place)
        args = [given_as(name, inputs.get(name)) for name in function.params]
        return bounded(function.call(run, args))

    def _given(
        self, wanted: Node, inputs: Mapping[str, Any], cache: dict[str, Value], run: Run
    ) -> None:
        """What is given of all that the node needs."""
        for node in self.order(wanted):
            name = self._input_name(node, inputs)
            if name in inputs and node.function is None:
                cache[node.key] = fit(given_as(name, inputs[name]), node.type, node.place, run)

    def _input_name(self, node: Node, inputs: Mapping[str, Any]) -> str:
        """An import's inputs are given as `import.name`, or by name alone."""
        if not self._import_names:
            return node.name
        prefix = self._import_names.get(node.key.rpartition("#")[0], "")
        qualified = f"{prefix}.{node.name}"
        return qualified if prefix and qualified in inputs else node.name

    def _warn_of_cycles(self, wanted: Node, run: Run) -> None:
        if self.cycles:
            for node in self.order(wanted):
                if node.key in self.cycles:
                    run.note("model.cycle", _CYCLE, node.place)


def _place(element: _Named) -> Place:
    return Place(decision=element.name, element=_CALLED[element.__class__])
