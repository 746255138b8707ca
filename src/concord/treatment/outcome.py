"""What a rule of a request gives: enough to say that a customer would notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self


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
        )

    @classmethod
    def load(cls, said: Mapping[str, Any]) -> Self:
        return cls(**{**said, "benefits": tuple(said["benefits"])})

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def noticed(self) -> tuple[Any, ...]:
        return (self.act, self.to, self.priority, self.benefits, self.say, self.urgency)


NOBODY: Final = Outcome("", "nobody", "", None, (), "", "")
