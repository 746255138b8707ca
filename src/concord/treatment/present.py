"""Make the answer from what was decided: names, reasons, warnings, the question, its options."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from concord.customers.models import Customer
from concord.facts.own import fact as fact_of
from concord.kernel.prepared import Prepared
from concord.kernel.words import Words
from concord.treatment import own_words, sentences
from concord.treatment.answer import (
    Answer,
    AnswerPerson,
    Extra,
    Option,
    PolicyInfo,
    Question,
    RuleReason,
    Warning,
    Why,
)
from concord.treatment.gather import Treated
from concord.treatment.identity import question_id, treatment_id
from concord.treatment.inputs import Doubt, Inputs, KnownFact
from concord.treatment.own_words import OwnWords
from concord.treatment.policies import Policy
from concord.treatment.requests import RequestField, RequestKind
from concord.treatment.treat import SILENT, Treatment, facts_that_decided, facts_told

WHICH_CUSTOMER = sentences.words(
    "For which organisation are they asking?",
    "어느 조직을 대신하여 문의합니까?",
    "對方代表哪個組織？",
)
STALE = sentences.words(
    "{source} has not reported as it promised. This may be out of date: {facts}.",
    "{source}에서 약속한 때에 소식을 보내지 않았습니다. 최신이 아닐 수 있는 정보: {facts}.",
    "{source}未按承諾更新。以下可能不是最新資料：{facts}。",
)
UNKNOWN = sentences.words(
    "This is not known: {facts}.",
    "알 수 없는 정보: {facts}.",
    "以下資訊不明：{facts}。",
)
RESTRICTED = sentences.words(
    "What we keep of this customer is restricted: it is stored and not used.",
    "이 고객에 관한 정보는 처리가 제한되어 보관만 하고 이용하지 않습니다.",
    "此客戶的資料已限制處理：僅保存，不使用。",
)
SAYS_NOTHING = sentences.words(
    "Our promise says nothing of this case: whoever is named decides.",
    "이 경우에 관한 규칙이 없습니다. 담당자가 결정합니다.",
    "我們的承諾未涵蓋此情況：由所列負責人決定。",
)
OF_NO_RULE = {"rights.restriction": RESTRICTED, SILENT: SAYS_NOTHING}
NOBODY = Doubt("", {}, None, None)
ELSEWHERE_WORDS = {
    "hold_elsewhere": sentences.words(
        "Hold in another business unit", "다른 사업부의 거래 보류", "其他事業單位的暫停往來"
    ),
    "overdue_elsewhere": sentences.words(
        "Overdue in another business unit",
        "다른 사업부의 연체 금액",
        "其他事業單位的逾期金額",
    ),
}


def fact_words(key: str) -> Words:
    return ELSEWHERE_WORDS.get(key) or fact_of(key).words


def every_unit() -> list[Option]:
    """The business units, for choice. One query."""
    return [Option(key, json.loads(said)) for key, said in UNITS.fetch({})]


UNITS: Final = Prepared("SELECT key, words FROM kernel_unit ORDER BY key", {})


def answer_of(
    customer: Customer,
    kind: RequestKind,
    inputs: Inputs,
    treatment: Treatment,
    policy: Policy,
    at: datetime,
    answer_id: UUID | None,
    logged_as: UUID | None = None,
    units: Callable[[], Sequence[Option]] = every_unit,
) -> Answer:
    """The answer; one query where a unit is asked for, since its options are today's units.

    `logged_as` is the treatment's id where it is known already; `units` gives the options.
    """
    person, own = treatment.person, own_words.of(policy.model)
    return Answer(
        id=logged_as or treatment_id(inputs, treatment),
        answer_id=answer_id,
        customer_id=customer.id,
        customer_name=customer.name,
        request=kind.key,
        request_words=kind.words,
        fields=inputs.fields,
        state=treatment.state,
        act=treatment.act,
        to=treatment.to,
        to_words=inputs.departments.get(treatment.to, {"en": treatment.to}),
        person=AnswerPerson(person, treatment.person_name) if person is not None else None,
        priority=treatment.priority,
        urgency=treatment.urgency,
        benefits=treatment.benefits,
        say={} if treatment.question else treatment.say,
        language=inputs.language,
        question=_question(kind, treatment, units) if treatment.question else None,
        standing=treatment.standing,
        value=treatment.value,
        why=Why(_reasons(policy, treatment.rules), facts_told(inputs, treatment), inputs.fields),
        warnings=(
            *_warnings(inputs, treatment),
            *(Warning("note", (), "", None, None, note) for note in treatment.notes),
            *([Warning("note", (), "", None, None, RESTRICTED)] if inputs.restricted else ()),
        ),
        exemption=inputs.exemption,
        policy=info(policy),
        as_of=inputs.as_of,
        at=at,
        benefit_words=tuple(own.called(each) for each in treatment.benefits),
        results=tuple(_results(treatment, own)),
    )


def _results(treatment: Treatment, own: OwnWords) -> Iterator[Extra]:
    """What the rule gives beside: nothing is not told."""
    for key, value in treatment.results.items():
        if value is not None and value != []:
            column = own.result(key)
            chosen = column.choices.get(value, {}) if isinstance(value, str) else {}
            yield Extra(key, column.called, value, chosen)


def which_customer(
    who: Treated, kind: RequestKind, policy: Policy, as_of: date, at: datetime
) -> Answer:
    """The question for whom a person is asking. Its id names the question."""
    options = tuple(Option(str(each.id), {"en": each.name}) for each in who.choices)
    return Answer(
        id=question_id(who.customer.id, kind.key, as_of, [each.id for each in who.choices]),
        answer_id=None,
        customer_id=who.customer.id,
        customer_name=who.customer.name,
        request=kind.key,
        request_words=kind.words,
        fields={},
        state="asks",
        act="",
        to="",
        to_words={},
        person=None,
        priority=None,
        urgency="",
        benefits=(),
        say={},
        language="en",
        question=Question("customer", "customer", WHICH_CUSTOMER, options),
        standing="",
        value="",
        why=Why((), (), {}),
        warnings=(),
        exemption=None,
        policy=info(policy),
        as_of=as_of,
        at=at,
    )


def info(policy: Policy) -> PolicyInfo:
    return PolicyInfo(
        policy.number,
        policy.digest,
        policy.in_force_from,
        policy.put_in_force_by,
        policy.put_in_force_at,
    )


def _reasons(policy: Policy, rules: tuple[str, ...]) -> tuple[RuleReason, ...]:
    reasons = {**policy.reasons, **OF_NO_RULE}
    return tuple(RuleReason(rule, reasons.get(rule, {})) for rule in rules)


def _question(
    kind: RequestKind, treatment: Treatment, units: Callable[[], Sequence[Option]]
) -> Question:
    field = kind.field(treatment.question)
    if field is None:  # it has been retired since
        return Question(treatment.question, "text", treatment.asks())
    return Question(field.key, field.type, field.asks, tuple(_options(field, units)))


def _options(field: RequestField, units: Callable[[], Sequence[Option]]) -> Iterator[Option]:
    if field.type == "unit":
        yield from units()
    for key, said in (field.choices or {}).items():
        yield Option(key, said)


def _warnings(inputs: Inputs, treatment: Treatment) -> Iterator[Warning]:
    """Unknown and stale facts that decided: one warning for all that the same source did not tell,
    with its owner to ask."""
    silent: dict[tuple[str, str, int | None], list[KnownFact]] = {}
    for fact in facts_that_decided(inputs, treatment.deciding):
        if fact.state != "known":
            doubt = inputs.doubts.get(fact.key, NOBODY)
            ask = doubt.ask.id if doubt.ask else None
            silent.setdefault((fact.state, doubt.source, ask), []).append(fact)
    for facts in silent.values():
        yield _doubtful(facts, inputs.doubts.get(facts[0].key, NOBODY))


def _doubtful(facts: Sequence[KnownFact], doubt: Doubt) -> Warning:
    state, keys = facts[0].state, tuple(fact.key for fact in facts)
    return Warning(
        state,
        keys,
        doubt.source,
        doubt.since,
        AnswerPerson(doubt.ask.id, doubt.ask.name) if doubt.ask else None,
        sentences.fill(
            STALE if state == "stale" else UNKNOWN,
            facts=sentences.listed([fact_words(key) for key in keys]),
            source=doubt.words,
        ),
    )
