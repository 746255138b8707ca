"""What a policy would have had of the acts of the past: against plain counting over the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from tests.facts import receivables
from tests.facts.receivables import Line

from concord.treatment import policies
from concord.treatment.backtesting.months import Backtester, spans
from concord.treatment.backtesting.sums import Became, Counted, Month, Said, Sum, cost, months

pytestmark = pytest.mark.django_db(transaction=True)
SINCE, UNTIL = date(2013, 1, 1), date(2013, 12, 31)
# One table: an order is taken, but of who has an undisputed invoice too long overdue it is not yet.
POLICY = """
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="p" name="p" namespace="urn:p">
  <inputData id="oldest" name="oldest undisputed overdue days">
    <variable name="oldest undisputed overdue days" typeRef="number"/>
  </inputData>
  <decision id="side_note" name="side note">
    <literalExpression><text>null</text></literalExpression>
  </decision>
  <decision id="place_order" name="place order">
    <informationRequirement><requiredInput href="#oldest"/></informationRequirement>
    <decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i"><inputExpression typeRef="number"><text>oldest undisputed overdue days</text>
      </inputExpression></input>
      <output id="act" name="act"/><output id="to" name="to"/><output id="pr" name="priority"/>
      <output id="be" name="benefits"/><output id="say" name="say"/><output id="ur" name="urgency"/>
      <rule id="late"><inputEntry><text>&gt; {days}</text></inputEntry>
        <outputEntry><text>"not yet"</text></outputEntry>
        <outputEntry><text>"accounts"</text></outputEntry>
        <outputEntry><text>3</text></outputEntry><outputEntry><text>[]</text></outputEntry>
        <outputEntry><text>"hold"</text></outputEntry>
        <outputEntry><text>"today"</text></outputEntry></rule>
      <rule id="fine"><inputEntry><text>&lt;= {days}</text></inputEntry>
        <outputEntry><text>"go ahead"</text></outputEntry>
        <outputEntry><text>"sales"</text></outputEntry>
        <outputEntry><text>2</text></outputEntry><outputEntry><text>[]</text></outputEntry>
        <outputEntry><text>"ok"</text></outputEntry>
        <outputEntry><text>"today"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""


def test_2013_month_by_month_as_counted_from_the_file(shared: Path) -> None:
    receivables.import_all(shared)
    with transaction.atomic():
        before, after = (
            policies.load(POLICY.replace("{days}", days).encode()) for days in ("30", "10")
        )
        tester = Backtester((before, after))
        found = months(each for span in spans(SINCE, UNTIL) for each in tester.month(*span))
    assert {each.first: flat(each) for each in found} == counted(receivables.read(shared))
    every = sum((flat(each) for each in found), Counter[tuple[Said, Said, Became]]())
    assert sum(every.values()) > 1_000
    assert any(pair[:2] == ("go_ahead", "held") for pair in every)


def flat(month: Month) -> Counter[tuple[Said, Said, Became]]:
    return Counter(
        {
            (*pair, became): each.acts
            for pair, by in month.pairs.items()
            for became, each in by.items()
        }
    )


def counted(lines: list[Line]) -> dict[date, Counter[tuple[Said, Said, Became]]]:
    """Plain Python over the lines of the file, nothing of ours."""
    of: dict[str, list[Line]] = {}
    for line in lines:
        of.setdefault(line.customer, []).append(line)
    found: dict[date, Counter[tuple[Said, Said, Became]]] = {}
    for line in lines:
        if not SINCE <= line.issued <= UNTIL:
            continue
        days = max(late(of[line.customer], line.issued), default=0)
        became: Became = "paid_late" if line.settled > line.due else "paid"
        month = found.setdefault(line.issued.replace(day=1), Counter())
        month["held" if days > 30 else "go_ahead", "held" if days > 10 else "go_ahead", became] += 1
    return found


def late(lines: list[Line], on: date) -> Iterator[int]:
    """For how many days each undisputed invoice was overdue on the day."""
    for line in lines:
        if line.issued <= on and line.is_overdue(on) and not line.disputed:
            yield (on - line.due).days


def a_sum(before: Said, after: Said, became: Became, acts: int, money: str) -> Counted:
    of = Sum(acts, Decimal(money))
    return Counted(SINCE, "place_order", before, after, became, "", of)


def test_money_and_what_it_adds_up_to() -> None:
    some = [
        a_sum("go_ahead", "held", "paid_late", 1, "10"),
        a_sum("go_ahead", "held", "paid", 2, "7"),
        a_sum("held", "held", "never_paid", 1, "5"),
        a_sum("held", "go_ahead", "nobody_knows", 1, "3"),
    ]
    [month] = months(some)
    before, after = month.by("before"), month.by("after")
    assert (before["go_ahead"].acts, before["go_ahead"].money) == (3, 17)
    assert (after["held"].acts, after["held"].money) == (4, 22)
    assert after["cannot_judge"].acts == 0
    told = cost(some, "after")
    assert (told.spared.money, told.lost.money, told.all.acts) == (15, 7, 4)
    told = cost(some, "before")
    assert (told.spared.acts, told.lost.acts, told.all.money) == (1, 0, 8)


def test_days_by_months() -> None:
    assert spans(date(2013, 11, 20), date(2014, 1, 1)) == [
        (date(2013, 11, 20), date(2013, 11, 30)),
        (date(2013, 12, 1), date(2013, 12, 31)),
        (date(2014, 1, 1), date(2014, 1, 1)),
    ]
    assert spans(date(2013, 2, 2), date(2013, 2, 1)) == []
