"""What a condition comes to, as JSON and back: no names, so that who is erased is not kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from concord.treatment.outcome import Outcome
from concord.treatment.simulating.judged import Answered
from concord.treatment.values import from_json, to_json


def dump(answers: Iterable[Answered]) -> list[Any]:
    return [
        [
            each.request,
            {name: to_json(value) for name, value in each.given.items()},
            each.before.dump(),
            each.after.dump(),
        ]
        for each in answers
    ]


def load(said: Iterable[Sequence[Any]]) -> Iterator[Answered]:
    for request, given, before, after in said:
        yield Answered(
            request,
            Outcome.load(before),
            Outcome.load(after),
            {name: from_json(value) for name, value in given.items()},
        )
