"""When what happened is over, in files that say that it is, but not since when."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from concord.records.drafts.meanings import declared_of
from concord.records.drafts.plan import Fixed, Plan, Scalar, Use
from concord.records.drafts.survey import Survey
from concord.records.importing.values import PLAIN, as_boolean, text_of
from concord.records.look.columns import Recognised
from concord.records.look.titles import read
from concord.records.look.vocabulary import Role

_PAID: Final = frozenset(
    {"paid", "bezahlt", "settled", "betaald", "betalt", "payé", "paye", "pagado", "pagato", "pago"}
)


def with_closing_day(plan: Plan, survey: Survey, known: Recognised) -> Plan:
    """Without a day on which it was closed, an invoice that is paid would be owed for ever: it is
    taken for settled when it was due. An import takes such a day only where the status closes."""
    if not plan.has("record"):
        return plan
    plan = _said_by_yes_or_no(_expected(plan, survey), survey)
    if "record.closed" in plan.meanings():
        return plan
    if not says_what_is_over(plan, survey):
        return _what_is_open(plan, known)
    day = plan.column_of("record.due") or plan.column_of("record.opened")
    if not day or plan.uses[day].dates:  # written in a way of its own, which no template has
        return plan
    return replace(plan, fixed=(*plan.fixed, Fixed("record.closed", f"{{{day}}}")))


def _what_is_open(plan: Plan, known: Recognised) -> Plan:
    """Where nothing else says what has been paid, an invoice is of what is still open of it."""
    place, amount = known.columns.get(Role.BALANCE), plan.column_of("record.amount")
    is_one = plan.column_of("record.key") or plan.column_of("record.due")
    if plan.record_type != "invoice" or place is None or not amount or not is_one:
        return plan
    uses = {name: use for name, use in plan.uses.items() if name != amount}
    number = known.numbers.get(Role.BALANCE, PLAIN)
    number = "" if number in {PLAIN, plan.number} else number
    uses[known.header[place]] = Use("record.amount", number=number)
    return replace(plan, uses={name: uses[name] for name in known.header if name in uses})


def stand_in(plan: Plan) -> str:
    """The column whose day counts as that of closing, though it is another day; or ""."""
    fixed = next((one.text for one in plan.fixed if one.meaning == "record.closed"), "")
    days = (plan.column_of("record.due"), plan.column_of("record.opened"))
    return next((day for day in days if day and fixed == f"{{{day}}}"), "")


def says_what_is_over(plan: Plan, survey: Survey) -> bool:
    """Whether a status of the file closes what is in it."""
    return bool(_closing(plan) & set(map(str, _statuses(plan, survey).values())))


def _expected(plan: Plan, survey: Survey) -> Plan:
    """The closing day of deals that are still open is the day when it is expected."""
    closed, status = plan.column_of("record.closed"), plan.column_of("record.status")
    if plan.record_type != "deal" or not closed or not status or plan.column_of("record.due"):
        return plan
    means, closing = _statuses(plan, survey), _closing(plan)
    if not closing & set(map(str, means.values())):
        return plan
    places = survey.header.index(status), survey.header.index(closed)
    said = [[text_of(row[place]) for place in places] for row in survey.sample]
    days = [day for text, day in said if text and means.get(text) not in closing]
    if not days or 2 * sum(map(bool, days)) < len(days):
        return plan
    use = replace(plan.uses[closed], meaning="record.due")
    return replace(plan, uses={**plan.uses, closed: use})


def _said_by_yes_or_no(plan: Plan, survey: Survey) -> Plan:
    """“Paid” of yes and no is what an invoice stands at, where nothing else says it."""
    if plan.record_type != "invoice" or plan.meanings() & {"record.status", "record.closed"}:
        return plan
    for column in survey.columns:
        said = [(text, as_boolean(text)) for text, _times in column.values]
        is_flag = said and all(truth is not None for _text, truth in said)
        if column.name in plan.uses or not is_flag or not _is_flag_of_paid(column.name):
            continue
        found = tuple((text, "paid" if truth else "open") for text, truth in said)
        uses = {**plan.uses, column.name: Use("record.status", values=found)}
        return replace(plan, uses={name: uses[name] for name in survey.header if name in uses})
    return plan


def _is_flag_of_paid(title: str) -> bool:
    words = set(read(title).words)
    return bool(_PAID & words) and "amount" not in words


def _closing(plan: Plan) -> set[str]:
    return {status.key for status in declared_of(plan).statuses if status.closes}


def _statuses(plan: Plan, survey: Survey) -> dict[str, Scalar]:
    """What stands in the column of the status, and which one that is."""
    name = plan.column_of("record.status")
    use, column = plan.uses.get(name), survey.column(name)
    if use is None or column is None:
        return {}
    return dict(use.values) if use.values else {text: text for text, _times in column.values}
