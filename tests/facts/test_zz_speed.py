import pytest, time, random, datetime as dt
from django.db import connection
from concord.facts import query
from concord.facts.derive import derive, _parameters
from concord.facts.times import When
from concord.facts.catalogue import FACTS
from tests.facts.builders import *

pytestmark = pytest.mark.django_db


def test_speed():
    ps = [a_profile(f"P{i}") for i in range(3)]
    c = a_customer(*ps)
    r = random.Random(1)
    for i in range(60):
        a_record(
            ps[i % 3],
            r.choice(["invoice", "order", "case", "shipment", "payment", "call"]),
            opened=dt.date(2024, 1, 1) + DAY * r.randrange(300),
            due=dt.date(2024, 1, 1) + DAY * r.randrange(300),
            amount="10",
        )
    for i in range(1000):
        pass
    a = dt.date(2026, 11, 21)
    ts = []
    for i in range(60):
        t = time.perf_counter()
        derive(c.id, as_of=a)
        ts.append(time.perf_counter() - t)
    ts.sort()
    print("all", ts[30] * 1000, ts[55] * 1000)
    keys = "hold_set_by_accounting overdue_undisputed oldest_undisputed_overdue_days overdue_amount disputed_amount average_days_late revenue_12_months revenue_12_months_before orders_12_months customer_since open_critical_cases".split()
    ts = []
    for i in range(60):
        t = time.perf_counter()
        derive(c.id, as_of=a, keys=keys)
        ts.append(time.perf_counter() - t)
    ts.sort()
    print("policy", ts[30] * 1000, ts[55] * 1000)
    for ks in (list(FACTS), keys):
        facts = tuple(FACTS[k] for k in ks)
        st = query.statement(facts, query.scope_for(facts, one=True, then=False, back=False), False)
        with connection.cursor() as cur:
            for _ in range(3):
                cur.execute(
                    "EXPLAIN (ANALYZE, SUMMARY, COSTS OFF) " + st.sql,
                    _parameters(c.id, When(a), None),
                )
                rows = [x[0] for x in cur.fetchall()]
            print(len(st.sql), [x for x in rows if "Time" in x])
            if ks is keys:
                print("\n".join(rows))
