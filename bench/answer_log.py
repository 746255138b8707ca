"""The log of answers at a million: each filter, a look-up, the end of a month; beside a thousand.

What grows with the log is told as a ratio: of the same question at the large log and at the small
one. Both are spread over 24 months, a part each.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from bench.harness import Limits, Say, timed
from bench.house import open_house, staff

MOST = int(os.environ.get("CONCORD_BENCH_ANSWERS", "1000000"))
FEW = 1_000
CUSTOMERS = 2_000
MONTHS = 24
ASKED = 15
MOST_TIMES = 8.0  # a log of a thousand times the answers: by a logarithm, and what is cold

FILL = """
INSERT INTO treatment_answerlog
    (id, treatment_id, customer_id, request, state, act, department, rule, policy_id, asked_by_id,
     channel, at, as_of, inputs, treatment)
SELECT (left(first_answer_id(born)::text, 14) || '7' || substr(md5(n::text), 1, 3) || '-8'
        || substr(md5(n::text), 4, 3) || '-' || substr(md5('x' || n), 1, 12))::uuid,
       md5(n::text)::uuid, c.id,
       (ARRAY['place_order','ship_order','proposal','discount'])[1 + n %% 4], 'answered',
       CASE WHEN n %% 5000 = 0 THEN 'decline' WHEN n %% 3 = 0 THEN 'not_yet' ELSE 'go_ahead' END,
       (ARRAY['sales','shipping','accounts'])[1 + n %% 3],
       CASE WHEN n %% 5000 = 1 THEN 'rare.rule' ELSE 'rule.' || n %% 60 END,
       %(policy)s, %(user)s, CASE WHEN n %% 9 = 0 THEN 'api' ELSE 'page' END,
       born, born::date, '{}', '{}'
FROM (SELECT n, timestamptz '2024-06-01' + n * (interval '730 days' / %(answers)s) AS born
      FROM generate_series(0, %(answers)s - 1) n) given
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS at FROM customers_customer) c
  ON c.at = 1 + given.n %% %(customers)s
"""


def measure(say: Say) -> dict[str, Any]:
    limits, found = Limits(say), {"answers": MOST, "months": MONTHS}
    small, large = _at(say, FEW), _at(say, MOST)
    for name, seconds in large.items():
        found[name] = {"few_ms": round(small[name] * 1e3, 2), "ms": round(seconds * 1e3, 2)}
        say(f"{name}: {found[name]['few_ms']} ms at {FEW:,}, {found[name]['ms']} ms at {MOST:,}")
        if name != "end of a month":  # which grows with the month alone
            times = round(seconds / max(small[name], 0.002), 2)
            limits.at_most_times(name, times, MOST_TIMES)
    return found | {"limits": limits.kept}


def _at(say: Say, answers: int) -> dict[str, float]:
    with open_house(say, CUSTOMERS):
        _fill(say, answers)
        return {name: _median(call) for name, call in _questions().items()} | {
            "end of a month": timed(_end_a_month)
        }


def _fill(say: Say, answers: int) -> None:
    from django.db import connection

    from concord.treatment.models import PolicyVersion
    from concord.treatment.months import first_id, later

    user, _key = staff()
    say(f"{answers:,} answers")
    with connection.cursor() as cursor:
        for n in range(MONTHS):
            month = later(date(2024, 6, 1), n)
            low, high = (
                first_id(datetime(each.year, each.month, 1, tzinfo=UTC))
                for each in (month, later(month, 1))
            )
            cursor.execute(
                f"CREATE TABLE treatment_answerlog_{month:%Y%m} PARTITION OF treatment_answerlog "
                f"FOR VALUES FROM ('{low}') TO ('{high}')"
            )
        policy = PolicyVersion.objects.values_list("pk", flat=True)[0]
        said = {"policy": policy, "user": user.pk, "answers": answers, "customers": CUSTOMERS}
        cursor.execute(FILL, said)
        cursor.execute("ANALYZE treatment_answerlog")


def _questions() -> dict[str, Callable[[], object]]:
    from concord.kernel.access import Viewer
    from concord.kernel.models import Role
    from concord.treatment import log
    from concord.treatment.models import AnswerLog

    viewer = Viewer(0, Role.SPONSOR, None, None, True, "en")
    some = AnswerLog.objects.order_by("id")[FEW // 2]

    def listed(**said: str) -> Callable[[], object]:
        return lambda: log.log(viewer, log.chosen(said))

    def entry() -> object:
        return AnswerLog.objects.get(pk=some.pk)

    def treated() -> object:
        rows = AnswerLog.objects.filter(treatment_id=some.treatment_id)
        return rows.order_by("-id").first()

    return {
        "all": listed(),
        "by request": listed(request="discount"),
        "by a rare answer": listed(act="decline"),
        "by department": listed(department="accounts"),
        "by a rare rule": listed(rule="rare.rule"),
        "by customer": listed(customer=str(some.customer_id)),
        "by version": listed(version="1"),
        "by channel": listed(channel="api"),
        "by day": listed(since="2025-03-03", until="2025-03-03"),
        "request and a rare answer": listed(request="discount", act="decline"),
        "one by its id": entry,
        "one by its treatment": treated,
    }


def _median(call: Callable[[], object]) -> float:
    call()
    return statistics.median(timed(call) for _each in range(ASKED))


def _end_a_month() -> None:
    from concord.kernel.models import Company
    from concord.treatment.actions.answer_months import _end

    Company.objects.update_or_create(id=1, defaults={"answers_kept": 12})
    _end(date(2024, 6, 1))
