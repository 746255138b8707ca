"""What a table may look at beside what it does, and the changes of a draft that make it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concord.customers.models import Customer
from concord.dmn.model import DecisionTable, Model
from concord.facts import access as facts_access
from concord.facts.derive import derive
from concord.facts.fact import Fact
from concord.facts.own import refresh
from concord.facts.say import say_freshness, say_value
from concord.kernel.access import Viewer
from concord.kernel.errors import Problem
from concord.kernel.models import Company, Source
from concord.kernel.words import Words, say
from concord.treatment import requests

Change = dict[str, Any]
# What the tables of requests are about before any fact.
GRADES = ("standing", "value")
# What a fact or a field holds, in words.
HOLDS = {
    "money": gettext_lazy("an amount"), "count": gettext_lazy("a number"),
    "number": gettext_lazy("a number"), "days": gettext_lazy("a number of days"),
    "percent": gettext_lazy("a percentage"), "yes_no": gettext_lazy("yes or no"),
    "boolean": gettext_lazy("yes or no"), "date": gettext_lazy("a day"),
    "text": gettext_lazy("a text"), "units": gettext_lazy("business units"),
    "choice": gettext_lazy("one of several"),
}  # fmt: skip
STATED = {"exception": "boolean", "request": "string"}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that a column may read: `name` in FEEL, what it is called and what it holds, in
    words; a fact's `formula`, or what is asked for a field; and, of a customer that was chosen,
    what it is for them and who tells of it."""

    name: str
    words: Words
    type: str
    formula: str = ""
    asks: str = ""
    value: str = ""
    freshness: str = ""


def offers(
    model: Model, key: str, text: str, viewer: Viewer, customer: Customer | None
) -> list[Offer]:
    """What the table does not look at yet, by the words that were typed. One query for the values
    of a customer."""
    table = find(model, key)
    there = {column.expression for column in table.inputs}
    wanted = text.strip().casefold()
    facts = [fact for fact in refresh().offered() if fact.name not in there and _fits(fact, wanted)]
    said = dict(_values(facts, viewer, customer.pk)) if customer and facts else {}
    found = [
        Offer(
            fact.name,
            fact.words,
            str(HOLDS[fact.shown]),
            fact.expression,
            "",
            *said.get(fact.key, ("", "")),
        )
        for fact in facts
    ]
    return [*_fields(key, there, wanted), *found]


def _fits(fact: Fact, wanted: str) -> bool:
    return not wanted or any(
        wanted in each.casefold() for each in (fact.name, *fact.words.values())
    )


def _fields(key: str, there: set[str], wanted: str) -> Iterator[Offer]:
    """The fields of the request that the table answers."""
    kind = next((k for k in requests.all_kinds() if k.table == key), None)
    for field in kind.fields if kind else ():
        name = field.key.replace("_", " ")
        words = (name, *field.words.values())
        if (
            field.type != "unit"
            and name not in there
            and any(wanted in w.casefold() for w in words)
        ):
            yield Offer(name, field.words, str(HOLDS[field.type]), asks=say(field.asks))


def _values(
    facts: Sequence[Fact], viewer: Viewer, customer: UUID
) -> Iterator[tuple[str, tuple[str, str]]]:
    derived = derive(customer, keys=[fact.key for fact in facts])
    currency = Company.load().currency
    names = {source.key: say(source.words) for source in Source.objects.all()}
    for fact in facts:
        value = derived[fact.key]
        sees = facts_access.sees(viewer, fact)
        shown = say_value(fact, value.value, currency=currency) if sees else _("hidden")
        yield fact.key, (shown, say_freshness(value, names))


def changes(model: Model, key: str, name: str) -> list[Change]:
    """The changes that make the table look at a fact, or at a field of its request: the model's
    input where there is none yet, the line that leads to it, and the column, which asks nothing.

    Raises `Problem` for what the table looks at already, and for what is neither.
    """
    table = find(model, key)
    if any(column.expression == name for column in table.inputs):
        raise Problem(_("This table looks at it already."), place=name)
    of = _type(model, key, name)
    known = _ids(model)
    taken = {str(each.get("id", "")) for each in model.document.root.iter()}
    found: list[Change] = []
    if name not in known:
        known[name] = free(name.replace(" ", "_"), taken)
        found.append({"kind": "add input", "id": known[name], "name": name, "type": of})
    column = free(f"{key}.{name.replace(' ', '_')}.in", taken)
    after = table.inputs[-1].id if table.inputs else ""
    return [
        *found,
        {"kind": "require", "decision": key, "needs": known[name]},
        {"kind": "add column", "table": table.id, "column": column, "of": "input", "after": after,
         "reads": name, "label": "", "type": of, "values": _listed(model, key, name)},
    ]  # fmt: skip


def without(model: Model, key: str, column: str) -> list[Change]:
    """The changes that take a column away, and the line to what nothing else there reads."""
    table = find(model, key)
    gone = next((each for each in table.inputs if each.id == column), None)
    if gone is None:
        raise Problem(_("There is no such column."), place=column, mend=_("Load the page again."))
    found: list[Change] = [{"kind": "remove column", "table": table.id, "column": column}]
    left = [each.expression for each in table.inputs if each.id != column]
    cells = [cell for rule in table.rules for cell in rule.inputs]
    needed = _ids(model)
    if gone.expression in needed and not any(gone.expression in each for each in (*left, *cells)):
        found.append({"kind": "unrequire", "decision": key, "needs": needed[gone.expression]})
    return found


def find(model: Model, key: str) -> DecisionTable:
    """The table of a decision, by its id. Raises `Problem` where there is none."""
    for decision in model.decisions:
        if decision.id == key and isinstance(decision.logic, DecisionTable):
            return decision.logic
    raise Problem(_("There is no such table."), place=key, mend=_("Load the page again."))


def _ids(model: Model) -> dict[str, str]:
    """What there is to be read, by name."""
    ids = {each.name: each.id for each in model.inputs}
    return ids | {each.name: each.id for each in model.decisions}


def free(wanted: str, taken: set[str]) -> str:
    """An id that nothing of the model has."""
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}_{number}"
    return found


FEEL = {"money": "number", "percent": "number", "number": "number", "boolean": "boolean",
        "date": "date", "text": "string", "choice": "string"}  # fmt: skip


def _type(model: Model, key: str, name: str) -> str:
    fact = refresh().get(name.replace(" ", "_"))
    if fact is not None:
        is_list = fact.type.startswith("list")
        types = {each.name for each in model.types}
        return fact.type if not is_list else "strings" if "strings" in types else ""
    field = _field(key, name)
    if field is not None:
        return FEEL[field.type]
    if name in GRADES and any(each.name == name for each in model.decisions):
        return "string"
    if name in STATED:
        return STATED[name]
    raise Problem(
        _("There is no fact “%(name)s”.") % {"name": name[:60]},
        place="column",
        mend=_("Choose one of the list."),
    )


def _field(key: str, name: str) -> requests.RequestField | None:
    kind = next((k for k in requests.all_kinds() if k.table == key), None)
    field = kind.field(name.replace(" ", "_")) if kind else None
    return field if field is not None and field.type in FEEL else None


def _listed(model: Model, key: str, name: str) -> str:
    """What can be chosen in the column: a field's choices; of a grade, what other tables list."""
    field = _field(key, name)
    if field is not None:
        return ", ".join(f'"{choice}"' for choice in (field.choices or {}))
    if name not in GRADES:
        return ""
    there = (each for table in model.tables.values() for each in table.inputs)
    return next((each.allowed for each in there if each.expression == name and each.allowed), "")
