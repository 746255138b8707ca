"""Types as FEEL writes them: `list<number>`, `context<a: date>`, `function<number> -> string`."""

from __future__ import annotations

from concord.dmn.feel.names import Names, names_of
from concord.dmn.feel.reader import Reader
from concord.dmn.feel.types import FUNCTION, SIMPLE, Type
from concord.dmn.problems import quoted

_TYPE_NAMES = Names(SIMPLE)


class TypeParser(Reader):
    """Reads a type (DMN 1.5, 10.3.1.2, rules 64 to 68)."""

    def type(self) -> Type:
        self.enter()
        of = self._type()
        self.depth -= 1
        return of

    def _type(self) -> Type:
        token = self.peek()
        own = names_of(tuple(self.types)).longest(self.text, token.start)
        if own:
            self.back(own[1])
            return self.types[own[0]]
        found = _TYPE_NAMES.longest(self.text, token.start)
        if not found:
            self.fail("type", f"{quoted(token.text)} is no known type", token.start, token.end)
        self.back(found[1])
        match found[0]:
            case "list" | "range" if self.take("<"):
                inner = self.type()
                self.expect(">")
                return Type(found[0], of=inner)
            case "context" if self.take("<"):
                return self._context_type()
            case "function" if self.take("<"):
                return self._function_type()
        return SIMPLE[found[0]]

    def _context_type(self) -> Type:
        fields: list[tuple[str, Type]] = []
        while not self.at(">"):
            name = self.new_name(":")
            self.expect(":")
            fields.append((name, self.type()))
            if not self.take(","):
                break
        self.expect(">")
        return Type("context", fields=tuple(fields))

    def _function_type(self) -> Type:
        params: list[Type] = []
        while not self.at(">"):
            params.append(self.type())
            if not self.take(","):
                break
        self.expect(">")
        self.expect("->")
        return Type(FUNCTION.name, of=self.type(), params=tuple(params))
