# ruff: noqa: S608 - only names and constants of our own are put together; values are bound
"""How records are read as of two times: the SQL of one relation that every fact aggregates.

`Rows.sql()` is a SELECT with a line a record: `customer`, `own` (false for a record of another
member of the group), `id`, `type`, `source_id`, `unit`, a column for each field that is used, and
`?field` with the reasons (see `reasons`) why the field is unknown in that line, 0 where it is
known. Parameters: `customer` (for one), `customers` (for some), `first` and `last` (for a span),
`as_of`, `day_over`, `known_at`.

Today's facts read the current rows alone; versions are read where `known_at` is given, and, for
fields that are only observed, where `as_of` lies in the past.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from concord.facts import lists, reasons
from concord.facts.fact import Type
from concord.facts.lists import ListField
from concord.records.types import Rule

NULLS: Final[dict[Type, str]] = {
    "number": "numeric",
    "boolean": "boolean",
    "date": "date",
    "string": "text",
}
_COLUMNS: Final = (
    *("type", "source_id", "profile_id", "parent_id", "opened_at", "due_at", "closed_at"),
    *("status", "amount", "currency", "unit_id", "data", "known_from"),
)
DEFAULT_CURRENCY: Final = "EUR"  # of a company that has not yet said
_LONE: Final = ("age", "days_open", "type", "unit", "opened", "closed")  # alike in every list


@dataclass(frozen=True)
class Scope:
    """Whose records, and at which kind of times: one way of compiling for each.

    `one`: for the customer of the parameter, else for all. `group`: with the other members of the
    group. `then`: as known at `known_at`. `back`: the day `as_of` is over, so that fields that are
    only observed must have been seen by its end. `given`: for sets of profiles, of the parameters
    `whose` (numbers) and `profiles`, as if each were a customer; never with `group` or `then`.
    `some`: for the customers of the parameter `customers`. `span`: those from `first` to `last`.
    """

    one: bool = True
    group: bool = False
    then: bool = False
    back: bool = False
    given: bool = False
    some: bool = False
    span: bool = False

    @property
    def few(self) -> bool:
        """Whether few customers are asked about, so that each record is looked up."""
        return self.one or self.given or self.some or self.span

    def known(self, alias: str) -> str:
        """The condition on a table with `known_from` and `known_to`."""
        if not self.then:
            return f"{alias}.known_to IS NULL"
        return (
            f"{alias}.known_from <= %(known_at)s"
            f" AND ({alias}.known_to IS NULL OR {alias}.known_to > %(known_at)s)"
        )


FIRM: Final = (
    "firm AS MATERIALIZED (SELECT coalesce("
    f"(SELECT currency FROM kernel_company WHERE id = 1), '{DEFAULT_CURRENCY}') AS currency)"
)


# Members --------------------------------------------------------------------------------------


def members(scope: Scope) -> str:
    """CTEs that end in `members(customer, own, profile_id)`: whose profiles count for whom."""
    if scope.given:
        return (
            "members AS (SELECT n.customer, true AS own, n.profile_id"
            " FROM unnest(%(whose)s::int[], %(profiles)s::uuid[]) n(customer, profile_id))"
        )
    if not scope.group:
        chosen = " AND m.customer_id = %(customer)s" if scope.one else ""
        if scope.some:
            chosen = " AND m.customer_id = ANY(%(customers)s)"
        if scope.span:
            chosen = " AND m.customer_id BETWEEN %(first)s AND %(last)s"
        return (
            "members AS (SELECT m.customer_id AS customer, true AS own, m.profile_id"
            f" FROM customers_membership m WHERE {scope.known('m')}{chosen})"
        )
    return ", ".join(
        [
            _edges(scope),
            _closure("above", "SELECT customer, customer", "child", "parent", scope),
            _closure("below", "SELECT customer, member", "parent", "child", scope),
            "members AS (SELECT b.customer, b.member = b.customer AS own, m.profile_id"
            f" FROM below b JOIN customers_membership m ON m.customer_id = b.member"
            f" AND {scope.known('m')})",
        ]
    )


def _edges(scope: Scope) -> str:
    """`edges(child, parent)`: a function of where it starts when it is asked for one customer."""
    start = "VALUES (%(customer)s::uuid)"
    if scope.some:
        start = "SELECT unnest(%(customers)s::uuid[])"
    elif scope.span:
        start = "SELECT id FROM customers_customer WHERE id BETWEEN %(first)s AND %(last)s"
    elif not scope.one:
        start = (
            f"SELECT DISTINCT m.customer_id FROM customers_membership m WHERE {scope.known('m')}"
        )
    return f"start(customer) AS ({start})"


def _closure(name: str, seed: str, at: str, to: str, scope: Scope) -> str:
    """`name(customer, member)`: from each start along the edges, as far as they lead."""
    source = "start" if name == "above" else "above"
    here, there = ("from", "to") if at == "child" else ("to", "from")
    return (
        f"{name}(customer, member) AS ({seed} FROM {source} UNION"
        f" SELECT w.customer, mt.customer_id FROM {name} w"
        f" JOIN customers_membership mf ON mf.customer_id = w.member AND {scope.known('mf')}"
        f" JOIN customers_relationship e ON e.{here}_profile_id = mf.profile_id"
        " AND e.kind = 'part_of'"
        " AND (e.valid_from IS NULL OR e.valid_from <= %(as_of)s)"
        " AND (e.valid_to IS NULL OR e.valid_to > %(as_of)s)"
        f" AND {scope.known('e')}"
        f" JOIN customers_membership mt ON mt.profile_id = e.{there}_profile_id"
        f" AND {scope.known('mt')})"
    )


# Records --------------------------------------------------------------------------------------


def records(scope: Scope, where: str = "", within: str = "") -> str:
    """Records in the state that is, or was, known. `where` may use `r`, `within` the state `s`."""
    columns = ", ".join(
        f"r.{each}" if each in ("type", "source_id") else f"s.{each}" for each in _COLUMNS
    )
    now_columns = columns.replace("s.", "r.")
    now = f"SELECT r.id, {now_columns} FROM records_record r WHERE r.withdrawn_at IS NULL"
    now += _and(where) + _and(within.replace("s.", "r."))
    if not scope.then:
        return now
    then = (
        f"SELECT r.id, {columns} FROM records_recordversion s"
        " JOIN records_record r ON r.id = s.record_id"
        " WHERE s.known_from <= %(known_at)s AND s.known_to > %(known_at)s"
    )
    return f"{now} AND r.known_from <= %(known_at)s UNION ALL {then}{_and(where)}{_and(within)}"


def untold(scope: Scope, types: tuple[str, ...]) -> str:
    """The reason if by the day nobody had told of a single record of these types, of whomever."""
    wanted = ", ".join(f"'{each}'" for each in types)
    seen = records(
        scope, f"r.type IN ({wanted})", "(s.opened_at IS NULL OR s.opened_at <= %(as_of)s)"
    )
    return f"CASE WHEN EXISTS ({seen}) THEN 0 ELSE {reasons.UNTOLD} END"


def _and(condition: str) -> str:
    return f" AND ({condition})" if condition else ""


@dataclass(frozen=True)
class Rows:
    """The relation for these lists and fields: `used` are pairs (list, field)."""

    scope: Scope
    used: frozenset[tuple[str, str]]
    lists: tuple[str, ...]

    @property
    def types(self) -> tuple[str, ...]:
        found = (each for name in self.lists for each in lists.record_list(name).types)
        return tuple(sorted(set(found)))

    def sql(self) -> str:
        scope = self.scope
        wanted = ", ".join(f"'{each}'" for each in self.types)
        seen = records(
            scope,
            f"r.type IN ({wanted})" if wanted else "false",
            "(s.opened_at IS NULL OR s.opened_at <= %(as_of)s)"
            + (" AND s.profile_id IN (SELECT profile_id FROM members)" if scope.few else ""),
        )
        columns = ["m.customer", "m.own", "s.id", "s.type", "s.source_id"]
        for name, column in self.columns().items():
            columns.append(f'{column.value} AS "{name}"')
            if column.unknown != "0":
                columns.append(f'{column.unknown} AS "?{name}"')
        return (
            f"SELECT {', '.join(columns)} FROM (SELECT s.*,"
            " CASE WHEN s.closed_at <= %(as_of)s THEN s.closed_at END AS closed"
            f" FROM ({seen}) s) s JOIN members m ON m.profile_id = s.profile_id CROSS JOIN firm f"
            f" {' '.join(self.joins())} OFFSET 0"
        )

    def columns(self) -> dict[str, Column]:
        """The columns by name; several lists share one where it is declared alike."""
        found: dict[str, Column] = {"unit": Column(_UNIT)}
        for name, field in sorted(self.used):
            found[self.column(name, field)] = self._column(name, lists.field_of(name, field))
        return found

    def column(self, name: str, field: str) -> str:
        """The name of the column in which a field of a list stands."""
        if field in _LONE:
            return field
        return f"{name}.{field}"

    def doubtful(self, name: str, field: str) -> bool:
        """Whether the field can be unknown in a line."""
        return self._column(name, lists.field_of(name, field)).unknown != "0"

    def joins(self) -> list[str]:
        """What has to be looked up beside the record itself."""
        scope, names = self.scope, {field for _, field in self.used}
        joins = ["LEFT JOIN kernel_unit u ON u.id = s.unit_id"]
        if self._observes():
            joins.append(
                "LEFT JOIN records_recordversion o ON o.record_id = s.id"
                " AND s.known_from >= %(day_over)s"
                " AND o.known_from < %(day_over)s AND o.known_to >= %(day_over)s"
            )
        if not scope.few and "outstanding" in names:
            joins.append(
                f"LEFT JOIN (SELECT a.invoice_id, sum(a.amount) AS settled {_allocations(scope)}"
                " GROUP BY a.invoice_id) p ON p.invoice_id = s.id"
            )
        if not scope.few and "disputed" in names:
            joins.append(f"LEFT JOIN ({_disputed_invoices(scope)}) d ON d.invoice_id = s.id")
        if "latest" in names:
            joins.append(f"LEFT JOIN ({_latest_balances(scope)}) b ON b.id = s.id")
        return joins

    def _observes(self) -> bool:
        fields = (lists.field_of(name, field) for name, field in self.used)
        return self.scope.back and any(each.rule is not Rule.FIXED for each in fields)

    def _column(self, name: str, field: ListField) -> Column:
        if field.name == "days_late":
            due = _kept(name, lists.field_of(name, "due"), self.scope)
            return Column(f"greatest(0, {_OVER} - {due.value})", due.unknown)
        if field.origin == "derived":
            return _DERIVED[field.name](self.scope)
        return _kept(name, field, self.scope)


# Columns --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """The SQL of a field, and of the reasons why it is unknown."""

    value: str
    unknown: str = "0"


_UNIT: Final = "u.key"
_OVER: Final = "coalesce(s.closed, %(as_of)s::date)"
_PLAIN: Final = {
    "opened": "{0}.opened_at",
    "due": "{0}.due_at",
    "closed": "s.closed",
    "status": "nullif({0}.status, '')",
    "amount": "{0}.amount",
    "currency": "coalesce(nullif({0}.currency, ''), f.currency)",
    "unit": _UNIT,
    "type": "s.type",
}


def _kept(name: str, field: ListField, scope: Scope) -> Column:
    """A column or a declared field, observed if its rule asks for it and the day is over."""
    here = _value(name, field, "s")
    if field.rule is Rule.FIXED or not scope.back:
        value, unknown = here.value, here.unknown
    else:
        there = _value(name, field, "o")
        seen_later = "s.known_from >= %(day_over)s"
        if field.name == "status":
            seen_later += " AND s.closed IS NULL"
        value = f"CASE WHEN {seen_later} THEN {there.value} ELSE {here.value} END"
        unknown = (
            f"CASE WHEN NOT ({seen_later}) THEN {here.unknown}"
            f" WHEN o.id IS NOT NULL THEN {there.unknown}"
            f" WHEN {_raw(field, 's')} IS NOT NULL THEN {reasons.UNOBSERVED} ELSE 0 END"
        )
    if field.rule is Rule.DATED:
        return _dated(field, Column(value, unknown), here)
    return Column(value, unknown)


def _dated(field: ListField, observed: Column, here: Column) -> Column:
    """From its date on as said, before it null; without a date as it was observed."""
    since = {"opened": "s.opened_at", "due": "s.due_at", "closed": "s.closed_at"}.get(
        field.dated_by, f"(s.data->>'{field.dated_by}')::date"
    )
    return Column(
        f"CASE WHEN {since} IS NULL THEN {observed.value}"
        f" WHEN {since} <= %(as_of)s THEN {here.value} END",
        f"CASE WHEN {since} IS NULL THEN {observed.unknown}"
        f" WHEN {since} <= %(as_of)s THEN {here.unknown} ELSE 0 END",
    )


def _raw(field: ListField, of: str) -> str:
    if field.origin == "data":
        return f"({of}.data->>'{field.name}')"
    return _PLAIN[field.name].format(of)


def _value(name: str, field: ListField, of: str) -> Column:
    raw = _raw(field, of)
    if field.origin == "data" and field.type != "string":
        among = ", ".join(f"'{each}'" for each in lists.record_list(name).types)
        raw = f"CASE WHEN s.type IN ({among}) THEN {raw}::{NULLS[field.type]} END"
    if not field.is_money:
        return Column(raw)
    return _money(raw, of)


def _money(amount: str, of: str = "s") -> Column:
    """Converted at the rate of the day on which the record was opened: what was invoiced stays."""
    rate = (
        f"(SELECT x.rate FROM kernel_exchangerate x WHERE x.currency = {of}.currency"
        ' AND x."on" <= coalesce(s.opened_at, %(as_of)s) ORDER BY x."on" DESC LIMIT 1)'
    )
    home = f"{of}.currency IN ('', f.currency)"
    return Column(
        f"CASE WHEN {home} THEN {amount} ELSE round({amount} * {rate}, 4) END",
        f"CASE WHEN {home} OR {amount} IS NULL OR {rate} IS NOT NULL"
        f" THEN 0 ELSE {reasons.NO_RATE} END",
    )


def _outstanding(scope: Scope) -> Column:
    settled = "p.settled"
    if scope.few:
        settled = f"(SELECT sum(a.amount) {_allocations(scope)} AND a.invoice_id = s.id)"
    money = _money(f"(s.amount - coalesce({settled}, 0))")
    return Column(
        f"CASE WHEN s.closed IS NOT NULL THEN 0 ELSE {money.value} END",
        f"CASE WHEN s.closed IS NOT NULL THEN 0 WHEN s.amount IS NULL THEN {reasons.MISSING}"
        f" ELSE {_money('s.amount').unknown} END",
    )


def _allocations(scope: Scope) -> str:
    """What settled parts of invoices by the day; a payment that was taken back settles nothing."""
    payment = "y.id = a.payment_id AND y.withdrawn_at IS NULL"
    if scope.then:
        payment = (
            f"{payment} AND y.known_from <= %(known_at)s OR EXISTS (SELECT FROM"
            " records_recordversion v WHERE v.record_id = a.payment_id"
            " AND v.known_from <= %(known_at)s AND v.known_to > %(known_at)s)"
        )
    return (
        "FROM records_allocation a"
        f" WHERE a.at <= %(as_of)s AND {scope.known('a')}"
        f" AND EXISTS (SELECT FROM records_record y WHERE {payment})"
    )


def _disputed(scope: Scope) -> Column:
    flag = "coalesce(CASE WHEN s.type = 'invoice' THEN (s.data->>'disputed')::boolean END, false)"
    about = "d.invoice_id IS NOT NULL"
    if scope.few:
        about = f"EXISTS (SELECT FROM ({_disputed_invoices(scope)}) d WHERE d.invoice_id = s.id)"
    return Column(f"({flag} OR {about})")


def _disputed_invoices(scope: Scope) -> str:
    """The invoices that an open dispute belongs to or is linked with, in either direction."""
    disputes = records(
        scope,
        "r.type = 'dispute'",
        "(s.opened_at IS NULL OR s.opened_at <= %(as_of)s)"
        " AND (s.closed_at IS NULL OR s.closed_at > %(as_of)s)",
    )
    linked = f"FROM records_recordlink l JOIN ({disputes}) q"
    return (
        f"SELECT q.parent_id AS invoice_id FROM ({disputes}) q WHERE q.parent_id IS NOT NULL"
        f" UNION SELECT l.to_record_id {linked} ON q.id = l.from_record_id WHERE {scope.known('l')}"
        f" UNION SELECT l.from_record_id {linked} ON q.id = l.to_record_id WHERE {scope.known('l')}"
    )


def _latest_balances(scope: Scope) -> str:
    within = "(s.opened_at IS NULL OR s.opened_at <= %(as_of)s)"
    if scope.few:
        within += " AND s.profile_id IN (SELECT profile_id FROM members)"
    balances = records(scope, "r.type = 'balance'", within)
    return (
        f"SELECT DISTINCT ON (q.profile_id, q.unit_id) q.id FROM ({balances}) q"
        " ORDER BY q.profile_id, q.unit_id, q.opened_at DESC NULLS LAST, q.id DESC"
    )


_DERIVED: Final[dict[str, Callable[[Scope], Column]]] = {
    "outstanding": _outstanding,
    "disputed": _disputed,
    "latest": lambda scope: Column("(b.id IS NOT NULL)"),
    "age": lambda scope: Column("(%(as_of)s::date - s.opened_at)"),
    "days_open": lambda scope: Column(f"({_OVER} - s.opened_at)"),
}
