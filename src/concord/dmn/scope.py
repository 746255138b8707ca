"""What a piece of decision logic can see while it is compiled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from concord.dmn.feel import ast
from concord.dmn.feel.expression import Expression, free_nodes, parse
from concord.dmn.feel.names import Names, is_name
from concord.dmn.feel.runtime import Code, Env
from concord.dmn.feel.types import ANY, Type
from concord.dmn.feel.values import Value
from concord.dmn.itemtypes import Types
from concord.dmn.problems import FeelSyntaxError, Place, Problem, did_you_mean, quoted

_HINTED = 50  # problems among which unknown names are looked for

_ITEM = Names(["item"])
_DRAW = "; what is given is drawn as input data, and required"
_NO_NAME = (
    "cannot be read as a name: a name begins with a letter, has letters, digits, spaces and "
    "- . / ' + *, and is no keyword"
)


@dataclass(frozen=True, slots=True)
class Written:
    """An expression as it stood in the model, and the types that its names and value have there."""

    expression: Expression
    name_types: Mapping[str, Type]
    wanted: Type


class NameTypes(Mapping[str, Type]):
    """The types of the names in force, the innermost first. A layer may grow afterwards: of each,
    as many names hold as there were."""

    def __init__(self, layers: tuple[tuple[dict[str, tuple[int, Type]], int], ...] = ()) -> None:
        self.layers = layers

    def __getitem__(self, name: str) -> Type:
        for layer, count in reversed(self.layers):
            at, of = layer.get(name, (count, ANY))
            if at < count:
                return of
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter({name: None for layer, _ in self.layers for name in layer if name in self})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def inner(self, types: Mapping[str, Type]) -> NameTypes:
        """With one more layer."""
        layer = {name: (at, of) for at, (name, of) in enumerate(types.items())}
        return NameTypes((*self.layers, (layer, len(layer))))

    def grown(self, name: str, of: Type) -> NameTypes:
        """With one more name in the innermost layer, which those before do not see."""
        layer = self.layers[-1][0]
        layer.setdefault(name, (len(layer), of))
        return NameTypes((*self.layers[:-1], (layer, len(layer))))


class Others:
    """All that the model has, required or not: by name, what it is."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.kinds = kinds
        self.names = Names(kinds)


@dataclass(frozen=True)
class Scope:
    """Names, properties and types in force; `problems` gathers what does not parse, `written` what
    does. `names` are in layers, the outermost first."""

    names: tuple[Names, ...]
    fields: Names
    types: Types
    place: Place
    problems: list[Problem]
    tables: list[Any] = field(default_factory=list)  # the tables compiled so far
    name_types: NameTypes = field(default_factory=NameTypes)
    written: list[Written] = field(default_factory=list)
    others: Others = field(default_factory=lambda: Others({}))

    def with_names(self, names: Iterable[str], types: Iterable[Type] = ()) -> Scope:
        """The same with more names, of these types or of any."""
        new = tuple(names)
        known = dict.fromkeys(new, ANY) | dict(zip(new, types, strict=False))
        return replace(
            self, names=(*self.names, Names(new)), name_types=self.name_types.inner(known)
        )

    def with_entry(self, name: str, of: Type) -> Scope:
        """The same with one more name in its innermost layer, as a context's next entry sees it:
        a copy for each entry would take the square of their number."""
        self.names[-1].add(name)
        return replace(self, name_types=self.name_types.grown(name, of))

    def in_filter(self) -> Scope:
        """Inside a filter any name may be an entry of the items."""
        return replace(self, names=(*self.names, _ITEM), name_types=NameTypes())

    def at(self, *, table: str = "", rule: str = "", column: str = "") -> Scope:
        """The same at a nearer place."""
        here = self.place
        nearer = replace(
            here,
            table=table or here.table,
            rule=rule or here.rule,
            column=column or here.column,
        )
        return replace(self, place=nearer)

    def type(self, reference: str) -> Type:
        """The type of a typeRef that stands here."""
        return self.types.of(reference, place=self.place)

    @property
    def hints(self) -> bool:
        """Whether what may be meant is still looked for."""
        return len(self.problems) < _HINTED

    def expression(self, text: str, wanted: Type = ANY) -> Code:
        """The text's closure; a text that does not parse gives null and its problem. `wanted` is
        what the value is for: whether it can be that is a question for `typecheck`."""
        try:
            parsed = parse(
                text,
                self.names,
                fields=self.fields,
                types=self.types.named,
                place=self.place,
                hints=self.hints,
            )
        except FeelSyntaxError as error:
            return self.broken(error)
        self.know(parsed.tree, text)
        self.written.append(Written(parsed, self.name_types, wanted))
        return parsed._code  # type: ignore[return-value]

    def know(self, tree: ast.Node, text: str) -> None:
        """Note the names that are neither in scope nor may be properties."""
        for node in free_nodes(tree, in_filters=False):
            if not any(node.name in layer.all for layer in self.names):
                place = replace(self.place, text=text, start=node.start, end=node.end)
                known = chain.from_iterable(layer.all for layer in reversed(self.names))
                hint = did_you_mean(node.name, known) if self.hints else ""
                message = (
                    f"{quoted(node.name)} is not known{self._mend(node.name) or hint or _DRAW}"
                )
                unknown = Problem("name.unknown", message, place)
                self.problems.append(self._explained(unknown))

    def _mend(self, name: str) -> str:
        what = self.others.kinds.get(name)
        return f" here: it is {what} that is not required; draw the requirement" if what else ""

    def _of_others(self, text: str) -> ast.Node | None:
        """The tree that the text would have with all that the model has."""
        if not self.hints:
            return None
        names = (*self.names, self.others.names)
        try:
            return parse(text, names, fields=self.fields, types=self.types.named, hints=False).tree
        except FeelSyntaxError:
            return None

    def _explained(self, problem: Problem) -> Problem:
        """With what a person does who has given a name that FEEL cannot read."""
        names = chain.from_iterable(layer.all for layer in self.names) if self.hints else ()
        for name in names:
            if name and name in problem.place.text and not is_name(name):
                return replace(problem, message=f"{problem.message}; {quoted(name)} {_NO_NAME}")
        if problem.code == "syntax.unknown":
            return replace(problem, message=f"{problem.message}{_DRAW}")
        return problem

    def broken(self, error: FeelSyntaxError) -> Code:
        before = len(self.problems)
        text = error.problems[0].place.text
        tree = self._of_others(text) if text else None
        if tree is None:
            self.problems.extend(self._explained(each) for each in error.problems)
        else:
            self.know(tree, text)
        told = self.problems[before:]

        def code(env: Env) -> Value:
            for problem in told:
                env.run.note(problem.code, problem.message, problem.place)
            return None

        return code

    def missing(self, what: str, code: str = "model.missing") -> Code:
        """Logic that is not there, or is none that can be run here."""
        problem = Problem(code, what, self.place)
        return self.broken(FeelSyntaxError([problem]))
