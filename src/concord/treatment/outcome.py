"""What a rule of a request gives: enough to say that a customer would notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from concord import dmn
from concord.dmn.analysis.words import literal
from concord.treatment.own_words import OUTPUTS


@dataclass(frozen=True, slots=True)
class Outcome:
    """`act` is one of `treat.ACTS`, `ask`, or `nobody` where no rule holds."""

    rule: str
    act: str
    to: str
    priority: int | None
    benefits: tuple[str, ...]
    say: str
    urgency: str
    results: tuple[tuple[str, str], ...] = ()  # of columns of the company's own, as FEEL

    @classmethod
    def of(cls, rule: str, said: Mapping[str, Any]) -> Self:
        """From what the request's decision gives."""
        priority = said.get("priority")
        return cls(
            rule,
            str(said["act"]).replace(" ", "_"),
            str(said.get("to") or ""),
            None if priority is None else int(priority),
            tuple(said.get("benefits") or ()),
            str(said.get("say")),
            str(said.get("urgency")),
            tuple((name, literal(each)) for name, each in said.items() if name not in OUTPUTS),
        )

    @classmethod
    def load(cls, said: Mapping[str, Any]) -> Self:
        results = tuple((name, text) for name, text in said.get("results", ()))
        return cls(**{**said, "benefits": tuple(said["benefits"]), "results": results})

    def dump(self) -> dict[str, Any]:
        said = asdict(self)
        return said if self.results else {k: v for k, v in said.items() if k != "results"}

    def outputs(self) -> dict[str, Any]:
        """What the rule gives, by column."""
        own = {name: dmn.parse(text).evaluate() for name, text in self.results}
        return {**{name: getattr(self, name) for name in OUTPUTS}, **own,
                "benefits": [*self.benefits]}  # fmt: skip

    @property
    def noticed(self) -> tuple[Any, ...]:
        said = (self.act, self.to, self.priority, self.benefits, self.say, self.urgency)
        told = tuple((name, text) for name, text in self.results if text != "null")
        return (*said, told)  # nothing is not told: an empty column is no other answer


NOBODY: Final = Outcome("", "nobody", "", None, (), "", "")
