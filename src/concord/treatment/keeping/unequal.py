"""Where customers were not treated alike: one department did what another was told not to do, and
somebody in good standing waited longer than somebody on hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.customers.rows import fetch
from concord.kernel.access import Viewer
from concord.kernel.models import Department
from concord.treatment.keeping.listing import Row, shown
from concord.treatment.keeping.overview import SMALL, Chosen, department_sizes
from concord.treatment.models import ActVerdict, AnswerLog
from concord.ui.paging import Page, decode, encode

PAGE: Final = 30
WITHIN: Final = 30  # days


@dataclass(frozen=True, slots=True)
class Apart:
    """`done` was not kept by one department. `other` is an act of the same kind that another one
    did as promised, or `answer` says that another one asked for the same, was told not to and held
    to it. Both only of business units that the viewer sees.

    `department` and `others` name them; None where they are so few that it would name people."""

    done: Row
    department: Department | None
    others: Department | None
    other: Row | None = None
    answer: AnswerLog | None = None


_WHERE: Final = """
    v.known_to IS NULL AND v.day BETWEEN %(since)s AND %(until)s
    AND (%(request)s = '' OR v.request = %(request)s)
    AND (%(units)s::bigint[] IS NULL OR v.unit_id IS NULL OR v.unit_id = ANY(%(units)s::bigint[]))
    AND (%(unit)s = '' OR v.unit_id = (SELECT id FROM kernel_unit WHERE key = %(unit)s))
    AND (%(department)s = ''
         OR v.department_id = (SELECT id FROM kernel_department WHERE key = %(department)s))
    AND (%(on)s::date IS NULL OR (v.day, v.id) < (%(on)s::date, %(id)s))
"""
_NOT_RESTRICTED: Final = f"AND v.customer_id NOT IN ({RESTRICTED})"

_APART: Final = f"""
SELECT v.id, v.day, o.verdict_id, o.answer_id, o.department_id
FROM treatment_actverdict v CROSS JOIN LATERAL (
    (SELECT NULL::bigint AS verdict_id, a.id AS answer_id, u.department_id
     FROM customers_customer c JOIN treatment_answerlog a ON a.customer_id = c.id
     JOIN kernel_user u ON u.id = a.asked_by_id
     WHERE (c.id = v.customer_id OR c.merged_into_id = v.customer_id)
       AND a.request = v.request AND a.act IN ('not_yet', 'pass_on', 'decline')
       AND a.as_of BETWEEN v.day - {WITHIN} AND v.day + {WITHIN}
       AND a.treatment->>'standing' = v.standing AND a.channel <> 'kept'
       AND u.department_id <> v.department_id
       AND (%(units)s::bigint[] IS NULL OR a.inputs->'fields'->>'unit' IS NULL
            OR a.inputs->'fields'->>'unit' IN
               (SELECT key FROM kernel_unit WHERE id = ANY(%(units)s::bigint[])))
       AND NOT EXISTS (
           SELECT FROM treatment_actverdict d
           WHERE d.known_to IS NULL AND d.customer_id = v.customer_id AND d.request = v.request
             AND d.department_id = u.department_id AND d.verdict = 'deviated'
             AND d.day BETWEEN v.day - {WITHIN} AND v.day + {WITHIN})
     ORDER BY abs(a.as_of - v.day), a.id LIMIT 1)
    UNION ALL
    (SELECT w.id, NULL, w.department_id
     FROM treatment_actverdict w
     WHERE w.known_to IS NULL AND w.customer_id = v.customer_id AND w.request = v.request
       AND w.verdict IN ('kept', 'exception') AND w.department_id <> v.department_id
       AND w.day BETWEEN v.day - {WITHIN} AND v.day + {WITHIN}
       AND (%(units)s::bigint[] IS NULL OR w.unit_id IS NULL
            OR w.unit_id = ANY(%(units)s::bigint[]))
     ORDER BY abs(w.day - v.day), w.id LIMIT 1)
    LIMIT 1
) o
WHERE v.verdict = 'deviated' AND {_WHERE} {_NOT_RESTRICTED}
ORDER BY v.day DESC, v.id DESC LIMIT %(limit)s
"""  # noqa: S608 - our own words


def apart(viewer: Viewer, chosen: Chosen, cursor: str = "", limit: int = PAGE) -> Page[Apart]:
    """Customers whom two departments treated differently within a month, the newest first."""
    rows = fetch(_APART, _asked(viewer, chosen, cursor, limit))
    verdicts = _rows([row[0] for row in rows] + [row[2] for row in rows if row[2]])
    answers: dict[UUID, AnswerLog] = AnswerLog.objects.defer("inputs").in_bulk(
        [row[3] for row in rows if row[3]]
    )
    big = _big_departments()
    found = [
        Apart(
            verdicts[pk],
            big.get(verdicts[pk].verdict.department_id or 0),
            big.get(department or 0),
            verdicts.get(other),
            answers.get(answer),
        )
        for pk, _day, other, answer, department in rows[:limit]
    ]
    return Page(found, _next(rows, limit))


@dataclass(frozen=True, slots=True)
class Waited:
    """`good`, in good standing, waited longer than `held`, on hold, for the same kind of thing in
    the same month."""

    held: Row
    good: Row


_WAITED: Final = f"""
SELECT v.id, v.day, g.id
FROM treatment_actverdict v CROSS JOIN LATERAL (
    SELECT w.id, w.waited FROM unnest(ARRAY['good', 'excellent']) s(standing)
    CROSS JOIN LATERAL (
        SELECT w.id, w.waited FROM treatment_actverdict w
        WHERE w.known_to IS NULL AND w.request = v.request AND w.month = v.month
          AND w.standing = s.standing AND w.waited > v.waited
          AND w.unit_id IS NOT DISTINCT FROM v.unit_id
          AND w.customer_id NOT IN ({RESTRICTED})
        ORDER BY w.waited DESC, w.id LIMIT 1) w
    ORDER BY w.waited DESC, w.id LIMIT 1
) g
WHERE v.standing = 'on hold' AND v.waited IS NOT NULL AND {_WHERE} {_NOT_RESTRICTED}
ORDER BY v.day DESC, v.id DESC LIMIT %(limit)s
"""  # noqa: S608 - our own words


def waited(viewer: Viewer, chosen: Chosen, cursor: str = "", limit: int = PAGE) -> Page[Waited]:
    """Who was on hold and waited less than somebody in good standing, the newest first; of several
    in good standing the one who waited longest."""
    rows = fetch(_WAITED, _asked(viewer, chosen, cursor, limit))
    verdicts = _rows([row[0] for row in rows] + [row[2] for row in rows])
    found = [Waited(verdicts[pk], verdicts[good]) for pk, _day, good in rows[:limit]]
    return Page(found, _next(rows, limit))


def _asked(viewer: Viewer, chosen: Chosen, cursor: str, limit: int) -> dict[str, Any]:
    on, pk = cast("tuple[date | None, int]", decode(cursor, date, int) if cursor else (None, 0))
    return {
        "since": chosen.since,
        "until": chosen.until,
        "request": chosen.request,
        "unit": chosen.unit,
        "department": chosen.department,
        "units": None if viewer.unit_ids is None else sorted(viewer.unit_ids),
        "on": on,
        "id": pk,
        "limit": limit + 1,
    }


def _next(rows: Sequence[tuple[Any, ...]], limit: int) -> str:
    return encode(rows[limit - 1][1].isoformat(), rows[limit - 1][0]) if len(rows) > limit else ""


def _rows(ids: Sequence[int]) -> dict[int, Row]:
    rows = ActVerdict.objects.filter(pk__in=ids).select_related("customer", "record", "unit")
    return {each.verdict.pk: each for each in shown(list(rows))}


def _big_departments() -> dict[int, Department]:
    sizes = department_sizes()
    all_ = Department.objects.filter(key__in=[key for key, n in sizes.items() if n >= SMALL])
    return all_.in_bulk()
