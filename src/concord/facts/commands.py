"""`concord facts`: what is true of a customer, as of a date."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from concord.customers import queries as customers
from concord.facts.derive import derive
from concord.facts.fact import FactValue, Unknown
from concord.facts.own import fact as fact_of
from concord.facts.own import refresh
from concord.facts.say import say_freshness, say_value
from concord.kernel.command import Command
from concord.kernel.errors import Problem
from concord.kernel.models import Company, Unit
from concord.kernel.time import zone
from concord.kernel.words import say


def configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--customer",
        required=True,
        metavar="KEY@SOURCE",
        help="what a source calls them, or the id",
    )
    parser.add_argument("--as-of", metavar="DATE", help="as it was on that day (default: today)")
    parser.add_argument(
        "--known-at", metavar="TIME", help="as it was known then (ISO time; default: now)"
    )
    parser.add_argument("--unit", metavar="KEY", help="only what concerns this business unit")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: Namespace) -> int:
    refresh()
    customer = customers.by_reference(options.customer)
    values = derive(
        customer.id,
        as_of=_day(options.as_of),
        known_at=_instant(options.known_at),
        unit=_unit(options.unit),
    )
    if options.json:
        plain = {name: _plain(value) for name, value in values.items()}
        answer = {"customer": str(customer.id), "name": customer.name, "facts": plain}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
        return 0
    currency = Company.load().currency
    sys.stdout.write(f"{customer.name}\n")
    for name, value in values.items():
        fact = fact_of(name)
        shown = say_value(fact, value.value, currency=currency)
        note = f"  ({say_freshness(value)})" if value.state != "known" else ""
        sys.stdout.write(f"  {say(fact.words)}: {shown}{note}\n")
    return 0


def _unit(key: str | None) -> str | None:
    if key and not Unit.objects.filter(key=key).exists():
        known = ", ".join(Unit.objects.order_by("key").values_list("key", flat=True)) or "none"
        raise Problem(f"There is no business unit “{key}”.", mend=f"There are: {known}.")
    return key


def _plain(value: FactValue) -> dict[str, Any]:
    return {
        "value": _json(value.value),
        "state": value.state,
        "as_of": value.as_of.isoformat(),
        "sources": list(value.sources),
        "late_sources": list(value.late_sources),
        "oldest_word": value.oldest_word.isoformat() if value.oldest_word else None,
        "records": value.records,
        "reasons": list(value.reasons),
    }


def _json(value: Any) -> Any:
    match value:
        case Unknown():
            return None
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
    return value


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Problem(
            f"“{text}” is not a date.", place="--as-of", mend="Write it as 2026-03-31."
        ) from error


def _instant(text: str | None) -> datetime | None:
    """An ISO time; without an offset in the company's time zone."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Problem(
            f"“{text}” is not a time.", place="--known-at", mend="Write it as 2026-03-31T17:00."
        ) from error
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone())
    return found.astimezone(UTC)


COMMANDS: Final = [
    Command("facts", "show what is true of a customer, as of a date", run, configure)
]
