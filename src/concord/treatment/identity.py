"""The id of a treatment: a name of all that the answer says, and of nothing else.

Two who read the same id to each other have the same answer: what to do, who does it, in which
words, by which rules, on which facts. Who asks, by what channel, in which language they read and
what they may see is no part of it, nor is how the product words a sentence: a sentence counts by
its key and what is filled in. See docs/adr/0004.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from concord.treatment.inputs import Doubt, Exemption, Inputs
from concord.treatment.treat import Treatment, facts_told
from concord.treatment.values import canonical, to_json

TREATMENTS: Final = UUID("6f0c1c7e-5b0e-5d0a-9a51-3c8f6a0d7b11")
WORDED: Final = frozenset({"say", "notes"})  # the messages in words
NOT_SAID: Final = frozenset({"deciding"})  # the facts that are told stand for them


def treatment_id(inputs: Inputs, treatment: Treatment) -> UUID:
    """The id of this treatment on these inputs."""
    said = treatment.dump()
    content = {
        "customer": str(inputs.customer),
        "language": inputs.language,
        "request": inputs.request,
        "fields": {key: to_json(value) for key, value in inputs.fields.items()},
        "as_of": inputs.as_of.isoformat(),
        "policy": [inputs.policy, inputs.digest],
        "exception": _exception(inputs.exemption),
        "department": dict(inputs.departments.get(treatment.to, {})),
        "facts": {
            fact.key: [to_json(fact.value), fact.state] for fact in facts_told(inputs, treatment)
        },
        "doubts": {key: _doubt(each) for key, each in inputs.doubts.items()},
        "treatment": {key: said[key] for key in said.keys() - WORDED - NOT_SAID},
    }
    return uuid5(TREATMENTS, canonical(content).decode())


def question_id(customer: UUID, request: str, as_of: date, options: Sequence[UUID]) -> UUID:
    """The id of "for which organisation are they asking?", which no policy answers."""
    content = [str(customer), request, as_of.isoformat(), *(str(each) for each in options)]
    return uuid5(TREATMENTS, canonical({"which": content}).decode())


def _exception(granted: Exemption | None) -> list[Any] | None:
    if granted is None:
        return None
    return [granted.id, granted.ends_on.isoformat(), granted.granted_by, granted.reason]


def _doubt(doubt: Doubt) -> list[Any]:
    ask = doubt.ask and [doubt.ask.id, doubt.ask.name]
    return [doubt.source, dict(doubt.words), ask]
