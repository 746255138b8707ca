"""Gather what an answer rests on: the customer who is treated, facts, exceptions, whom to name."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from importlib.metadata import version
from typing import Any, Final
from uuid import UUID

from concord.customers import queries as customers
from concord.customers.models import Customer, Kind
from concord.dmn.model import Model
from concord.facts.catalogue import FACTS
from concord.facts.derive import derive, derive_each, evidence_ids
from concord.facts.fact import FactValue
from concord.kernel.models import Role, Source, User
from concord.kernel.prepared import Prepared
from concord.kernel.time import zone
from concord.kernel.words import Words
from concord.treatment import requests, sentences
from concord.treatment.inputs import (
    Doubt,
    Exemption,
    Inputs,
    KnownFact,
    OpenInvoice,
    Person,
)
from concord.treatment.policies import Policy
from concord.treatment.policy_facts import HOLDS, of_units, policy_facts, read_by, unit_facts
from concord.treatment.requests import FieldValue, RequestKind
from concord.treatment.treat import OFFICER, Found, Judgement, facts_that_decided, judge

OFFICER_WORDS: Final = sentences.words("our customer officer", "고객 책임자", "客戶長")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several organisations that a person may be asking for."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Treated:
    """Who is treated: the customer themselves, or the organisation a person works at.

    With `choices`, nobody can say which one.
    """

    customer: Customer
    choices: tuple[Choice, ...] = ()


def treated(whom: Customer | UUID, as_of: date) -> Treated:
    """Whom a question about `whom` is about, merges (of an id) and employment followed."""
    customer = whom if isinstance(whom, Customer) else customers.current(whom)
    if customer.kind != Kind.PERSON:
        return Treated(customer)
    account = customers.account_of(customer.id, as_of)
    if account.customer is not None:
        return Treated(account.customer)
    return Treated(customer, tuple(Choice(each.id, each.name) for each in account.choices))


def assemble(
    situation: Situation,
    kind: RequestKind,
    fields: Mapping[str, FieldValue],
    facts: Mapping[str, KnownFact],
    exemption: Exemption | None,
    policy: Policy,
    at: datetime,
) -> Inputs:
    """The inputs of one request, without the people that only the answer tells to look up."""
    customer = situation.customer
    golden: dict[str, Any] = customer.golden
    spoken = {key: str(golden.get(key, {}).get("value") or "") for key in ("language", "country")}
    own = kind.key not in {each.key for each in requests.BUILT_IN}
    return Inputs(
        customer=customer.id,
        language=sentences.language_of(spoken),
        request=kind.key,
        table=kind.table,
        department=kind.department,
        fields=dict(fields),
        facts=dict(facts),
        exemption=exemption,
        policy=policy.number,
        digest=policy.digest,
        as_of=situation.as_of,
        known_at=at,
        zone=zone().key,
        engine=engine(),
        questions={field.key: field.asks for field in kind.fields} if own else {},
        restricted=situation.restricted,
    )


Exemptions = Mapping[str, Sequence[Exemption]]


def exemptions(
    customer_id: UUID, as_of: date, request_keys: Iterable[str]
) -> dict[str, list[Exemption]]:
    """The exceptions in force by request, the one that lasts longest first. One query."""
    said: dict[str, Any] = {
        "customer": customer_id,
        "as_of": as_of,
        "requests": list(request_keys),
    }
    found: dict[str, list[Exemption]] = {}
    for request, *row in LIFTS.fetch(said):
        found.setdefault(request, []).append(Exemption(*row))
    return found


def applying(held: Iterable[Exemption], fields: Mapping[str, Any]) -> Exemption | None:
    """Of the exceptions for a request the first that is for its amount: one up to an amount is for
    none that is larger, or that nobody knows."""
    amount = fields.get("amount")
    for each in held:
        if each.up_to is None or (amount is not None and amount <= each.up_to):
            return each
    return None


LIFTS: Final = Prepared(
    """
SELECT l.request, l.id, l.ends_on, u.name, l.reason, l.amount
FROM treatment_lift l JOIN kernel_user u ON u.id = l.granted_by_id
WHERE l.customer_id = ANY (ARRAY(
        SELECT id FROM customers_customer
        WHERE id = %(customer)s OR merged_into_id = %(customer)s))
  AND l.request = ANY(%(requests)s)
  AND %(as_of)s BETWEEN l.starts_on AND l.ends_on AND l.withdrawn_at IS NULL
ORDER BY l.ends_on DESC, l.id DESC
""",
    {"customer": "uuid", "as_of": "date", "requests": "text[]"},
)


class Situation:
    """A customer on a date: what answers rest on, each fetched once however many are asked.

    `models` are the policies that are asked: the facts are those that they read. `beside` are facts
    that the caller wants to know with them.
    """

    def __init__(
        self,
        customer: Customer,
        as_of: date,
        models: Iterable[Model],
        beside: Collection[str] = (),
        *,
        restricted: bool = False,
    ) -> None:
        self.customer = customer
        self.restricted = restricted
        self.as_of = as_of
        self.keys = read_by(*models)
        self.beside = beside
        self._facts: dict[str | None, dict[str, KnownFact]] = {}
        self._found: dict[str | None, Found] = {}
        self._invoices: dict[str | None, OpenInvoice | None] = {}

    def facts(self, unit: str | None) -> dict[str, KnownFact]:
        """The policy's facts for a business unit ("": any that has none of the customer's
        records); None: for the whole company."""
        if unit not in self._facts:
            if unit is None:
                self._facts[None] = policy_facts(self.keys, self.derived)
            else:
                here = self._units.get(unit) or self._units[""]
                self._facts[unit] = unit_facts(self.keys, unit, here, self.derived)
        return self._facts[unit]

    @cached_property
    def derived(self) -> dict[str, FactValue]:
        """The facts of the whole company, of the policy and beside. One query."""
        keys = {*self.keys, HOLDS, *self.beside}
        return derive(self.customer.id, as_of=self.as_of, keys=keys)

    @cached_property
    def _units(self) -> dict[str, dict[str, FactValue]]:
        """What may differ between the business units. One query."""
        return derive_each(self.customer.id, as_of=self.as_of, keys=of_units(self.keys))

    def judge(self, policy: Policy, inputs: Inputs) -> Judgement:
        """What the policy says; what rests on the facts alone is found once for all requests."""
        found = self._found.setdefault(unit_of(inputs.fields), {})
        return judge(policy.model, inputs, found)

    def invoice(self, inputs: Inputs) -> OpenInvoice | None:
        unit = unit_of(inputs.fields)
        if unit not in self._invoices:
            self._invoices[unit] = oldest_invoice(inputs)
        return self._invoices[unit]

    @cached_property
    def dispute_owner(self) -> tuple[Person, Words] | None:
        """Who looks after the newest open dispute, and their department in words. One query."""
        rows = DISPUTE_OWNER.fetch({"customer": self.customer.id, "as_of": self.as_of})
        return next(
            ((Person(id_, name), json.loads(said or "{}")) for id_, name, said in rows), None
        )

    @cached_property
    def sources(self) -> dict[str, Source]:
        return {source.key: source for source in Source.objects.select_related("owner")}

    def doubts(self, inputs: Inputs, deciding: Iterable[str]) -> dict[str, Doubt]:
        """Whom to ask about each fact that decided and is stale or unknown."""
        facts = facts_that_decided(inputs, deciding)
        return {fact.key: self._doubt(fact) for fact in facts if fact.state != "known"}

    def _doubt(self, fact: KnownFact) -> Doubt:
        tell = (self.sources.get(key) for key in (*fact.late_sources, *fact.sources))
        source = next((each for each in tell if each), None)
        if source is None:
            return Doubt("", {}, None, None)
        ask = Person(source.owner.pk, str(source.owner)) if source.owner else None
        return Doubt(source.key, source.words, source.last_spoke_at, ask)

    def depends_on_unit(
        self, inputs: Inputs, kind: RequestKind, judged: Judgement, policy: Policy
    ) -> bool:
        """Whether the answer would differ between business units, and none was named.

        Only trouble can differ: without a hold and without anything overdue nobody asks.
        """
        if kind.field("unit") is None or unit_of(inputs.fields) or not _trouble(inputs):
            return False
        if not any(rule.startswith("standing.") for rule in judged.rules):
            return False
        return any(self._there(inputs, each, policy).differs(judged) for each in self._units)

    def _there(self, inputs: Inputs, unit: str, policy: Policy) -> Judgement:
        """What the policy would say if it were for that unit."""
        found = self._found.setdefault(unit, {})
        return judge(policy.model, replace(inputs, facts=self.facts(unit)), found)


def _trouble(inputs: Inputs) -> bool:
    hold = inputs.facts["hold_set_by_accounting"].value
    overdue = inputs.facts["overdue_undisputed"].value
    return hold is not False or overdue != 0


@dataclass(frozen=True, slots=True)
class Directory:
    """Departments in words, and whom each of them names."""

    words: Mapping[str, Words]
    people: Mapping[str, Person]


def wanted(inputs: Inputs, judged: Judgement) -> set[str]:
    """The departments that the answer names."""
    return {judged.to or inputs.department} | ({"accounts"} if judged.disputed else set())


def directory(departments: Iterable[str], unit: str | None) -> Directory:
    """One query, however many departments. Whom each names: who answers for it and for the unit,
    managers first, then whoever has been here longest."""
    rows = CONTACTS.fetch({"keys": list(departments), "unit": unit})
    words = {key: json.loads(said) for key, said, _id, _name in rows}
    people = {key: Person(id_, name) for key, _said, id_, name in rows if id_ is not None}
    return Directory(words, people)


CONTACTS: Final = Prepared(
    """
SELECT d.key, d.words, u.id, u.name
FROM kernel_department d LEFT JOIN LATERAL (
    SELECT u.id, u.name FROM kernel_user u
    WHERE u.department_id = d.id AND u.is_active AND NOT u.is_system
    ORDER BY %(unit)s::text IS NOT NULL
             AND EXISTS (SELECT FROM kernel_user_units m WHERE m.user_id = u.id)
             AND NOT EXISTS (SELECT FROM kernel_user_units m JOIN kernel_unit n ON n.id = m.unit_id
                             WHERE m.user_id = u.id AND n.key = %(unit)s),
             u.role <> 'manager', u.id
    LIMIT 1
) u ON true
WHERE d.key = ANY(%(keys)s)
""",
    {"keys": "text[]", "unit": "text"},
)


def with_people(
    inputs: Inputs, judged: Judgement, situation: Situation, known: Directory
) -> Inputs:
    """The inputs with whom the answer names, and whom to ask where a fact is in doubt."""
    to = judged.to or inputs.department
    words = {to: known.words.get(to, {"en": to})}
    people = {to: known.people[to]} if to in known.people else {}
    if to == OFFICER:
        words[to] = OFFICER_WORDS
        people |= officer()
    if judged.disputed:
        owner, called = situation.dispute_owner or (known.people.get("accounts"), {})
        words["dispute"] = called or known.words.get("accounts", {})
        if owner:
            people["dispute"] = owner
    invoice = situation.invoice(inputs) if judged.standing == "watch" else None
    doubts = situation.doubts(inputs, judged.deciding)
    return replace(inputs, departments=words, people=people, invoice=invoice, doubts=doubts)


def officer() -> dict[str, Person]:
    """Who answers for the rights of persons; one query."""
    officers = User.objects.filter(role=Role.OFFICER, is_active=True, is_system=False)
    found = officers.order_by("id").first()
    return {OFFICER: Person(found.pk, str(found))} if found else {}


def unit_of(fields: Mapping[str, Any]) -> str | None:
    unit = fields.get("unit")
    return str(unit) if unit else None


def oldest_invoice(inputs: Inputs) -> OpenInvoice | None:
    """The invoice that a reminder may name: the oldest of those that the overdue fact rests on."""
    if not inputs.facts["overdue_undisputed"].value:
        return None
    ids = evidence_ids(
        inputs.customer,
        FACTS["overdue_undisputed"],
        as_of=inputs.as_of,
        unit=unit_of(inputs.fields),
    )
    return next((OpenInvoice(*row) for row in OLDEST_DUE.fetch({"ids": ids})), None)


OLDEST_DUE: Final = Prepared(
    """
SELECT key, due_at FROM records_record
WHERE id = ANY(%(ids)s) AND due_at IS NOT NULL ORDER BY due_at, id LIMIT 1
""",
    {"ids": "bigint[]"},
)

DISPUTE_OWNER: Final = Prepared(
    """
SELECT u.id, coalesce(nullif(u.name, ''), u.email), d.words
FROM customers_membership m
JOIN records_record r ON r.profile_id = m.profile_id
JOIN kernel_user u ON u.id = r.owner_id AND u.is_active
LEFT JOIN kernel_department d ON d.id = u.department_id
WHERE m.customer_id = %(customer)s AND m.known_to IS NULL
  AND r.type = 'dispute' AND r.withdrawn_at IS NULL
  AND (r.closed_at IS NULL OR r.closed_at > %(as_of)s)
  AND (r.opened_at IS NULL OR r.opened_at <= %(as_of)s)
ORDER BY r.opened_at DESC, r.id DESC LIMIT 1
""",
    {"customer": "uuid", "as_of": "date"},
)


@lru_cache(maxsize=1)
def engine() -> str:
    return version("concord")
