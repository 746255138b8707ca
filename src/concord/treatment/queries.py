"""Reads: an answer as a viewer may see it, one of the log, what was and comes in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from concord.customers.models import Customer
from concord.customers.queries import current
from concord.facts.own import fact as fact_of
from concord.kernel import time
from concord.kernel.access import Viewer
from concord.kernel.errors import Problem
from concord.kernel.models import Company, Source, Unit
from concord.kernel.words import Words, say
from concord.treatment import access, policies, requests, sentences, treat, words
from concord.treatment.answer import Answer, AnswerPerson, Question, RuleReason
from concord.treatment.inputs import ELSEWHERE, KnownFact, load
from concord.treatment.models import AnswerLog, PolicyInForce
from concord.treatment.policies import Policy
from concord.treatment.present import answer_of, fact_words
from concord.treatment.values import Scalar
from concord.ui import formats


@dataclass(frozen=True, slots=True)
class WhyRow:
    """A reason as a line: what, how much, said by whom and when, and where to read on."""

    label: str
    text: str
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Presented:
    """An answer in the viewer's language: everything a template needs, and nothing to decide.

    `say` is in the customer's language, `say_here` in the viewer's (empty where it is the same).
    """

    answer: Answer
    headline: str
    tone: str
    to: str
    person: AnswerPerson | None
    say: str
    say_language: str
    say_here: str
    urgency: str
    benefits: tuple[str, ...]
    results: tuple[tuple[str, str], ...]
    standing: str
    value: str
    why: tuple[WhyRow, ...]
    warnings: tuple[str, ...]
    question: Question | None
    rule: str
    approved: str


def evidence(viewer: Viewer, answer: Answer) -> Answer:
    """The same answer with what the viewer may not see of its facts and fields hidden.

    The treatment, its id and its words stay: they are the same for all.
    """
    facts = facts_for(viewer, answer, answer.why.facts)
    fields = _fields(answer, viewer)
    return replace(answer, fields=fields, why=replace(answer.why, facts=facts, fields=fields))


def facts_for(viewer: Viewer, answer: Answer, facts: Iterable[KnownFact]) -> tuple[KnownFact, ...]:
    """Facts of an answer with what the viewer may not see hidden."""
    unit = answer.fields.get("unit")
    other_unit = viewer.unit_ids is not None and not _is_of(viewer, unit)
    return tuple(_redacted(fact, viewer, other_unit) for fact in facts)


def given(viewer: Viewer, answer: Answer) -> list[tuple[str, str]]:
    """What was said with the request, as a person reads it: the field's name and its value."""
    seen = evidence(viewer, answer).fields
    kind = requests.named(answer.request)
    return [
        (say(field.words), words.field_value(field, seen[field.key]))
        for field in kind.fields
        if answer.fields.get(field.key) is not None and field.key in seen
    ]


def _is_of(viewer: Viewer, unit: object) -> bool:
    if not unit:
        return False
    return Unit.objects.filter(key=str(unit), pk__in=viewer.unit_ids or ()).exists()


def _redacted(fact: KnownFact, viewer: Viewer, other_unit: bool) -> KnownFact:
    declared = fact_of(ELSEWHERE.get(fact.key, fact.key))
    money = declared.is_money and not viewer.sees_money
    elsewhere = fact.key in ELSEWHERE and viewer.unit_ids is not None
    if money or elsewhere or (declared.unit and other_unit):
        return replace(fact, value=None, state="hidden", records=0)
    return fact


def _fields(answer: Answer, viewer: Viewer) -> Mapping[str, Scalar]:
    if viewer.sees_money:
        return answer.fields
    kind = requests.named(answer.request)
    money = {field.key for field in kind.fields if field.type == "money"}
    return {key: None if key in money else value for key, value in answer.fields.items()}


def present(
    viewer: Viewer,
    answer: Answer,
    language: str | None = None,
    *,
    currency: str = "",
    sources: Iterable[Source] = (),
) -> Presented:
    """The answer in words (default: the active language), redacted to the viewer.

    `currency`, the company's, and `sources` may be given where they have been read already.
    """
    here = language or get_language() or "en"
    shown = evidence(viewer, answer)
    known = {source.key: source for source in sources}
    if missing := _sources(shown) - known.keys():
        known |= {row.key: row for row in Source.objects.filter(key__in=missing)}
    with translation.override(here):
        return _presented(shown, here, known, currency or Company.load().currency)


def _presented(shown: Answer, here: str, sources: Mapping[str, Source], currency: str) -> Presented:
    urgency = sentences.URGENCIES.get(shown.urgency)
    facts = [_fact_row(fact, sources, currency, here) for fact in shown.why.facts]
    return Presented(
        answer=shown,
        headline=words.headline(shown),
        tone=words.tone(shown),
        to=say(shown.to_words, here) if shown.to else "",
        person=shown.person,
        say=say(shown.say, shown.language),
        say_language=shown.language,
        say_here=say(shown.say, here) if here != shown.language else "",
        urgency=say(urgency, here) if urgency else "",
        benefits=tuple(say(each, here) for each in shown.benefit_words),
        results=tuple((say(each.words, here), words.result_value(each)) for each in shown.results),
        standing=str(words.STANDINGS.get(shown.standing, shown.standing)),
        value=str(words.VALUES.get(shown.value, shown.value)),
        why=(*_rule_rows(shown.why.rules, shown.policy.number, here), *facts),
        warnings=tuple(_warning(each.words, each.ask, here) for each in shown.warnings),
        question=shown.question,
        rule=shown.why.rules[0].id if shown.why.rules else "",
        approved=_approved(shown),
    )


def _sources(answer: Answer) -> set[str]:
    return {key for fact in answer.why.facts for key in fact.sources}


def fact_rows(facts: Sequence[KnownFact], language: str) -> list[WhyRow]:
    """Facts as lines, with who told them and when. Two queries."""
    keys = {key for fact in facts for key in fact.sources}
    sources = {row.key: row for row in Source.objects.filter(key__in=keys)}
    currency = Company.load().currency
    return [_fact_row(fact, sources, currency, language) for fact in facts]


def _rule_rows(rules: Iterable[RuleReason], version: int, language: str) -> list[WhyRow]:
    """The rules with what they are there for, each leading to how it stood in the version that
    answered. Of a rule of an older version nobody may have said why."""
    page = f"/promise/?version={version}"
    said = [(rule, say(rule.reason, language)) for rule in rules]
    return [WhyRow(_("Our rule"), text, "", f"{page}#{rule.id}") for rule, text in said if text]


def _fact_row(
    fact: KnownFact, sources: Mapping[str, Source], currency: str, language: str
) -> WhyRow:
    said = [
        f"{say(sources[key].words, language) or key} · {formats.moment(sources[key].last_spoke_at)}"
        if sources[key].last_spoke_at
        else say(sources[key].words, language) or key
        for key in fact.sources
        if key in sources
    ]
    label = say(fact_words(fact.key), language)
    return WhyRow(label, words.fact_value(fact, currency), words.listed(said), "")


def _warning(said: Words, ask: AnswerPerson | None, language: str) -> str:
    text = say(said, language)
    if ask is None:
        return text
    return sentences.after(text, _("Ask %(name)s.") % {"name": ask.name}, language)


def _approved(answer: Answer) -> str:
    policy = answer.policy
    if policy.approved_by is None or policy.in_force_from is None:
        return ""
    return _("Our rule, approved by %(name)s, in force since %(day)s.") % {
        "name": policy.approved_by,
        "day": formats.long_day(policy.in_force_from),
    }


def logged(viewer: Viewer, answer_id: UUID) -> tuple[AnswerLog, Answer]:
    """An answer of the log, as it was given. Raises `AnswerLog.DoesNotExist`."""
    rows = AnswerLog.objects.filter(access.answers(viewer)).select_related("asked_by", "policy")
    entry = rows.get(pk=answer_id)
    return entry, restore(entry)


def of_treatment(treatment_id: UUID) -> Answer:
    """The latest answer with this treatment. Raises `AnswerLog.DoesNotExist`."""
    rows = AnswerLog.objects.select_related("policy").filter(treatment_id=treatment_id)
    entry = rows.order_by("-id").first()
    if entry is None:
        raise AnswerLog.DoesNotExist
    return restore(entry)


def restore(entry: AnswerLog) -> Answer:
    """The answer from its entry in the log; nothing is decided anew. Raises `Problem` for one that
    an erasure has touched: when it was given, and which it was, stands in the entry."""
    if entry.is_erased:
        raise Problem(
            _("The customer of this answer was erased on request."),
            mend=_("What it rested on is gone; that it was given stays in the log."),
            code="erased",
        )
    inputs = load(entry.inputs)
    in_force = (
        PolicyInForce.objects.select_related("put_in_force_by")
        .filter(version_id=entry.policy_id, put_in_force_at__lte=entry.at)
        .order_by("-put_in_force_at")
        .first()
    )
    policy = Policy(
        entry.policy_id,
        entry.policy.number,
        entry.policy.digest,
        policies.model_of(entry.policy),
        in_force.in_force_from if in_force else None,
        str(in_force.put_in_force_by) if in_force else None,
        in_force.put_in_force_at if in_force else None,
    )
    customer: Customer = current(entry.customer_id)
    treatment = treat.load(entry.treatment)
    kind = requests.named(entry.request)
    return answer_of(
        customer, kind, inputs, treatment, policy, entry.at, entry.pk, entry.treatment_id
    )


def coming() -> PolicyInForce | None:
    """What comes into force next, where that is decided already."""
    rows = PolicyInForce.objects.select_related("version").defer("version__xml")
    return rows.filter(in_force_from__gt=time.today()).order_by("in_force_from", "-id").first()


def versions() -> list[PolicyInForce]:
    """What has been in force, and what will be: the newest first."""
    rows = PolicyInForce.objects.select_related("version", "put_in_force_by")
    return list(rows.defer("version__xml").order_by("-in_force_from", "-id"))


def states(rows: Sequence[PolicyInForce], today: date) -> dict[int, str]:
    """Of each row of `versions()` by its key: `coming`, `now`, or retired (`past`)."""
    begun = [row.pk for row in rows if row.in_force_from <= today]
    now = begun[0] if begun else rows[-1].pk if rows else 0
    return {
        row.pk: "now" if row.pk == now else "coming" if row.in_force_from > today else "past"
        for row in rows
    }


def changes(number: int) -> dict[str, PolicyInForce]:
    """Who gave a rule its present cells, and why, by the rule's id: of those of version `number`
    that are not as the policy began."""
    rows = PolicyInForce.objects.select_related("version", "put_in_force_by")
    changed: dict[str, PolicyInForce] = {}
    before: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] | None = None
    for row in rows.defer("version__xml").filter(version__number__lte=number).order_by("id"):
        model = policies.model_of(row.version)
        cells = {
            rule.id: (rule.inputs, rule.outputs)
            for table in model.tables.values()
            for rule in table.rules
        }
        if before is not None:
            changed |= {key: row for key, said in cells.items() if before.get(key) != said}
        before = cells
    return changed
