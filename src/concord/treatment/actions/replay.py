"""Replay: decide once more on the stored inputs; the result must be the same to the letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from concord.facts.own import refresh
from concord.treatment import policies
from concord.treatment.identity import treatment_id
from concord.treatment.inputs import load
from concord.treatment.models import AnswerLog
from concord.treatment.treat import compose, judge


@dataclass(frozen=True, slots=True)
class Replayed:
    """`differences` names the parts of the treatment that came out differently, `changes` has each
    with what it was and what it would be; `erased` is the erasure that took away what it rested on:
    then nothing can be decided again."""

    answer: AnswerLog
    same_id: bool
    differences: tuple[str, ...]
    erased: int = 0
    changes: tuple[tuple[str, Any, Any], ...] = ()

    @property
    def identical(self) -> bool:
        return self.same_id and not self.differences and not self.erased


def replay(answer: AnswerLog) -> Replayed:
    """Decide again from what was stored: no fact is derived, nobody is looked up."""
    if erasure := answer.inputs.get("erased"):
        return Replayed(answer, same_id=False, differences=(), erased=erasure)
    refresh()
    inputs = load(answer.inputs)
    policy = policies.by_number(inputs.policy)
    treatment = compose(inputs, judge(policy.model, inputs))
    again, then = treatment.dump(), answer.treatment
    differences = tuple(key for key in sorted(again | then) if again.get(key) != then.get(key))
    return Replayed(
        answer,
        treatment_id(inputs, treatment) == answer.treatment_id,
        differences,
        changes=tuple((key, then.get(key), again.get(key)) for key in differences),
    )


def replay_all() -> Iterator[Replayed]:
    """Every logged answer, in the order of the log."""
    for answer in AnswerLog.objects.order_by("id").iterator(chunk_size=500):
        yield replay(answer)
