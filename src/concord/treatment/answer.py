"""The answer, as every channel gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from concord.kernel.words import Words
from concord.treatment.inputs import Exemption, KnownFact
from concord.treatment.values import Scalar


@dataclass(frozen=True, slots=True)
class AnswerPerson:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a question may be answered with."""

    value: str
    words: Words


@dataclass(frozen=True, slots=True)
class Question:
    """The one thing that is missing. `type` is a field's type, or `customer` for "which one?"."""

    field: str
    type: str
    asks: Words
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Warning:
    """What to know before the answer is used, and whom to ask about it.

    `kind` is `unknown` or `stale` (of the facts `facts`, all from `source`), or `note`.
    """

    kind: str
    facts: tuple[str, ...]
    source: str
    since: datetime | None
    ask: AnswerPerson | None
    words: Words


@dataclass(frozen=True, slots=True)
class RuleReason:
    """A rule that decided, with the sponsor's reason."""

    id: str
    reason: Words


@dataclass(frozen=True, slots=True)
class Why:
    """What the answer rests on: its rule and those below it, and the facts they looked at."""

    rules: tuple[RuleReason, ...]
    facts: tuple[KnownFact, ...]
    fields: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class PolicyInfo:
    """Our rule, approved by whom and since when."""

    number: int
    digest: str
    in_force_from: date | None
    approved_by: str | None
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Extra:
    """What else the rule gives, in a column of the company's own: `words` are what it is called,
    `value_words` those of a value that was chosen of a list."""

    key: str
    words: Words
    value: Scalar
    value_words: Words


@dataclass(frozen=True, slots=True)
class Answer:
    """How this customer is treated now.

    `id` names the treatment (the same for all askers), `answer_id` this entry of the log (None
    where the answer is only shown, not given). `state` is `answered` or `asks`; an answer that
    asks has a `question` and no act. `act` is one of `go_ahead`, `escalate`, `not_yet`, `pass_on`,
    `decline`; `to` a department; `priority` 1 (first) to 4, None where it is not served;
    `say` the words for the customer in every language (none while it asks: the question is for
    us), `language` the one they speak. `benefit_words` says what the benefits are called; `results`
    is what else the policy says.
    """

    id: UUID
    answer_id: UUID | None
    customer_id: UUID
    customer_name: str
    request: str
    request_words: Words
    fields: Mapping[str, Scalar]
    state: str
    act: str
    to: str
    to_words: Words
    person: AnswerPerson | None
    priority: int | None
    urgency: str
    benefits: tuple[str, ...]
    say: Words
    language: str
    question: Question | None
    standing: str
    value: str
    why: Why
    warnings: tuple[Warning, ...]
    exemption: Exemption | None
    policy: PolicyInfo
    as_of: date
    at: datetime
    benefit_words: tuple[Words, ...] = ()
    results: tuple[Extra, ...] = ()
