"""Make the answer from what was decided: names, reasons, warnings, the question, its options."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID, uuid5

from concord.customers.models import Customer
from concord.facts.catalogue import FACTS
from concord.kernel.models import Source, Unit
from concord.kernel.words import Words
from concord.treatment import sentences
from concord.treatment.answer import (
    Answer,
    AnswerPerson,
    Option,
    PolicyInfo,
    Question,
    RuleReason,
    Warning,
    Why,
)
from concord.treatment.gather import Treated
from concord.treatment.inputs import TREATMENTS, Inputs, KnownFact
from concord.treatment.policies import Policy
from concord.treatment.requests import RequestField, RequestKind
from concord.treatment.treat import Treatment
from concord.treatment.values import canonical

WHICH_CUSTOMER = sentences.words(
    "For which organisation are they asking?",
    "어느 조직을 대신하여 문의합니까?",
    "對方代表哪個組織？",
)
STALE = sentences.words(
    "“{fact}” may be out of date: {source} has not reported as it promised.",
    "“{fact}” 정보가 최신이 아닐 수 있습니다. {source}에서 약속한 때에 소식을 보내지 않았습니다.",
    "「{fact}」可能不是最新資料：{source}未按承諾更新。",
)
UNKNOWN = sentences.words(
    "We do not know “{fact}”.",
    "“{fact}” 정보를 알 수 없습니다.",
    "我們不知道「{fact}」。",
)
DEBT = ("overdue_undisputed", "oldest_undisputed_overdue_days")
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
    return ELSEWHERE_WORDS.get(key) or FACTS[key].words


def answer_of(
    customer: Customer,
    kind: RequestKind,
    inputs: Inputs,
    treatment: Treatment,
    policy: Policy,
    at: datetime,
    answer_id: UUID | None,
) -> Answer:
    """The answer; one more query where a fact is stale or unknown, one where a unit is asked."""
    facts = _facts(inputs, treatment)
    person = treatment.person
    return Answer(
        id=inputs.treatment_id(),
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
        say=treatment.say,
        language=inputs.language,
        question=_question(kind, treatment) if treatment.question else None,
        standing=treatment.standing,
        value=treatment.value,
        why=Why(
            _reasons(policy, treatment.rules), (*facts, *_debt(inputs, treatment)), inputs.fields
        ),
        warnings=(
            *_warnings(facts),
            *(Warning("note", "", "", None, None, note) for note in treatment.notes),
        ),
        exemption=inputs.exemption,
        policy=info(policy),
        as_of=inputs.as_of,
        at=at,
    )


def _facts(inputs: Inputs, treatment: Treatment) -> tuple[KnownFact, ...]:
    """The facts that the rules looked at."""
    deciding = {name.replace(" ", "_") for name in treatment.deciding}
    return tuple(fact for key, fact in inputs.facts.items() if key in deciding)


def _debt(inputs: Inputs, treatment: Treatment) -> tuple[KnownFact, ...]:
    """What is overdue of a customer on hold or watched, though another fact decided alone.

    Whoever has to say "not yet" wants to know how much it is about; a hold does not say it.
    """
    shown = {fact.key for fact in _facts(inputs, treatment)}
    if not shown or treatment.standing not in {"on hold", "watch"}:
        return ()
    debts = (inputs.facts.get(key) for key in DEBT if key not in shown)
    return tuple(fact for fact in debts if fact and fact.value)


def which_customer(
    who: Treated, kind: RequestKind, policy: Policy, as_of: date, at: datetime
) -> Answer:
    """The question for whom a person is asking. Its id names the question."""
    content = [str(who.customer.id), kind.key, as_of.isoformat(), *(str(c.id) for c in who.choices)]
    options = tuple(Option(str(each.id), {"en": each.name}) for each in who.choices)
    return Answer(
        id=uuid5(TREATMENTS, canonical({"which": content}).decode()),
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
        say=WHICH_CUSTOMER,
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
    reasons = policy.reasons
    return tuple(RuleReason(rule, reasons.get(rule, {})) for rule in rules)


def _question(kind: RequestKind, treatment: Treatment) -> Question:
    field = kind.field(treatment.question)
    if field is None:
        return Question(treatment.question, "text", treatment.say)
    return Question(field.key, field.type, field.asks, tuple(_options(field)))


def _options(field: RequestField) -> Iterator[Option]:
    if field.type == "unit":
        for unit in Unit.objects.order_by("key"):
            yield Option(unit.key, unit.words)
    for key, said in (field.choices or {}).items():
        yield Option(key, said)


def _warnings(facts: tuple[KnownFact, ...]) -> list[Warning]:
    """Unknown and stale facts that decided, each with the source and its owner to ask."""
    doubtful = [fact for fact in facts if fact.state != "known"]
    if not doubtful:
        return []
    keys = {key for fact in doubtful for key in (*fact.late_sources, *fact.sources)}
    rows = Source.objects.filter(key__in=keys).select_related("owner")
    sources = {source.key: source for source in rows}
    found = []
    for fact in doubtful:
        late = [sources[key] for key in (*fact.late_sources, *fact.sources) if key in sources]
        found.append(_doubt(fact, late[0] if late else None))
    return found


def _doubt(fact: KnownFact, source: Source | None) -> Warning:
    owner = source.owner if source else None
    template = STALE if fact.state == "stale" else UNKNOWN
    called = source.words if source else {}
    said = sentences.fill(template, fact=fact_words(fact.key), source=called)
    return Warning(
        fact.state,
        fact.key,
        source.key if source else "",
        source.last_spoke_at if source else None,
        AnswerPerson(owner.pk, str(owner)) if owner else None,
        said,
    )
