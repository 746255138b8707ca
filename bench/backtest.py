"""What a draft would have meant: a back-test of a year over all orders and shipments.

`CONCORD_BENCH_CROWD` chooses another number than a million customers, with ten records each. Told
are the time, the acts a second and which share of the work was the database's.
"""

from __future__ import annotations

import os
from datetime import date
from typing import Any, Final

from bench.harness import Say
from bench.house import DAY, open_house, staff
from bench.simulation import softer, worked

CUSTOMERS: Final = int(os.environ.get("CONCORD_BENCH_CROWD", "1000000"))
MONTHS: Final = int(os.environ.get("CONCORD_BENCH_MONTHS", "12"))


def measure(say: Say, customers: int = CUSTOMERS) -> dict[str, Any]:
    with open_house(say, customers):
        return measure_here(say, customers)


def measure_here(say: Say, customers: int) -> dict[str, Any]:
    """In the house that Django is set up over."""
    from concord.kernel import time as clock
    from concord.kernel.models import User
    from concord.treatment import policies
    from concord.treatment.actions import backtests
    from concord.treatment.models import PolicyVersion
    from concord.treatment.tried_policy import Tried

    staff()
    clock.today = lambda: DAY
    old = policies.in_force(DAY)
    tried = Tried("60 days", PolicyVersion.objects.get(pk=old.version_id), softer(old.model), None)
    first = DAY.year * 12 + DAY.month - MONTHS
    since = date(first // 12, first % 12 + 1, 1)
    sponsor = User.objects.get(email="s@example.com")
    go_on, backtests.go_on = backtests.go_on, lambda _each: None  # it is worked out here
    made = backtests.begin(sponsor, tried, since, DAY)
    backtests.go_on = go_on
    work = worked(lambda: backtests.work(made.pk))
    made.refresh_from_db()
    if made.problem or made.finished_at is None:
        raise AssertionError(made.problem or "it did not come to its end")
    acts = sum(each.sum.acts for each in backtests.counted(made))
    months = made.months.count()
    say(f"{acts:,} acts of {months} months: {work}")
    return {
        "customers": customers,
        "records": 10 * customers,
        "months": months,
        "acts": acts,
        **work.figures(),
        "seconds_a_month": round(work.seconds / months, 2),
        "acts_a_second": round(acts / work.seconds),
    }
