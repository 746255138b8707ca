"""The SQL of one, the SQL of all and plain Python agree on random histories."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.facts.builders import (
    a_customer,
    a_profile,
    a_record,
    a_unit,
    allocate,
    change,
    link,
    move,
    part_of,
    withdraw,
)

from concord.customers.models import Profile
from concord.facts.catalogue import FACTS
from concord.facts.derive import derive, derive_all, derive_each, derive_some
from concord.facts.plain import derive_python
from concord.kernel.models import Company, ExchangeRate
from concord.records.models import Record

EXAMPLES = int(os.environ.get("CONCORD_EXAMPLES", "60"))
# Few days and instants, next to each other and at their ends, so that boundaries meet often.
DAYS = [date.fromisoformat(day) for day in ["2023-01-31", "2023-02-01", "2024-01-31", "2024-02-01"]]
INSTANTS = [
    datetime(2023, 1, 31, 12, tzinfo=UTC),
    datetime(2023, 2, 1, tzinfo=UTC),
    datetime(2024, 1, 31, 12, tzinfo=UTC),
    datetime(2024, 2, 1, tzinfo=UTC),
    datetime(2024, 2, 1, 12, tzinfo=UTC),
]
CURRENCIES = (*("", "EUR", "USD") * 4, "JPY")  # for yen there is no rate
TYPES = (
    *("invoice",) * 6,
    *("dispute", "balance", "case") * 2,
    *("certificate", "contract", "credit_hold", "deal", "order", "payment", "shipment"),
    *("call", "meeting", "goods_return", "installed_product", "engineering_question"),
    *("visit", "quote"),
)
STATUSES = {
    "deal": ("prospecting", "won", "lost"),
    "shipment": ("planned", "sent", "cancelled"),
}

days = st.sampled_from(DAYS)
instants = st.sampled_from(INSTANTS)
maybe_day = st.sampled_from([None, *DAYS])
AMOUNTS = ("0", "7", "10.55", "100", "333.33", "0.03", "64", "5", "1.5")
amounts = st.sampled_from([None, *map(Decimal, AMOUNTS)])
data = {
    "invoice": st.fixed_dictionaries({}, optional={"disputed": st.booleans()}),
    "case": st.fixed_dictionaries(
        {}, optional={"severity": st.sampled_from(["critical", "low"]), "safety": st.booleans()}
    ),
    "balance": st.fixed_dictionaries(
        {}, optional={"overdue": st.integers(0, 99).map(str), "credit_limit": st.just("500.00")}
    ),
    "installed_product": st.fixed_dictionaries(
        {"product": st.just("gauge")}, optional={"warranty_until": days.map(date.isoformat)}
    ),
}


@st.composite
def said(draw: st.DrawFn, type: str) -> dict[str, Any]:
    """What a source says of a record at one time."""
    return {
        "opened_at": draw(maybe_day),
        "due_at": draw(maybe_day),
        "closed_at": draw(st.one_of(st.none(), days)),
        "status": draw(st.sampled_from(STATUSES.get(type, ("", "new")))),
        "amount": draw(amounts),
        "currency": draw(st.sampled_from(CURRENCIES)),
        "data": draw(data.get(type, st.just({}))),
    }


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    """A type, a profile, and what was said from which instant on; None for a withdrawal."""
    type = draw(st.sampled_from(TYPES))
    times = sorted(draw(st.lists(instants, min_size=1, max_size=3, unique=True)))
    words = [draw(said(type))]
    words += [draw(st.one_of(st.none(), said(type), said(type))) for _ in times[1:]]
    return {
        "type": type,
        "profile": draw(st.integers(0, 4)),
        "unit": draw(st.sampled_from([None, "gauges", "sensors"])),
        "words": list(zip(times, words, strict=True)),
    }


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    index = st.integers(0, 30)
    pair = st.tuples(index, index)
    return {
        "records": draw(st.lists(histories(), min_size=8, max_size=12)),
        "allocations": draw(
            st.lists(
                st.tuples(index, st.integers(1, 9), days, instants, st.booleans()),
                min_size=3,
                max_size=6,
            )
        ),
        "links": draw(
            st.lists(st.tuples(index, index, instants, st.booleans()), min_size=2, max_size=4)
        ),
        "parents": draw(st.lists(pair, min_size=2, max_size=4)),
        "moves": draw(
            st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2), instants), max_size=3)
        ),
        "groups": draw(
            st.lists(
                st.tuples(st.integers(0, 4), st.integers(0, 4), maybe_day, maybe_day),
                min_size=1,
                max_size=3,
            )
        ),
    }


moments = st.tuples(
    st.one_of(days, st.just(date(2030, 1, 1))),
    st.one_of(st.none(), instants),
    st.sampled_from([None, "gauges"]),
)


@pytest.mark.django_db
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(world=worlds(), asked=st.lists(moments, min_size=2, max_size=4))
def test_three_ways_of_deriving_agree(
    world: dict[str, Any], asked: list[tuple[date, datetime | None, str | None]]
) -> None:
    with transaction.atomic():
        build(world)
        for as_of, known_at, unit in asked:
            compare(as_of, known_at, unit)
        transaction.set_rollback(True)


def compare(as_of: date, known_at: datetime | None, unit: str | None) -> None:
    when: dict[str, Any] = {"as_of": as_of, "known_at": known_at, "unit": unit}
    everybody = dict(derive_all(**when))
    if known_at is None:
        some = list(everybody)[1:]
        told = derive_some(some, as_of=as_of, keys=FACTS, unit=unit)
        assert told == {each: everybody[each] for each in some}
    for customer_id, values in everybody.items():
        plain = derive_python(customer_id, **when)
        derived = derive(customer_id, **when)
        one = {key: each.value for key, each in derived.items()}
        assert one == plain
        if unit and known_at is None:
            each = derive_each(customer_id, as_of=as_of)
            assert each.get(unit, each.get("")) == derived
        assert values == plain
        assert all(type(one[key]) is not float for key in FACTS)


def build(world: dict[str, Any]) -> None:
    Company.objects.get_or_create(id=1, defaults={"currency": "EUR"})
    a_unit("gauges")
    for on, rate in ((DAYS[1], "0.91"), (DAYS[2], "0.887654321")):
        ExchangeRate.objects.create(currency="USD", on=on, rate=Decimal(rate))
    profiles = [a_profile(f"P{n}") for n in range(5)]
    customers = [a_customer(profiles[0]), a_customer(*profiles[1:3]), a_customer(*profiles[3:])]
    records = [a_history(each, profiles) for each in world["records"]]

    def pick(at: int) -> Record:
        return records[at % len(records)]

    for child, parent in world["parents"]:
        pick(child).parent = pick(parent)
        pick(child).save()
    for at, amount, day, since, ended in world["allocations"]:
        allocate(
            pick(at),
            str(amount),
            day.isoformat(),
            payment=pick(at + 1),
            known_from=since,
            known_to=since + timedelta(hours=12) if ended else None,
        )
    for at, (a, b, since, ended) in enumerate(world["links"]):
        until = since + timedelta(hours=12) if ended else None
        link(pick(a), pick(b), f"role {at}", known_from=since, known_to=until)
    for profile, customer, at in sorted(world["moves"], key=lambda each: each[2]):
        move(profiles[profile], customers[customer].id, at)
    for child, parent, start, end in {each[:2]: each for each in world["groups"]}.values():
        part_of(profiles[child], profiles[parent], valid_from=start, valid_to=end)


def a_history(history: dict[str, Any], profiles: list[Profile]) -> Record:
    (begin, first), *rest = history["words"]
    first = dict(first)
    record = a_record(
        profiles[history["profile"]],
        history["type"],
        unit=history["unit"],
        known_from=begin,
        opened=first.pop("opened_at"),
        due=first.pop("due_at"),
        closed=first.pop("closed_at"),
        **first.pop("data"),
        **first,
    )
    for at, words in rest:
        if words is None:
            withdraw(record, at)
        else:
            record.data = {} if record.withdrawn_at else record.data
            change(record, at, **words)
    return record
