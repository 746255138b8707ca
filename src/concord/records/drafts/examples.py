"""What the first rows of a file give with a mapping: made by the import's own converter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from concord.customers import words as customer_words
from concord.customers.models import Kind
from concord.customers.normal.text import repaired
from concord.customers.said import ProfileSaid
from concord.kernel.errors import Problem
from concord.kernel.models import Source
from concord.kernel.words import say
from concord.records import types
from concord.records.actions.relations import RelationSaid
from concord.records.drafts.survey import Survey
from concord.records.forms import label_of
from concord.records.importing import reasons
from concord.records.importing.convert import Converter, Statement
from concord.records.importing.mapping import parse
from concord.records.importing.readers import Table
from concord.records.importing.values import CellError
from concord.records.said import AllocationSaid, LineSaid, LinkSaid, RecordSaid
from concord.ui import formats

GOOD: Final = 2  # rows that are shown
BAD: Final = 2


@dataclass(frozen=True, slots=True)
class Card:
    """One customer, record, line … of a row: what it is, what it is called, what is known of it.

    `garbled` are values as they stand in the file whose letters are shown repaired, each with what
    is shown: as on the customer's page.
    """

    what: str
    name: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    garbled: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Example:
    """What a row gives, or why it would be a row to fix."""

    line: int
    cards: list[Card] = field(default_factory=list)
    problem: Problem | None = None


def examples(mapping: str, survey: Survey, source: Source) -> list[Example]:
    """The first rows that are read, and the first that are not, in the order of the file.

    Raises Problem where the mapping itself does not fit.
    """
    converter = Converter(parse(mapping), Table(survey.header, lambda: iter(())), source)
    found: list[Example] = []
    good = bad = 0
    for line, cells in zip(survey.lines, survey.sample, strict=True):
        if good >= GOOD and bad >= BAD:
            break
        try:
            given = converter.convert(cells)
        except CellError as error:
            if bad < BAD:
                found.append(Example(line, problem=_problem(error)))
            bad += 1
            continue
        if good < GOOD and given:
            found.append(Example(line, [card(one.statement) for one in given]))
        good += bool(given)
    return found


def _problem(error: CellError) -> Problem:
    return Problem(
        reasons.reason(error.code, error.detail),
        place=error.column,
        mend=reasons.mend(error.code, error.detail),
        code=error.code,
    )


def card(statement: Statement) -> Card:
    match statement:
        case ProfileSaid():
            return _profile(statement)
        case RecordSaid():
            return _record(statement)
        case LineSaid():
            facts = [
                (_("Quantity"), _number(statement.quantity)),
                (_("Price of one"), _number(statement.unit_price)),
                (_("Amount of the line"), _number(statement.amount)),
            ]
            of = f"{_type(statement.record.type)} {statement.record.key}"
            name = statement.product or statement.key
            return Card(_("Line of %(record)s") % {"record": of}, name, _filled(facts))
        case AllocationSaid():
            facts = [
                (_("Number of the payment"), statement.payment.key),
                (_("Number of the invoice"), statement.invoice.key),
                (_("Settled on"), _day(statement.at)),
            ]
            return Card(_("What a payment settles"), _number(statement.amount), facts)
        case RelationSaid():
            facts = [(_("Position there"), statement.title)]
            return Card(_("Works at"), f"{statement.from_key} → {statement.to_key}", _filled(facts))
        case LinkSaid():
            ends = f"{statement.from_record.key} → {statement.to_record.key}"
            return Card(statement.role, ends)


def _profile(said: ProfileSaid) -> Card:
    garbled: dict[str, str] = {}
    data = {key: _mended(value, garbled) for key, value in said.data.items()}
    both = " ".join(filter(None, (data.get("given_name"), data.get("family_name"))))
    name = str(data.get("name") or data.get("name_native") or both or said.key)
    facts: list[tuple[str, str]] = [(_("Number"), said.key if said.key != name else "")]
    for key, value in data.items():
        if key == "name":
            continue
        if isinstance(value, dict):
            facts += [(label, str(one)) for label, one in value.items()]
        else:
            facts.append((customer_words.attribute(key), _shown(value)))
    return Card(str(Kind(said.kind).label), name, _filled(facts), list(garbled.items()))


def _mended(value: Any, garbled: dict[str, str]) -> Any:
    """As the golden record shows it: what was garbled on its way through systems is repaired."""
    match value:
        case str() if not value.isascii() and (mended := repaired(value)) is not None:
            garbled[value] = mended
            return mended
        case list():
            return [_mended(one, garbled) for one in value]
        case dict():
            return {name: _mended(one, garbled) for name, one in value.items()}
    return value


def _record(said: RecordSaid) -> Card:
    declared = types.get(said.type)
    facts = [
        (_("Number"), said.key),
        (_("Customer"), said.profile),
        *(
            (label_of(declared, name), _day(value))
            for name, value in (
                ("opened", said.opened_at),
                ("due", said.due_at),
                ("closed", said.closed_at),
            )
            if value
        ),
    ]
    if said.amount is not None:
        facts.append((label_of(declared, "amount"), formats.money(said.amount, said.currency)))
    if status := declared.status(said.status):
        facts.append((label_of(declared, "status"), say(status.words)))
    for item in declared.fields:
        if item.key in said.data:
            facts.append((say(item.words), _shown(said.data[item.key])))
    name = said.subject or said.key
    if name == f"{say(declared.words)} {said.key}":
        name = said.key  # the kind stands beside it
    return Card(say(declared.words), name, _filled(facts))


def _day(value: date) -> str:
    """With its year: whether that was read as it is meant is what one looks for."""
    return formats.long_day(value)


def _type(key: str) -> str:
    return say(types.get(key).words)


def _shown(value: Any) -> str:
    match value:
        case True:
            return _("yes")
        case False:
            return _("no")
        case list():
            return ", ".join(map(str, value))
    return str(value)[:200]


def _number(value: Any) -> str:
    return "" if value is None else formats.exact(value)


def _filled(facts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, value) for label, value in facts if value]
