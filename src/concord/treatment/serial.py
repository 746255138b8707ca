"""An answer as JSON: the same for the API and for `concord decide --json`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from concord.treatment.answer import Answer, AnswerPerson, Question
from concord.treatment.inputs import KnownFact
from concord.treatment.present import fact_words
from concord.treatment.values import Scalar, written


def answer_json(answer: Answer) -> dict[str, Any]:
    """Amounts are text in plain decimal notation, so that no float ever touches them."""
    return {
        "id": str(answer.id),
        "answer_id": str(answer.answer_id) if answer.answer_id else None,
        "customer": {"id": str(answer.customer_id), "name": answer.customer_name},
        "request": answer.request,
        "fields": {key: plain(value) for key, value in answer.fields.items()},
        "state": answer.state,
        "act": answer.act or None,
        "to": {"department": answer.to, "person": _person(answer.person)} if answer.to else None,
        "priority": answer.priority,
        "urgency": answer.urgency or None,
        "benefits": list(answer.benefits),
        "benefit_words": [dict(each) for each in answer.benefit_words],
        "results": {
            each.key: {
                "words": dict(each.words),
                "value": plain(each.value),
                "value_words": dict(each.value_words) or None,
            }
            for each in answer.results
        },
        "say": dict(answer.say) or None,
        "language": answer.language,
        "question": _question(answer.question) if answer.question else None,
        "standing": answer.standing or None,
        "value": answer.value or None,
        "why": {
            "rules": [{"id": rule.id, "reason": dict(rule.reason)} for rule in answer.why.rules],
            "facts": [_fact(fact) for fact in answer.why.facts],
        },
        "warnings": [
            {
                "kind": each.kind,
                "facts": list(each.facts),
                "source": each.source or None,
                "since": each.since.isoformat() if each.since else None,
                "ask": _person(each.ask),
                "words": dict(each.words),
            }
            for each in answer.warnings
        ],
        "exception": {
            "until": answer.exemption.ends_on.isoformat(),
            "granted_by": answer.exemption.granted_by,
            "reason": answer.exemption.reason,
        }
        if answer.exemption
        else None,
        "policy": {
            "number": answer.policy.number,
            "digest": answer.policy.digest,
            "in_force_from": answer.policy.in_force_from.isoformat()
            if answer.policy.in_force_from
            else None,
            "approved_by": answer.policy.approved_by,
        },
        "as_of": answer.as_of.isoformat(),
        "at": answer.at.isoformat(),
    }


def plain(value: Scalar) -> Any:
    match value:
        case bool() | None | str() | list():
            return value
        case int() | Decimal():
            return written(value)
    return value.isoformat()


def _fact(fact: KnownFact) -> dict[str, Any]:
    return {
        "key": fact.key,
        "words": dict(fact_words(fact.key)),
        "value": plain(fact.value),
        "state": fact.state,
        "sources": list(fact.sources),
        "oldest_word": fact.oldest_word,
    }


def _person(person: AnswerPerson | None) -> dict[str, Any] | None:
    return {"id": person.id, "name": person.name} if person else None


def _question(question: Question) -> dict[str, Any]:
    return {
        "field": question.field,
        "type": question.type,
        "asks": dict(question.asks),
        "options": [
            {"value": option.value, "words": dict(option.words)} for option in question.options
        ],
    }
