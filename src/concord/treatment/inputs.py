"""All that an answer rests on: what `decide` gathers, the log keeps and a replay reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from concord.treatment.values import Scalar, from_json, to_json

# What the policy may know of the rest of the company, and the fact of which it is the rest.
ELSEWHERE: Final = {
    "hold_elsewhere": "hold_set_by_accounting",
    "overdue_elsewhere": "overdue_undisputed",
}


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact as it was when the answer was given. An unknown one has the value None."""

    key: str
    value: Scalar
    state: str
    sources: tuple[str, ...] = ()
    late_sources: tuple[str, ...] = ()
    oldest_word: str | None = None
    records: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody that the answer names, as they were called then."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Who could tell of a fact that is stale or unknown: the source, since when it is silent, and
    its owner, as they were then."""

    source: str
    words: Mapping[str, str]
    since: datetime | None
    ask: Person | None


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """The oldest invoice that a polite reminder may name."""

    number: str
    due: date


@dataclass(frozen=True, slots=True)
class Exemption:
    """The exception that was in force; `up_to` is the largest amount that it is for."""

    id: int
    ends_on: date
    granted_by: str
    reason: str
    up_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """`fields` are the request's own and, where it is about a record, what that record says.

    `department` is the request's own. `people` are those whom the answer names, by department
    (`dispute`: who looks after the dispute); `departments` are their words. `questions` are those
    of a company's own request, which may change. `asks_unit` says that the answer depends on a
    business unit that nobody named, `asks_amount` that it does on an amount: there is an exception
    up to one. `doubts` are of the facts that decided, by their keys.
    `restricted`: what is kept of the customer is stored and not used, so no rule is asked.
    """

    customer: UUID
    language: str
    request: str
    table: str
    department: str
    fields: Mapping[str, Scalar]
    facts: Mapping[str, KnownFact]
    exemption: Exemption | None
    policy: int
    digest: str
    as_of: date
    known_at: datetime
    zone: str
    engine: str
    people: Mapping[str, Person] = field(default_factory=dict)
    invoice: OpenInvoice | None = None
    departments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    questions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    asks_unit: bool = False
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    restricted: bool = False
    asks_amount: bool = False

    def for_policy(self) -> dict[str, Scalar]:
        """The policy's inputs by their FEEL names."""
        said: dict[str, Scalar] = {"request": self.request, "exception": self.exemption is not None}
        said |= {fact.key.replace("_", " "): fact.value for fact in self.facts.values()}
        said |= {key.replace("_", " "): value for key, value in self.fields.items()}
        return said

    def clock(self) -> datetime:
        """`today()` of the policy is the date that was asked for."""
        return datetime.combine(self.as_of, time(12), ZoneInfo(self.zone))


def dump(inputs: Inputs) -> dict[str, Any]:
    """The inputs as JSON, from which `load` makes equal ones."""
    exemption, invoice = inputs.exemption, inputs.invoice
    return {
        "customer": str(inputs.customer),
        "language": inputs.language,
        "request": inputs.request,
        "table": inputs.table,
        "department": inputs.department,
        "fields": {key: to_json(value) for key, value in inputs.fields.items()},
        "facts": [_dump_fact(fact) for fact in inputs.facts.values()],
        "exemption": exemption
        and {
            "id": exemption.id,
            "ends_on": exemption.ends_on.isoformat(),
            "granted_by": exemption.granted_by,
            "reason": exemption.reason,
            **({"up_to": str(exemption.up_to)} if exemption.up_to is not None else {}),
        },
        "policy": inputs.policy,
        "digest": inputs.digest,
        "as_of": inputs.as_of.isoformat(),
        "known_at": inputs.known_at.isoformat(),
        "zone": inputs.zone,
        "engine": inputs.engine,
        "people": {key: [person.id, person.name] for key, person in inputs.people.items()},
        "invoice": invoice and [invoice.number, invoice.due.isoformat()],
        "departments": {key: dict(said) for key, said in inputs.departments.items()},
        "questions": {key: dict(said) for key, said in inputs.questions.items()},
        "asks_unit": inputs.asks_unit,
        "doubts": {key: _dump_doubt(doubt) for key, doubt in inputs.doubts.items()},
        **({"restricted": True} if inputs.restricted else {}),
        **({"asks_amount": True} if inputs.asks_amount else {}),
    }


def load(said: Mapping[str, Any]) -> Inputs:
    """The inputs that were dumped."""
    exemption, invoice = said["exemption"], said["invoice"]
    return Inputs(
        customer=UUID(said["customer"]),
        language=said["language"],
        request=said["request"],
        table=said["table"],
        department=said["department"],
        fields={key: from_json(value) for key, value in said["fields"].items()},
        facts={fact["key"]: _load_fact(fact) for fact in said["facts"]},
        exemption=exemption
        and Exemption(
            exemption["id"],
            date.fromisoformat(exemption["ends_on"]),
            exemption["granted_by"],
            exemption["reason"],
            Decimal(exemption["up_to"]) if "up_to" in exemption else None,
        ),
        policy=said["policy"],
        digest=said["digest"],
        as_of=date.fromisoformat(said["as_of"]),
        known_at=datetime.fromisoformat(said["known_at"]),
        zone=said["zone"],
        engine=said["engine"],
        people={key: Person(*person) for key, person in said["people"].items()},
        invoice=invoice and OpenInvoice(invoice[0], date.fromisoformat(invoice[1])),
        departments=said["departments"],
        questions=said["questions"],
        asks_unit=said["asks_unit"],
        doubts={key: _load_doubt(doubt) for key, doubt in said.get("doubts", {}).items()},
        restricted=said.get("restricted", False),
        asks_amount=said.get("asks_amount", False),
    )


def _dump_fact(fact: KnownFact) -> dict[str, Any]:
    return {
        "key": fact.key,
        "value": to_json(fact.value),
        "state": fact.state,
        "sources": list(fact.sources),
        "late_sources": list(fact.late_sources),
        "oldest_word": fact.oldest_word,
        "records": fact.records,
        "reasons": list(fact.reasons),
    }


def _load_fact(said: Mapping[str, Any]) -> KnownFact:
    return KnownFact(
        said["key"],
        from_json(said["value"]),
        said["state"],
        tuple(said["sources"]),
        tuple(said["late_sources"]),
        said["oldest_word"],
        said["records"],
        tuple(said["reasons"]),
    )


def _dump_doubt(doubt: Doubt) -> dict[str, Any]:
    return {
        "source": doubt.source,
        "words": dict(doubt.words),
        "since": doubt.since.isoformat() if doubt.since else None,
        "ask": doubt.ask and [doubt.ask.id, doubt.ask.name],
    }


def _load_doubt(said: Mapping[str, Any]) -> Doubt:
    return Doubt(
        said["source"],
        said["words"],
        datetime.fromisoformat(said["since"]) if said["since"] else None,
        said["ask"] and Person(*said["ask"]),
    )
