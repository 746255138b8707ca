"""What the treatment keeps of a person: answers, exceptions, objections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from concord.customers.rights import registry
from concord.customers.rights.mentions import black_out
from concord.customers.rights.registry import Entry, Erasing, Holding, Person
from concord.customers.rows import fetch, run
from concord.kernel.models import Company, User
from concord.kernel.words import say
from concord.treatment import policies, requests, words
from concord.treatment.inputs import load
from concord.treatment.keeping import personal
from concord.treatment.models import (
    ActedOtherwise,
    AnswerLog,
    Asking,
    Concern,
    HandOver,
    Lift,
    Watch,
)
from concord.treatment.present import fact_words

MOST: Final = 1_000
LABELS: Final = {
    "at": _("When"), "request": _("Request"), "act": _("Answer"), "say": _("What to say"),
    "rules": _("Our rules"), "facts": _("Facts"), "fields": _("In detail"), "by": _("Asked by"),
    "channel": _("Asked through"), "reason": _("Reason"), "from": _("From"), "until": _("Until"),
    "text": _("What is wrong"), "reply": _("Reply"), "what": _("What was done"), "to": _("Whom"),
    "policy": _("Version of our promise"), "reasons": _("Our rules"), "known": _("Facts"),
    "given": _("In detail"),
}  # fmt: skip


def register() -> None:
    answer_columns = {"treatment_answerlog.inputs", "treatment_answerlog.treatment"}
    registry.register(
        Holding("answers", _("How they were treated, and why"), frozenset(answer_columns),
                erase_answers, answers, LABELS,
                machine=frozenset({"rules", "facts", "fields"})),
        Holding("exceptions", _("Exceptions for them"), frozenset({"treatment_lift.reason"}),
                erase_lifts, lifts, LABELS),
        personal.holding(),
        Holding("around", _("What was passed on, waited for and objected to"),
                frozenset({"treatment_concern.text", "treatment_concern.reply"}),
                erase_around, around, LABELS),
        Holding("askings", _("Exceptions that were asked for, and what was done otherwise"),
                frozenset({"treatment_asking.reason", "treatment_asking.reply",
                           "treatment_actedotherwise.reason"}),
                erase_askings, askings, LABELS),
    )  # fmt: skip
    registry.harmless(HARMLESS)


def answers(person: Person) -> Iterable[Entry]:
    rows = _of(person).select_related("asked_by__department", "policy")
    currency = Company.load().currency
    for row in rows.order_by("id").iterator(chunk_size=500):
        yield {
            **_in_words(row, currency), "at": row.at, "request": _request(row),
            "act": words.act_words(row.act), "say": say(row.treatment.get("say", {})),
            "rules": row.treatment.get("rules"),
            "facts": {each["key"]: each["value"] for each in row.inputs.get("facts", ())},
            "fields": row.inputs.get("fields"), "policy": row.policy.number,
            "by": _department(row.asked_by),
            "channel": str(words.CHANNELS.get(row.channel, row.channel)),
        }  # fmt: skip


def _in_words(row: AnswerLog, currency: str) -> Entry:
    """The rules, facts and details of an answer as a person reads them; of one that an erasure has
    touched nothing is left."""
    if row.is_erased:
        return {}
    inputs, why = load(row.inputs), policies.reasons_of(policies.model_of(row.policy))
    fields = {each.key: each for each in requests.named(row.request).fields}
    return {
        "reasons": [text for rule in row.treatment.get("rules", ())
                    if (text := say(why.get(rule, {})))],
        "known": {say(fact_words(each.key)): words.fact_value(each, currency)
                  for each in inputs.facts.values()},
        "given": {say(fields[key].words): words.field_value(fields[key], value)
                  for key, value in inputs.fields.items() if value is not None and key in fields},
    }  # fmt: skip


def lifts(person: Person) -> Iterable[Entry]:
    for row in Lift.objects.filter(customer_id__in=person.customers).order_by("id"):
        yield {"request": row.request, "from": row.starts_on, "until": row.ends_on,
               "reason": row.reason, "at": row.granted_at}  # fmt: skip


def around(person: Person) -> Iterable[Entry]:
    mine = Q(answer__customer_id__in=person.customers)
    for concern in Concern.objects.filter(mine).select_related("raised_by__department"):
        yield {"at": concern.raised_at, "by": _department(concern.raised_by),
               "text": concern.text, "reply": concern.reply}  # fmt: skip
    for passed in HandOver.objects.filter(mine).select_related("answer", "to__department"):
        yield {"at": passed.at, "request": _request(passed.answer),
               "what": str(_("passed on")), "to": _department(passed.to)}  # fmt: skip
    for watch in Watch.objects.filter(mine).select_related("answer", "user__department"):
        yield {"at": watch.created_at, "request": _request(watch.answer),
               "what": str(_("waited for")), "to": _department(watch.user)}  # fmt: skip


def askings(person: Person) -> Iterable[Entry]:
    rows = Asking.objects.filter(customer_id__in=person.customers).order_by("asked_at")
    for row in rows.select_related("asked_by__department"):
        yield {"at": row.asked_at, "by": _department(row.asked_by), "request": row.request,
               "until": row.ends_on, "reason": row.reason, "reply": row.reply,
               "what": row.get_verdict_display()}  # fmt: skip
    acted = ActedOtherwise.objects.filter(customer_id__in=person.customers).order_by("id")
    for done in acted.select_related("by__department"):
        yield {"at": done.at, "by": _department(done.by), "request": done.request,
               "what": str(_("done otherwise")), "reason": done.reason}  # fmt: skip


def erase_answers(erasing: Erasing) -> Iterator[int]:
    """The log says that an answer was given, when and which; the rest goes."""
    while touched := fetch("SELECT redact_answers(%s, %s)", [erasing.number, MOST])[0][0]:
        yield touched


def erase_lifts(erasing: Erasing) -> Iterator[int]:
    yield run(
        "UPDATE treatment_lift SET reason = '' WHERE customer_id = ANY(%s) AND reason <> ''",
        [list(erasing.customers)],
    )
    yield from black_out("treatment_lift", ["reason"], erasing.words)


def erase_around(erasing: Erasing) -> Iterator[int]:
    yield run(
        """
        DELETE FROM kernel_notification n USING treatment_answerlog a
        WHERE a.customer_id = ANY(%s)
          AND substring(n.url FROM '/answers/([0-9a-f-]{36})')::uuid = a.id
        """,
        [list(erasing.customers)],
    )
    yield run(
        """
        UPDATE treatment_concern c
        SET text = '', reply = '', replied_at = coalesce(c.replied_at, now())
        FROM treatment_answerlog a
        WHERE a.id = c.answer_id AND a.customer_id = ANY(%s) AND (c.text <> '' OR c.reply <> '')
        """,
        [list(erasing.customers)],
    )
    yield run(
        "UPDATE treatment_watch SET ended_at = now() "
        "WHERE customer_id = ANY(%s) AND ended_at IS NULL AND cleared_at IS NULL",
        [list(erasing.customers)],
    )
    yield from black_out("treatment_concern", ["text", "reply"], erasing.words)


def erase_askings(erasing: Erasing) -> Iterator[int]:
    yield run(
        """
        UPDATE treatment_asking SET reason = '', reply = '', amount = NULL,
            verdict = coalesce(nullif(verdict, ''), 'lapsed')
        WHERE customer_id = ANY(%s) AND (reason <> '' OR verdict = '')
        """,
        [list(erasing.customers)],
    )
    yield run(
        "UPDATE treatment_actedotherwise SET reason = '' "
        "WHERE customer_id = ANY(%s) AND reason <> ''",
        [list(erasing.customers)],
    )
    yield from black_out("treatment_asking", ["reason", "reply"], erasing.words)
    yield from black_out("treatment_actedotherwise", ["reason"], erasing.words)


def _of(person: Person) -> QuerySet[AnswerLog]:
    return AnswerLog.objects.filter(customer_id__in=person.customers)


def _request(row: AnswerLog) -> str:
    return say(requests.named(row.request).words)


def _department(user: User) -> str:
    return str(user.department) if user.department else str(user.get_role_display())


_OF_OURS: Final = "our own words, keys or settings"
HARMLESS: Final = {
    "treatment_actverdict.*": _OF_OURS,
    "treatment_verdictcount.*": _OF_OURS,
    "treatment_verdictstep.*": _OF_OURS,
    **{f"treatment_answerlog.{each}": _OF_OURS
       for each in ("request", "state", "act", "department", "rule", "channel")},
    "treatment_actedotherwise.request": _OF_OURS,
    "treatment_answermonth.*": "how many answers a month had, and a digest",
    **{f"treatment_asking.{each}": _OF_OURS for each in ("request", "named", "verdict", "way")},
    "treatment_backtest.*": "a policy, and words for it",
    "treatment_backtestsum.*": _OF_OURS,
    "treatment_briefing.*": "what a version changes, customers by ids",
    **{f"treatment_concern.{each}": _OF_OURS for each in ("kind", "rule", "unanswered", "outcome")},
    "treatment_customrequest.*": _OF_OURS,
    "treatment_draftedit.*": _OF_OURS,
    "treatment_findingacceptance.*": "why a finding of a policy was accepted",
    "treatment_lift.request": _OF_OURS,
    "treatment_objectionterms.*": _OF_OURS,
    "treatment_policycheck.*": "what the law found in a policy",
    "treatment_policydraft.*": _OF_OURS,
    "treatment_policyinforce.*": "why a policy came into force",
    "treatment_policyproposal.*": "what is proposed to change in a policy, and why",
    "treatment_policyversion.*": _OF_OURS,
    "treatment_replaydifference.*": "parts of an answer, by their names",
    "treatment_replayrun.*": "a version of ours",
    "treatment_proposalend.*": "why a proposal was published or not",
    "treatment_policypreview.*": "who would be treated differently, by ids",
    "treatment_simulatedcondition.*": "what a policy answers, and how many customers",
    "treatment_simulation.*": "a policy, and words for it",
}  # fmt: skip
