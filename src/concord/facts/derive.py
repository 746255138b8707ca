"""Facts from records: for one customer in one round trip, for all customers in one query.

Both are compiled from the same expressions. Facts run with the system's rights: what a viewer may
see of the evidence is decided where it is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from concord.customers.as_one import AsOne
from concord.customers.rows import as_json
from concord.facts import own, query, reasons, tellers
from concord.facts.expression import read
from concord.facts.fact import UNKNOWN, Fact, FactValue, Value
from concord.facts.rows import untold
from concord.facts.times import When
from concord.kernel.errors import Problem
from concord.kernel.time import now, today

CHUNK: Final = 2_000  # customers a fetch


def derive(
    customer_id: UUID,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    unit: str | None = None,
    keys: Collection[str] | None = None,
) -> dict[str, FactValue]:
    """The facts of one customer (default: all of the catalogue) as of a date (default: today).

    `unit`, the key of a business unit, restricts unit facts to its records and to those that
    belong to no unit. A customer that was merged answers as its successor. Raises Problem for an
    unknown customer or fact.
    """
    facts, when = _chosen(keys), When(as_of or today(), known_at)
    return _derived(facts, customer_id, when, "one" if unit is not None else "all", unit)[""]


def derive_each(
    customer_id: UUID, *, as_of: date | None = None, keys: Collection[str] | None = None
) -> dict[str, dict[str, FactValue]]:
    """What `derive` gives for each business unit, by its key; in one round trip.

    Units in which there are no records that the facts read are alike: they stand once, at "".
    """
    facts, when = _chosen(keys), When(as_of or today(), None)
    return _derived(facts, customer_id, when, "each")


def derive_all(
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    unit: str | None = None,
    keys: Collection[str] | None = None,
) -> Iterator[tuple[UUID, dict[str, Value]]]:
    """Every customer with the values of the facts, from one query, fetched as it is consumed.

    A value that cannot be known is UNKNOWN. Must be consumed inside one transaction or to its end.
    """
    facts, when = _chosen(keys), When(as_of or today(), known_at)
    scope = query.scope_for(facts, one=False, then=known_at is not None, back=when.looks_back)
    statement = query.statement(facts, scope, "one" if unit is not None else "all")
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement.sql, _parameters(None, when, unit))
        while rows := cursor.fetchmany(CHUNK):
            for customer, *columns in rows:
                yield customer, _values(facts, columns)


def derive_some(
    customers: Collection[UUID],
    *,
    as_of: date,
    keys: Collection[str],
    unit: str | None = None,
) -> dict[UUID, dict[str, Value]]:
    """What `derive_all` gives, for these customers alone: each record of theirs is looked up.

    Who was merged into another is not among them. One query.
    """
    facts, when = _chosen(keys), When(as_of, None)
    scope = query.scope_for(facts, one=False, then=False, back=when.looks_back, some=True)
    statement = query.statement(facts, scope, "one" if unit is not None else "all")
    parameters = _parameters(None, when, unit) | {"customers": list(customers)}
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, parameters)
        return {row[0]: _values(facts, row[1:]) for row in cursor.fetchall()}


def derive_given(
    given: Sequence[AsOne],
    *,
    keys: Collection[str],
    as_of: date | None = None,
    unit: str | None = None,
) -> list[dict[str, Value]]:
    """The facts that some sets of profiles would have, were each a customer; in their order.

    One query, nothing is written. Facts of a group cannot be asked for (ValueError).
    """
    facts, when = _chosen(keys), When(as_of or today(), None)
    scope = query.scope_given(facts, back=when.looks_back)
    statement = query.statement(facts, scope, "one" if unit is not None else "all")
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, _parameters(None, when, unit) | _given(given, facts))
        rows = sorted(cursor.fetchall(), key=lambda row: row[0])
    return [_values(facts, row[1:]) for row in rows]


def relation(
    *,
    keys: Collection[str],
    as_of: date | None = None,
    given: Sequence[AsOne] | None = None,
    span: tuple[UUID, UUID] | None = None,
) -> tuple[str, dict[str, Any]]:
    """What `derive_all` gives, as a SELECT with its parameters for a query that reads on.

    Its columns are `customer` and each fact by its FEEL name; what cannot be known is null. Of sets
    of profiles that are `given`, the customer is their number. A `span` of customers, from the
    first id to the last, has each record of theirs looked up.
    """
    facts, when = _chosen(keys), When(as_of or today(), None)
    if given is None:
        spans = span is not None
        scope = query.scope_for(facts, one=False, then=False, back=when.looks_back, span=spans)
    else:
        scope = query.scope_given(facts, back=when.looks_back)
    sql = query.relation_sql(query.statement(facts, scope, "all"), facts)
    first, last = span or (None, None)
    parameters = _parameters(None, when, None) | {"first": first, "last": last}
    return sql, parameters | _given(given or (), facts)


@dataclass(frozen=True)
class OfDays:
    """Facts of many days: `sql` stands LATERAL beside a row of each day, whose columns `asked` of
    all customers (by their names) are to be worked out once a day: `days` adds them to a query."""

    sql: str
    asked: Mapping[str, str]

    def days(self, query: str, alias: str) -> str:
        """The query of the days, with `alias` for its rows, and what is asked once a day."""
        columns = "".join(f', ({sql}) AS "{name}"' for name, sql in self.asked.items())
        return f"SELECT {alias}.*{columns} FROM ({query}) {alias} OFFSET 0"  # noqa: S608


def relation_of_days(
    *, keys: Collection[str], back: bool, of: str, by_unit: bool = False
) -> OfDays:
    """What `derive_some` gives, for many days in one statement: LATERAL beside rows `of`.

    A row has the day as `on`, the instant when it is over as `day_over`, the `customers` as an
    array and, `by_unit`, the `unit` to whose records unit facts are restricted. `back` says that
    the days are over. Beside each fact `?name` says whether it is unknown. `%` is doubled, as for a
    query with parameters.
    """
    facts = _chosen(keys)
    scope = query.scope_for(facts, one=False, then=False, back=back, some=True)
    statement = query.statement(facts, scope, "one" if by_unit else "all")
    sql = query.relation_sql(statement, facts, doubts=True)
    # Whether anybody told of a type by the day is asked once a day, not once a customer.
    everyday = dict.fromkeys(untold(scope, fact.types) for fact in facts if fact.everyday)
    asked = {f"told {at}": text for at, text in enumerate(everyday)}
    for name, text in asked.items():
        sql = sql.replace(text, f'{of}."{name}"')
    return OfDays(_at(sql, of), {name: _at(text, of) for name, text in asked.items()})


def _at(sql: str, of: str) -> str:
    """With columns of a row in the place of the parameters of a day."""
    for name, column in _OF_A_DAY.items():
        sql = sql.replace(f"%({name})s", f'{of}."{column}"')
    return sql


_OF_A_DAY: Final = {
    "as_of": "on",
    "today": "on",
    "day_over": "day_over",
    "customers": "customers",
    "unit": "unit",
}


def _values(facts: tuple[Fact, ...], columns: Sequence[Any]) -> dict[str, Value]:
    """From value and mask of each fact, in order."""
    return {
        fact.key: UNKNOWN if columns[2 * at + 1] else settled(fact, columns[2 * at])
        for at, fact in enumerate(facts)
    }


def settled(fact: Fact, value: Any) -> Value:
    """The fact's value: its empty value for null, lists in order."""
    if value is None:
        return fact.empty
    return sorted(value) if isinstance(value, list) else value


def evidence_ids(
    customer_id: UUID,
    fact: Fact,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    unit: str | None = None,
) -> list[int]:
    """The ids of the records that the fact rests on, oldest first by id."""
    when = When(as_of or today(), known_at)
    scope = query.scope_for((fact,), one=True, then=known_at is not None, back=when.looks_back)
    statement = query.evidence(fact, scope, "one" if unit is not None else "all")
    return sorted({row[0] for row in statement.fetch(_parameters(customer_id, when, unit))})


def _chosen(keys: Collection[str] | None) -> tuple[Fact, ...]:
    facts = own.all_facts()
    if keys is None:
        return tuple(facts.offered())
    if any(key not in facts for key in keys):
        facts = own.refresh()
    unknown = [key for key in keys if key not in facts]
    if unknown:
        raise Problem(
            f"There is no fact “{unknown[0]}”.", mend=f"The facts are: {', '.join(facts)}."
        )
    return tuple(fact for key, fact in facts.items() if key in keys)


def _derived(
    facts: tuple[Fact, ...],
    customer_id: UUID,
    when: When,
    units: query.Units,
    unit: str | None = None,
) -> dict[str, dict[str, FactValue]]:
    """The facts of the customer, or of the one it was merged into, by unit; all and one: at ""."""
    scope = query.scope_for(facts, one=True, then=when.known_at is not None, back=when.looks_back)
    statement = query.statement(facts, scope, units)
    seen = {customer_id}
    while True:
        rows = statement.prepared.fetch(_parameters(customer_id, when, unit))
        if not rows and units != "each":  # a company without units
            raise Problem("There is no such customer.", place=str(customer_id))
        merged_into = rows[0][-1] if rows else None
        if when.known_at is not None or merged_into is None or merged_into in seen:
            return _fact_values(facts, rows, when)
        customer_id = merged_into
        seen.add(customer_id)


def _parameters(customer_id: UUID | None, when: When, unit: str | None) -> dict[str, Any]:
    return {
        "customer": customer_id,
        "as_of": when.as_of,
        "today": when.as_of,
        "day_over": when.day_over,
        "known_at": when.known_at,
        "unit": unit,
    }


def _given(given: Sequence[AsOne], facts: tuple[Fact, ...]) -> dict[str, Any]:
    """Sets of profiles as parameters; of their golden values, those that the facts read."""
    attributes = {name for fact in facts for name in read(fact.expression).attributes}
    return {
        "numbers": list(range(len(given))),
        "goldens": [
            as_json({name: each.golden[name] for name in attributes & each.golden.keys()})
            for each in given
        ],
        "whose": [number for number, each in enumerate(given) for _ in each.profiles],
        "profiles": [profile for each in given for profile in each.profiles],
    }


def _fact_values(
    facts: tuple[Fact, ...], rows: list[tuple[Any, ...]], when: When
) -> dict[str, dict[str, FactValue]]:
    """The lines of one customer by their unit; who tells of what is the same in each."""
    if not rows:
        return {}
    told, sources, attributes, _unit, _merged_into = rows[0][3 * len(facts) :]
    speakers = _Speakers(told or [], sources or [], attributes or {}, when)
    told_by = [speakers.of(fact) for fact in facts]
    return {
        row[-2] or "": {
            fact.key: _fact_value(fact, row[3 * at : 3 * at + 3], when, told_by[at])
            for at, fact in enumerate(facts)
        }
        for row in rows
    }


def _fact_value(fact: Fact, columns: Sequence[Any], when: When, told_by: Tellers) -> FactValue:
    value, mask, records = columns
    names, late, oldest = told_by
    return FactValue(
        key=fact.key,
        value=UNKNOWN if mask else settled(fact, value),
        state="unknown" if mask else "stale" if late else "known",
        as_of=when.as_of,
        sources=names,
        late_sources=late,
        oldest_word=oldest,
        records=records,
        reasons=reasons.codes(mask),
    )


# A fact's sources, those of them that are late, and the oldest last word.
Tellers = tuple[tuple[str, ...], tuple[str, ...], datetime | None]


class _Speakers:
    """Which sources tell of what for this customer, and which of them are late.

    A source tells of a type for the customer when a record of that type here is its, or when it
    knows the customer and tells of that type elsewhere: its silence is then a word too. Of an
    attribute of the customer, the source tells whose value survived.
    """

    def __init__(
        self,
        told: list[str],
        sources: list[list[Any]],
        attributes: dict[str, list[str | None]],
        when: When,
    ) -> None:
        self.when = when
        self.names = {number: key for number, key, _, _ in sources}
        self.spoke = {number: _instant(last) for number, _, last, _ in sources}
        self.promise = {
            number: timedelta(seconds=float(within))
            for number, _, _, within in sources
            if within is not None
        }
        self.types: dict[str, set[int]] = {}
        for pair in told:
            type_key, _, source = pair.partition(" ")
            self.types.setdefault(type_key, set()).add(int(source))
        for number, types in tellers.types_of(self.names).items():
            for type_key in types:
                self.types.setdefault(type_key, set()).add(number)
        numbers = {key: number for number, key in self.names.items()}
        self.attributes = {
            name: (numbers[key], _instant(since))
            for name, (key, since) in attributes.items()
            if key in numbers
        }

    def of(self, fact: Fact) -> Tellers:
        numbers = {number for each in fact.types for number in self.types.get(each, ())}
        names = read(fact.expression).attributes
        told = [self.attributes[name] for name in names if name in self.attributes]
        numbers |= {number for number, _ in told}
        late = [number for number in numbers if self.is_late(number)]
        words = [self.spoke[number] for number in numbers]
        words += [since for number, since in told if self.spoke[number] is None]
        said = [word for word in words if word is not None]
        return self._keys(numbers), self._keys(late), min(said, default=None)

    def is_late(self, number: int) -> bool:
        """Whether the source kept silent for longer than it promised, up to the day asked for.

        When it spoke by an earlier `known_at` is not kept, so nothing is called late there.
        """
        promise, spoke = self.promise.get(number), self.spoke[number]
        if promise is None or self.when.known_at is not None:
            return False
        return spoke is None or min(now(), self.when.day_over) - spoke > promise

    def _keys(self, numbers: Collection[int]) -> tuple[str, ...]:
        return tuple(sorted(self.names[number] for number in numbers))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
