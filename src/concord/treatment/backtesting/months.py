# ruff: noqa: S608 - only names and constants of our own are put together; values are bound
"""A month of a back-test, worked out in the database.

Three steps: the acts with what became of them; what was true of their customers on each act's day,
one statement for all days; both policies over all acts, grouped by the rules that held. Only the
few groups are looked at here: whether what decided was known is asked of the policy itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from psycopg import sql as quoting

from concord import dmn
from concord.customers.rows import fetch, run
from concord.dmn.model import Model
from concord.dmn.result import MatchedRule
from concord.facts.compiled import inlined
from concord.facts.derive import relation_of_days
from concord.facts.own import all_facts, refresh
from concord.kernel.errors import Problem
from concord.kernel.time import now, today, zone
from concord.treatment import requests
from concord.treatment.backtesting.sums import Became, Counted, Said, Sum, Why
from concord.treatment.inputs import ELSEWHERE
from concord.treatment.keeping import acts
from concord.treatment.policy.apart import act_alone
from concord.treatment.policy_facts import HOLDS, is_fact, of_units, read_by
from concord.treatment.requests import RequestKind
from concord.treatment.treat import decision_for, rests_on

SETTINGS: Final = "SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"
_UNQUOTED: Final = re.compile(r"%\((today|now)\)s")

ACTS: Final = """
CREATE TEMP TABLE act AS
SELECT a.id, a.customer_id AS customer, a.request, a."on", a.unit, a.amount,
       ((a."on" + 1)::timestamp AT TIME ZONE %(zone)s) AS day_over,
       EXISTS (
           SELECT FROM treatment_lift l
           JOIN customers_customer was ON was.id = l.customer_id
           WHERE coalesce(was.merged_into_id, was.id) = a.customer_id AND l.request = a.request
             AND a."on" BETWEEN l.starts_on AND l.ends_on
             AND (l.withdrawn_at IS NULL
                  OR (l.withdrawn_at AT TIME ZONE %(zone)s)::date >= a."on")
             AND (l.amount IS NULL OR a.amount <= l.amount)) AS exception,
       CASE WHEN b.is_returned THEN 'returned' WHEN b.is_due IS NOT TRUE THEN 'nobody_knows'
            WHEN b.is_open THEN 'never_paid' WHEN b.is_late THEN 'paid_late'
            WHEN b.is_not_due THEN 'not_due' ELSE 'paid'
       END AS became
FROM ({acts}) a JOIN records_record r ON r.id = a.id
CROSS JOIN LATERAL (
    SELECT bool_or(i.type = 'goods_return') AS is_returned,
           bool_or(i.type = 'invoice' AND i.due_at IS NOT NULL) AS is_due,
           bool_or(i.type = 'invoice' AND i.due_at < %(today)s AND i.closed_at IS NULL) AS is_open,
           bool_or(i.type = 'invoice' AND i.due_at >= %(today)s AND i.closed_at IS NULL)
               AS is_not_due,
           bool_or(i.type = 'invoice' AND i.closed_at > i.due_at) AS is_late
    FROM (SELECT r.type, r.due_at, r.closed_at WHERE r.type = 'invoice'
          UNION ALL
          SELECT c.type, c.due_at, c.closed_at FROM records_record c
          WHERE c.parent_id = r.id AND c.withdrawn_at IS NULL AND c.status <> 'cancelled'
            AND c.type IN ('invoice', 'goods_return')
          UNION ALL
          SELECT c.type, c.due_at, c.closed_at FROM records_record c
          WHERE c.parent_id = r.parent_id AND c.withdrawn_at IS NULL AND c.status <> 'cancelled'
            AND c.type IN ('invoice', 'goods_return')) i
) b
"""
DAYS: Final = """
SELECT "on", day_over, {unit}array_agg(DISTINCT customer) AS customers FROM act
WHERE (day_over <= %(now)s) = %(back)s{only} GROUP BY "on", day_over{by}
"""


def spans(since: date, until: date) -> list[tuple[date, date]]:
    """The days from `since` to `until` by months: the first and the last day of each."""
    found = []
    while since <= until:
        following = (since.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append((since, min(until, following - timedelta(days=1))))
        since = following
    return found


@dataclass(frozen=True, slots=True)
class Compiled:
    """A decision of a policy over the row `f` of an act: its `act`, and of each table (by the
    decision's name) the numbers of the rules that held."""

    model: Model
    decision: str
    sql: str
    act: str
    tables: tuple[str, ...]

    def said(self, act: str | None, held: Sequence[Any], unknown: set[str]) -> tuple[Said, Why]:
        if act is None:
            return "cannot_judge", "no rule"
        if act == "ask":
            return "cannot_judge", "asks"
        matched = {
            name: self._rule(name, numbers[-1])
            for name, numbers in zip(self.tables, held, strict=True)
            if numbers
        }
        if not unknown.isdisjoint(rests_on(self.model, matched, self.decision)):
            return "cannot_judge", "unknown fact"
        return ("go_ahead" if act == "go ahead" else "held"), ""

    def _rule(self, name: str, number: int) -> MatchedRule:
        table = self.model.tables[name]
        return MatchedRule(name, table.id, table.rules[number - 1].id, number)


class Backtester:
    """Two policies over the acts of requests (all, where none is named), month by month."""

    def __init__(self, models: tuple[Model, Model], named: Sequence[str] = ()) -> None:
        self.models = models
        refresh()
        self.deeds = acts.deeds(named)
        self.kinds = {deed.request: requests.named(deed.request) for deed in self.deeds}
        self.keys = read_by(*models)
        self.compiled: dict[str, tuple[Compiled, Compiled]] = {
            key: (_compiled(models[0], kind), _compiled(models[1], kind))
            for key, kind in self.kinds.items()
        }

    @transaction.atomic
    def month(self, since: date, until: date) -> list[Counted]:
        """The acts of these days, which are of one month."""
        if not self.deeds:
            return []
        fetch(SETTINGS)
        said = {"since": since, "until": until, "zone": zone().key, "today": today()}
        run(ACTS.replace("{acts}", acts.select(self.deeds)), said)
        self._tell_facts()
        counted = [each for kind in self.kinds.values() for each in self._counted(kind, since)]
        run("DROP TABLE act, whole, part")
        return _summed(counted)

    def _tell_facts(self) -> None:
        """The tables `whole` and `part`: what was true of each customer on each day, of the whole
        company and of the business unit that acted."""
        run("ANALYZE act")
        for table, by_unit in (("whole", False), ("part", True)):
            begin = f"CREATE TEMP TABLE {table} AS"
            for back in (True, False):  # of today, what is told last counts
                said = {"now": now(), "back": back, "zone": zone().key}
                run(f"{begin} {self._facts[by_unit, back]}", said)
                begin = f"INSERT INTO {table}"
            run(f"ANALYZE {table}")

    @cached_property
    def _facts(self) -> dict[tuple[bool, bool], str]:
        """Facts of the days, by whether of business units and whether the days are over."""
        return {
            (by_unit, back): self._facts_sql(by_unit, back)
            for by_unit in (False, True)
            for back in (False, True)
        }

    def _facts_sql(self, by_unit: bool, back: bool) -> str:
        keys = of_units(self.keys) if by_unit else {*self.keys, HOLDS}
        days = DAYS.format(
            unit="unit, " if by_unit else "",
            by=", unit" if by_unit else "",
            only=" AND unit IS NOT NULL" if by_unit else "",
        )
        facts = relation_of_days(keys=keys, back=back, of="d", by_unit=by_unit)
        unit = "d.unit, " if by_unit else ""
        return (
            f'SELECT d."on", {unit}f.* FROM ({facts.days(days, "d")}) d'
            f" CROSS JOIN LATERAL ({facts.sql}) f"
        )

    # Both policies over the acts of a request ---------------------------------------------------

    def _counted(self, kind: RequestKind, since: date) -> Iterator[Counted]:
        both = self.compiled[kind.key]
        groups = ["f.became", "f.gone", "f.unknown"]
        for at, each in enumerate(both):
            groups += [f'p{at}."{each.act}"' if each.act else "NULL::text"]
            groups += [f'p{at}."matched {name}"' for name in each.tables]
        names = [f"{sql} AS k{at}" for at, sql in enumerate(groups)]
        keys = ", ".join(f"k{at}" for at in range(len(groups)))
        rows = fetch(
            f"SELECT {keys}, count(*), coalesce(sum(amount), 0),"
            " count(*) FILTER (WHERE amount IS NULL) FROM ("
            f"SELECT f.amount, {', '.join(names)} FROM ({self._row()}) f"
            f" CROSS JOIN LATERAL ({both[0].sql}) p0 CROSS JOIN LATERAL ({both[1].sql}) p1"
            f" OFFSET 0) g GROUP BY {keys}",
            {"request": kind.key, "zone": zone().key},
        )
        for became, gone, unknown, *told in rows:
            *rules, count, money, priceless = told
            doubts = set(unknown)
            answers: list[tuple[Said, Why]] = []
            for each in both:
                act, held = rules[0], rules[1 : 1 + len(each.tables)]
                rules = rules[1 + len(each.tables) :]
                answers.append(("cannot_judge", "gone") if gone else each.said(act, held, doubts))
            (before, why), (after, other) = answers
            yield Counted(
                since.replace(day=1), kind.key, before, after, became, why or other,
                Sum(count, money, priceless),
            )  # fmt: skip

    def _row(self) -> str:
        """An act with the facts that answer it, by their FEEL names, and which are unknown."""
        columns = ["a.amount", 'a."on"', "a.exception", "a.became", "w.customer IS NULL AS gone"]
        doubts = []
        for key in self.keys:
            fact = all_facts()[key]
            value, doubt = f'w."{fact.name}"', f'w."?{fact.name}"'
            if fact.unit:
                value, doubt = (
                    f'CASE WHEN a.unit IS NULL THEN w."{name}" ELSE u."{name}" END'
                    for name in (fact.name, f"?{fact.name}")
                )
            columns.append(f'{value} AS "{fact.name}"')
            doubts.append((fact.name, doubt))
        for key, (value, doubt) in _elsewhere().items():
            columns.append(f'{value} AS "{key.replace("_", " ")}"')
            doubts.append((key.replace("_", " "), doubt))
        listed = ", ".join(f"CASE WHEN {doubt} THEN '{name}' END" for name, doubt in doubts)
        columns.append(f"array_remove(ARRAY[{listed}], NULL) AS unknown")
        return (
            f"SELECT {', '.join(columns)} FROM act a"
            ' LEFT JOIN whole w ON w."on" = a."on" AND w.customer = a.customer'
            ' LEFT JOIN part u ON u."on" = a."on" AND u.unit = a.unit AND u.customer = a.customer'
            " WHERE a.request = %(request)s"
        )


def _elsewhere() -> dict[str, tuple[str, str]]:
    """Value and doubt of what is elsewhere: no trouble for the whole company as far as it is known,
    for a unit a hold of another one and what is overdue beyond its own part."""
    held, overdue = (
        all_facts()[ELSEWHERE[key]].name for key in ("hold_elsewhere", "overdue_elsewhere")
    )
    holds = all_facts()[HOLDS].name
    beyond = f'w."{overdue}" - u."{overdue}"'
    return {
        "hold_elsewhere": (
            f'CASE WHEN a.unit IS NULL THEN CASE WHEN w."{held}" IS NOT NULL THEN false END'
            f' WHEN NOT w."?{holds}" THEN EXISTS (SELECT FROM unnest(w."{holds}") k(unit)'
            " WHERE k.unit <> a.unit) END",
            f'CASE WHEN a.unit IS NULL THEN w."?{held}" ELSE w."?{holds}" END',
        ),
        "overdue_elsewhere": (
            f'CASE WHEN a.unit IS NULL THEN CASE WHEN w."{overdue}" IS NOT NULL THEN 0 END'
            f" ELSE {beyond} END",
            f'CASE WHEN a.unit IS NULL THEN w."?{overdue}" ELSE {beyond} IS NULL END',
        ),
    }


def _compiled(model: Model, kind: RequestKind) -> Compiled:
    """A policy without a table for it says nothing. Raises `Problem` where it does not compile."""
    if not {kind.table, requests.ANY_OTHER} & {each.id for each in model.decisions}:
        return Compiled(model, "", "SELECT", "", ())
    decision = decision_for(model, kind.table)
    columns = {each.name: _input_sql(each.name, kind) for each in model.inputs}
    try:
        compiled = act_alone(model, decision).sql(decision, source="(SELECT f.*)", columns=columns)
    except dmn.SqlRefusedError as error:
        raise Problem(
            _("What would have been said cannot be worked out: %(why)s") % {"why": error},
            place=decision,
        ) from error
    days = {"today": 'f."on"', "now": "((f.\"on\" + time '12:00') AT TIME ZONE %(zone)s)"}
    text = _UNQUOTED.sub(lambda found: days[found[1]], inlined(compiled.text, compiled.params))
    table = model.tables.get(decision)
    has_act = table is not None and any(each.name == "act" for each in table.outputs)
    act = "" if not has_act else "act" if '"act"' in text else "value"
    names = tuple(name for name in model.tables if f'"matched {name}"' in text)
    return Compiled(model, decision, text, act, names)


def _input_sql(name: str, kind: RequestKind) -> str:
    if is_fact(name):
        return f'i."{name}"'
    match name:
        case "exception":
            return "i.exception"
        case "request":
            return quoting.Literal(kind.key).as_string()
        case "amount" if kind.field("amount"):
            return "i.amount"
        case "on its way" if kind.about:
            return "false"  # before it was done, it was not done
    return "NULL"


def _summed(counted: Sequence[Counted]) -> list[Counted]:
    """One of each: several groups of rules come to the same."""
    found: dict[tuple[date, str, Said, Said, Became, Why], Sum] = {}
    for each in counted:
        key = (each.first, each.request, each.before, each.after, each.became, each.why)
        found.setdefault(key, Sum()).add(each.sum)
    return [Counted(*key, total) for key, total in found.items()]
