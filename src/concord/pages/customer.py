"""The customer page: all that the house knows of one customer, put together from the apps below."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers import access as customers_access
from concord.customers import words as customer_words
from concord.customers.models import Customer
from concord.customers.queries import Related, related_on
from concord.facts import access as facts_access
from concord.facts.derive import derive
from concord.facts.fact import Fact, FactValue
from concord.facts.own import fact as fact_of
from concord.facts.own import refresh as facts_now
from concord.facts.say import say_value
from concord.kernel.access import Viewer
from concord.kernel.models import Company, Source, Unit
from concord.kernel.prepared import Prepared
from concord.kernel.time import today
from concord.kernel.words import Words
from concord.records import access as records_access
from concord.records import types
from concord.records.models import Record
from concord.records.queries import TimelineItem, open_ids
from concord.records.types import RecordType
from concord.treatment import words
from concord.treatment.answer import Answer
from concord.treatment.requests import RequestField, RequestKind

# What stands in the aside, in this order; the rest is one fold away.
FIRST_FACTS: Final = (
    "overdue_undisputed",
    "oldest_undisputed_overdue_days",
    "disputed_amount",
    "outstanding_balance",
    "revenue_12_months",
    "average_days_late",
    "open_critical_cases",
    "late_shipments_90_days",
    "customer_since",
)
REACH: Final = ("phones", "emails", "website", "address", "street", "postcode", "city", "country")
NUMBERS: Final = ("tax_id", "registration_id")
OFFERED: Final = ("phones", "emails", "website", "street", "city", "country", "tax_id")
OPEN_WORK: Final = ("deal", "case", "engineering_question", "task")
MOST_WORK: Final = 6
MOST_OPEN: Final = 60
MOST_ABOUT: Final = 20  # records that a request may be about, offered for choice
HELD: Final = "hold_set_by_accounting"
LOGGED: Final = frozenset({"note", "call", "meeting"})  # kept by the one field of "log a contact"

STANDING_TONES: Final = {"on hold": "stop", "watch": "route", "good": "go", "excellent": "go"}
VALUE_TONES: Final = {"key": "first", "growing": "go", "new": "none", "dormant": "none"}


@dataclass(frozen=True, slots=True)
class Called:
    """What another system calls this customer."""

    profile_id: UUID
    source: Source
    key: str
    name: str

    @property
    def is_desk(self) -> bool:
        """What people here typed: no system of its own."""
        return self.source.key == Source.DESK


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it was written, and by which sources (their words), for a value of a list."""

    text: str
    sources: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A value of the customer; `also` are the other spellings of the same."""

    text: str
    sources: str = ""
    also: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact as the page shows it: `shown` is its value in words, amounts only where seen."""

    fact: Fact
    value: FactValue
    shown: str


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is open with the customer, of one type; `more` are not shown."""

    type: types.RecordType
    items: list[TimelineItem]
    more: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One request in "every request": its name, its answer in a word or three, its colour."""

    request: str
    words: Words
    short: str
    to: Words
    tone: str


@dataclass(frozen=True, slots=True)
class AskedField:
    """A field of the request with what was given, to ask the same with more details."""

    field: RequestField
    value: str
    options: list[tuple[str, Words]]


def value_of(customer: Customer, attribute: str) -> Any:
    """The golden value of an attribute, or None."""
    return (customer.golden.get(attribute) or {}).get("value")


def names_beside(customer: Customer) -> list[str]:
    """The other names worth a second line: native and Latin, where they differ from the first."""
    said = [value_of(customer, key) for key in ("name_native", "name_latin", "name")]
    return list(dict.fromkeys(str(name) for name in said if name and name != customer.name))


def reach(customer: Customer, called: Sequence[Called]) -> list[tuple[str, str, list[Reached]]]:
    """How they are reached, and their numbers: attribute, its name, the golden values; only what
    is known. Of a list, each item with whose word it is."""
    names = {each.source.key: str(each.source) for each in called}
    found = []
    for attribute in (*REACH, *NUMBERS):
        entry = customer.golden.get(attribute) or {}
        if items := [_reached(item, names) for item in entry.get("each", ())]:
            found.append((attribute, customer_words.attribute(attribute), items))
        elif value := entry.get("value"):
            text = customer_words.country(value) if attribute == "country" else str(value)
            found.append((attribute, customer_words.attribute(attribute), [Reached(text)]))
    return found


def offered(customer: Customer) -> list[tuple[str, str]]:
    """What nobody has told of them yet and a person may add: attribute and its name."""
    golden = customer.golden
    return [
        (each, customer_words.attribute(each))
        for each in OFFERED
        if each not in golden and not (each in ("street", "city") and "address" in golden)
    ]


def _reached(item: Mapping[str, Any], names: Mapping[str, str]) -> Reached:
    """One item of a list; its spellings with who writes them so, where they differ."""
    told: dict[str, list[str]] = {}
    for each in (item, *item.get("also", ())):
        told.setdefault(str(each["value"]), []).append(names.get(each["source"], each["source"]))
    every = dict.fromkeys(name for by in told.values() for name in by)
    written = [Written(text, ", ".join(dict.fromkeys(by))) for text, by in told.items()]
    return Reached(str(item["value"]), ", ".join(every), tuple(written[1:] and written))


def called(customer: Customer) -> list[Called]:
    """How each system calls them, one line a profile (one query); what was taken back is not."""
    rows = CALLED.fetch({"customer": customer.pk})
    return [
        Called(
            profile, Source(id=pk, key=at, words=json.loads(words), last_spoke_at=spoke), key, name
        )
        for profile, key, name, pk, at, words, spoke in rows
    ]


CALLED: Final = Prepared(
    """
SELECT p.id, p.key, coalesce(p.data->>'name', ''), s.id, s.key, s.words, s.last_spoke_at
FROM customers_membership m
JOIN customers_profile p ON p.id = m.profile_id
JOIN kernel_source s ON s.id = p.source_id
WHERE m.customer_id = %(customer)s AND m.known_to IS NULL AND p.withdrawn_at IS NULL
ORDER BY s.key, p.key
""",
    {"customer": "uuid"},
)


def first_facts(viewer: Viewer, derived: Mapping[str, FactValue], currency: str) -> list[ShownFact]:
    """The facts of the aside, those of which some source tells."""
    shown = (_shown(viewer, derived[key], currency) for key in FIRST_FACTS)
    return [each for each in shown if each.value.sources]


def all_facts(viewer: Viewer, customer_id: UUID) -> list[ShownFact]:
    """Every fact of the catalogue, the first ones first; for whom nobody tells, too."""
    keys = (
        *FIRST_FACTS,
        *(each.key for each in facts_now().offered() if each.key not in FIRST_FACTS),
    )
    derived = derive(customer_id, keys=keys)
    currency = Company.load().currency
    return [_shown(viewer, derived[key], currency) for key in keys]


def _shown(viewer: Viewer, value: FactValue, currency: str) -> ShownFact:
    fact = fact_of(value.key)
    seen = facts_access.sees(viewer, fact)
    shown = say_value(fact, value.value, currency=currency) if seen else _("hidden")
    return ShownFact(fact, value, shown)


def open_work_ids(viewer: Viewer, profile_ids: Sequence[UUID]) -> list[int]:
    """Open deals, cases, questions and tasks of a customer (one query)."""
    return open_ids(viewer, profile_ids, OPEN_WORK, MOST_OPEN)


def open_work(items: Sequence[TimelineItem]) -> list[OpenWork]:
    """The same, by type."""
    work = []
    for key in OPEN_WORK:
        of_type = [one for one in items if one.type.key == key]
        if of_type:
            work.append(
                OpenWork(types.get(key), of_type[:MOST_WORK], max(0, len(of_type) - MOST_WORK))
            )
    return work


def relations(viewer: Viewer, customer_id: UUID) -> dict[str, list[Related]]:
    """Whom they stand to today, by how: `people`, `works_at`, `part_of`, `parts`, `household`
    (one query)."""
    found: dict[str, list[Related]] = {}
    for each in related_on(customer_id, today()):
        if not customers_access.is_held_back(viewer, each.is_restricted):
            found.setdefault(each.how, []).append(each)
    return found


def grid(answers: Sequence[Answer]) -> list[Cell]:
    """Every request at one glance."""
    return [
        Cell(
            answer.request,
            answer.request_words,
            words.act_words(answer.act),
            answer.to_words if answer.act in {"pass_on", "not_yet", "escalate"} else {},
            words.tone(answer),
        )
        for answer in answers
    ]


def exceptions(answers: Sequence[Answer]) -> list[Answer]:
    """The requests for which an exception is in force, the first to end first."""
    held = [(each.exemption.ends_on, each.request, each) for each in answers if each.exemption]
    return [answer for _ends_on, _request, answer in sorted(held, key=lambda each: each[:2])]


def standing(answers: Sequence[Answer]) -> list[tuple[str, str]]:
    """Chips of the head: words and tone of the standing and of the value, where they say much."""
    known = next((answer for answer in answers if answer.standing), None)
    if known is None:
        return []
    chips = []
    if known.standing in STANDING_TONES:
        said = str(words.STANDINGS[known.standing])
        if known.standing == "on hold" and _is_not_held(known):
            said = _("on hold by our rule")  # beside "Hold set by accounts: no"
        chips.append((said, STANDING_TONES[known.standing]))
    if known.value in VALUE_TONES:
        chips.append((str(words.VALUES[known.value]), VALUE_TONES[known.value]))
    return chips


def _is_not_held(answer: Answer) -> bool:
    """Whether accounts have set no hold, as the answer knows it."""
    return any(each.key == HELD and each.value is False for each in answer.why.facts)


def opens(viewer: Viewer) -> list[RecordType]:
    """The kinds of record that this person may open here by a form of their own."""
    return [
        each
        for each in types.all_types().values()
        if each.key not in LOGGED and records_access.may_open(viewer, each)
    ]


def asked_fields(
    viewer: Viewer, kind: RequestKind, answer: Answer, profile_ids: Sequence[UUID]
) -> list[AskedField]:
    """The fields of a request as controls; what it may be about first (at most two queries)."""
    asked = [_asked(viewer, field, answer) for field in kind.fields]
    if kind.about:
        declared = types.get(kind.about)
        about = RequestField(kind.about, declared.words, "choice", declared.words)
        options = _open_records(viewer, kind.about, profile_ids)
        if options:
            asked.insert(0, AskedField(about, str(answer.fields.get(kind.about) or ""), options))
    return asked


def _asked(viewer: Viewer, field: RequestField, answer: Answer) -> AskedField:
    # An amount may be that of the order asked about, which not everybody sees.
    is_seen = viewer.sees_money or field.type != "money"
    given = answer.fields.get(field.key) if is_seen else None
    options = list((field.choices or {}).items())
    if field.type == "unit":
        options = [(unit.key, unit.words) for unit in Unit.objects.order_by("key")]
    if field.type == "boolean":
        return AskedField(field, {True: "yes", False: "no"}.get(given, ""), [])  # type: ignore[call-overload]
    return AskedField(field, "" if given is None else str(given), options)


def _open_records(
    viewer: Viewer, type_: str, profile_ids: Sequence[UUID]
) -> list[tuple[str, Words]]:
    records = Record.objects.filter(
        records_access.visible(viewer),
        profile_id__in=profile_ids,
        type=type_,
        closed_at=None,
        withdrawn_at=None,
    ).order_by("-opened_at", "-id")
    return [
        (str(record.pk), {"en": record.subject or record.key}) for record in records[:MOST_ABOUT]
    ]
