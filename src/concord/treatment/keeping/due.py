"""Which acts are to be judged anew: those of customers of whom something changed, from the day on
that the change speaks of.

Nothing is due before the first look over all acts has begun, which judges them anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.customers.rows import fetch, run, together
from concord.facts.own import refresh as facts_now
from concord.facts.rows import Scope, members
from concord.kernel.prepared import Asked, Prepared
from concord.kernel.time import now, today
from concord.treatment import policies
from concord.treatment.keeping.acts import deeds
from concord.treatment.models import PolicyInForce
from concord.treatment.policy_facts import read_by

ALL: Final = date.min  # since the beginning, whatever changed
# What a transaction wrote carries the time of its beginning: a change may be older than its mark.
MARGIN: Final = timedelta(days=1)
LONGEST: Final = timedelta(hours=1)  # for which the end of a file is waited for

_NEW: Final = "INSERT INTO treatment_dueprofile AS d (profile_id, marked_at, since)"
_KNOWN_ALREADY: Final = """
ON CONFLICT (profile_id) DO UPDATE SET
    marked_at = least(d.marked_at, excluded.marked_at),
    since = CASE WHEN d.since IS NULL AND excluded.since IS NULL THEN NULL
                 WHEN d.since IS NULL OR excluded.since IS NULL THEN %(all)s::date
                 ELSE least(d.since, excluded.since) END
"""
_MARK: Final = Prepared(
    f"""{_NEW}
    SELECT unnest(%(profiles)s), %(at)s, %(since)s
    WHERE EXISTS (SELECT FROM treatment_verdictsweep)
    {_KNOWN_ALREADY}""",  # noqa: S608 - our own words
    {"profiles": "uuid[]", "at": "timestamptz", "since": "date", "all": "date"},
)


def mark(profiles: Collection[UUID], since: date | None = None) -> None:
    """The acts of these profiles' customers are due, from `since` on or from the day on that what
    changed by now speaks of. Said twice is said once."""
    if profiles:
        together(marking(profiles, since))


def marking(profiles: Collection[UUID], since: date | None = None) -> Asked:
    """The same as one of several statements. Said after a commit: what a kill right there loses,
    the nightly look finds."""
    return _MARK, {"profiles": sorted(profiles), "at": now(), "since": since, "all": ALL}


def waiting() -> int:
    """How many profiles have acts that are due."""
    [(count,)] = fetch("SELECT count(*) FROM treatment_dueprofile")
    return int(count)


# Taken ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """Customers whose acts are due, each with the day from which on. `rows` are the marks, each
    with the transaction that wrote it."""

    since: Mapping[UUID, date]
    rows: Sequence[tuple[UUID, str]]


# What a file that is coming in has spoken of waits for its end: what it says further down may be
# why. But not for ever, where one file comes after the other.
_TAKEN: Final = """
SELECT d.profile_id, d.marked_at, d.since, d.xmin::text FROM treatment_dueprofile d
WHERE %(running)s::bigint[] = '{}' OR d.marked_at < %(late)s OR NOT (
    EXISTS (SELECT FROM customers_profile p
            WHERE p.id = d.profile_id AND p.import_id = ANY(%(running)s::bigint[]))
    OR EXISTS (SELECT FROM records_record r
               WHERE r.profile_id = d.profile_id AND r.import_id = ANY(%(running)s::bigint[])))
ORDER BY d.marked_at, d.profile_id LIMIT %(most)s
"""


def take(most: int, running: Collection[int] = ()) -> Taken | None:
    """What is due, the oldest first, without what these imports speak of while they are `running`.
    Nothing is locked: whoever marks never waits for the judging.

    Whose a profile was before counts too: its acts are theirs no more.
    """
    said = {"running": list(running), "late": now() - LONGEST, "most": most}
    rows = fetch(_TAKEN, said)
    if not rows:
        return None
    days = _days_of([row[0] for row in rows], min(row[1] for row in rows) - MARGIN)
    found: dict[UUID, date] = {}
    for profile, _marked, given, _xmin in rows:
        day, customers = days[profile]
        chosen = min(day or given or ALL, given or day or ALL)  # of neither: whatever it was
        for customer in customers:
            found[customer] = min(found.get(customer, chosen), chosen)
    return Taken(_with_groups(_with_work(found)), [(row[0], row[3]) for row in rows])


# Whoever worked somewhere, as far as we ever knew: what is done for them is done for it.
_WORK: Final = """
SELECT DISTINCT own.customer_id, there.customer_id
FROM customers_membership own
JOIN customers_relationship e ON e.from_profile_id = own.profile_id AND e.kind = 'works_at'
JOIN customers_membership there ON there.profile_id = e.to_profile_id AND there.known_to IS NULL
WHERE own.known_to IS NULL AND own.customer_id = ANY(%(customers)s)
UNION
SELECT DISTINCT there.customer_id, own.customer_id
FROM customers_membership there
JOIN customers_relationship e ON e.to_profile_id = there.profile_id AND e.kind = 'works_at'
JOIN customers_membership own ON own.profile_id = e.from_profile_id AND own.known_to IS NULL
WHERE there.known_to IS NULL AND there.customer_id = ANY(%(customers)s)
"""


def _with_work(since: Mapping[UUID, date]) -> dict[UUID, date]:
    """With where they work, and with who works there."""
    found = dict(since)
    for customer, other in fetch(_WORK, {"customers": list(since)}):
        found[other] = min(found.get(other, since[customer]), since[customer])
    return found


def _with_groups(since: Mapping[UUID, date]) -> dict[UUID, date]:
    """With all others of their groups, where a policy looks at what is true of a whole group."""
    found = dict(since)
    if not since or not _reads_groups():
        return found
    scope = Scope(one=False, some=True, group=True)
    rows = fetch(
        f"WITH RECURSIVE {members(scope)} SELECT DISTINCT customer, member FROM below",  # noqa: S608
        {"customers": list(since), "as_of": today()},
    )
    for customer, member in rows:
        found[member] = min(found.get(member, since[customer]), since[customer])
    return found


def _reads_groups() -> bool:
    """Whether some policy that is or was in force reads a fact of a group."""
    numbers = PolicyInForce.objects.values_list("version__number", flat=True).distinct()
    models = [policies.by_number(number).model for number in numbers]
    facts = facts_now()
    return any(facts[key].scope == "group" for key in read_by(*models))


def done(taken: Taken) -> None:
    """They are due no more, but those that were marked again meanwhile."""
    run(
        """
        DELETE FROM treatment_dueprofile d
        USING unnest(%s::uuid[], %s::text[]) AS was(profile, xmin)
        WHERE d.profile_id = was.profile AND d.xmin::text = was.xmin
        """,
        [[row[0] for row in taken.rows], [row[1] for row in taken.rows]],
    )


# The days that changes of a profile since `cut` speak of; null where one may speak of any day.
_CHANGED: Final = """
WITH due AS (SELECT unnest(%(profiles)s::uuid[]) AS profile),
changed (profile, day) AS (
    SELECT d.profile, CASE WHEN r.opened_at IS NOT NULL
                           THEN least(r.opened_at, r.closed_at, r.due_at) END
    FROM due d JOIN records_record r ON r.profile_id = d.profile
    WHERE r.known_from >= %(cut)s OR r.withdrawn_at >= %(cut)s
    UNION ALL
    SELECT d.profile, CASE WHEN v.opened_at IS NOT NULL
                           THEN least(v.opened_at, v.closed_at, v.due_at) END
    FROM due d JOIN records_recordversion v ON v.profile_id = d.profile
    WHERE v.known_to >= %(cut)s
    UNION ALL
    SELECT d.profile, a.at
    FROM due d JOIN records_record r ON r.profile_id = d.profile AND r.type = 'invoice'
    JOIN records_allocation a ON a.invoice_id = r.id
    WHERE a.known_from >= %(cut)s OR a.known_to >= %(cut)s
    UNION ALL
    SELECT d.profile, a.at
    FROM due d JOIN records_record r ON r.profile_id = d.profile
         AND r.type IN ('payment', 'credit_note')
    JOIN records_allocation a ON a.payment_id = r.id
    WHERE a.known_from >= %(cut)s OR a.known_to >= %(cut)s
    UNION ALL
    SELECT d.profile, least(r.opened_at, t.opened_at)
    FROM due d JOIN records_record r ON r.profile_id = d.profile
    JOIN records_recordlink l ON l.from_record_id = r.id
    JOIN records_record t ON t.id = l.to_record_id
    WHERE l.known_from >= %(cut)s OR l.known_to >= %(cut)s
    UNION ALL
    SELECT d.profile, least(r.opened_at, f.opened_at)
    FROM due d JOIN records_record r ON r.profile_id = d.profile
    JOIN records_recordlink l ON l.to_record_id = r.id
    JOIN records_record f ON f.id = l.from_record_id
    WHERE l.known_from >= %(cut)s OR l.known_to >= %(cut)s
    UNION ALL
    SELECT d.profile, NULL
    FROM due d JOIN customers_membership m ON m.profile_id = d.profile
    WHERE m.known_from >= %(cut)s OR m.known_to >= %(cut)s
    UNION ALL
    SELECT d.profile, NULL
    FROM due d JOIN customers_relationship e ON e.from_profile_id = d.profile
    WHERE e.kind IN ('part_of', 'works_at')
      AND (e.known_from >= %(cut)s OR e.known_to >= %(cut)s)
    UNION ALL
    SELECT d.profile, NULL
    FROM due d JOIN customers_relationship e ON e.to_profile_id = d.profile
    WHERE e.kind IN ('part_of', 'works_at')
      AND (e.known_from >= %(cut)s OR e.known_to >= %(cut)s)
    UNION ALL
    SELECT d.profile, NULL
    FROM due d JOIN customers_membership m ON m.profile_id = d.profile
    JOIN customers_restriction s ON s.customer_id = m.customer_id
    WHERE s.since >= %(cut)s OR s.lifted_at >= %(cut)s
    UNION ALL
    SELECT d.profile, l.starts_on
    FROM due d JOIN customers_membership m ON m.profile_id = d.profile
    JOIN treatment_lift l ON l.customer_id = m.customer_id
    WHERE l.granted_at >= %(cut)s OR l.withdrawn_at >= %(cut)s
)
SELECT d.profile, c.profile IS NOT NULL, c.day,
       array(SELECT DISTINCT m.customer_id FROM customers_membership m
             WHERE m.profile_id = d.profile)
FROM due d
LEFT JOIN (SELECT profile, CASE WHEN bool_and(day IS NOT NULL) THEN min(day) END AS day
           FROM changed GROUP BY profile) c ON c.profile = d.profile
"""


def _days_of(
    profiles: Collection[UUID], cut: datetime
) -> Mapping[UUID, tuple[date | None, tuple[UUID, ...]]]:
    """Of each profile the first day that what changed since `cut` speaks of (None where nothing is
    seen to have changed), and its customers."""
    rows = fetch(_CHANGED, {"profiles": list(profiles), "cut": cut})
    return {
        profile: ((day or ALL) if changed else None, tuple(customers))
        for profile, changed, day, customers in rows
    }


# Found ----------------------------------------------------------------------------------------


def mark_from(day: date) -> int:
    """A policy came into force for days of which acts are judged already: those from `day` on."""
    return run(
        f"""{_NEW}
        SELECT DISTINCT r.profile_id, %(at)s::timestamptz, %(day)s::date
        FROM treatment_actverdict v JOIN records_record r ON r.id = v.record_id
        WHERE v.known_to IS NULL AND v.day >= %(day)s {_KNOWN_ALREADY}
        """,  # noqa: S608 - our own words
        {"at": now(), "day": day, "all": ALL},
    )


def mark_rate(currency: str, day: date) -> int:
    """What this currency is worth from `day` on is another amount: acts, and facts, of whoever has
    records in it."""
    return run(
        f"""{_NEW}
        SELECT DISTINCT r.profile_id, %(at)s::timestamptz, %(day)s::date
        FROM records_record r
        WHERE r.currency = %(currency)s AND (r.opened_at IS NULL OR r.opened_at >= %(day)s)
          AND EXISTS (SELECT FROM treatment_verdictsweep) {_KNOWN_ALREADY}
        """,  # noqa: S608 - our own words
        {"at": now(), "day": day, "all": ALL, "currency": currency},
    )


def mark_other_deeds(first: date) -> int:
    """Other records count as acts from now on: those that are none any more, and those from the
    `first` day on that nobody has judged."""
    said = {"at": now(), "all": ALL, "first": first, "today": today()}
    return sum(run(sql, said) for sql in (_unjudged(), _gone()))


def mark_forgotten(since: datetime, first: date) -> int:
    """What an event that was lost did not tell of: acts from the `first` day on without a verdict,
    verdicts of what is no act of theirs any more, and what changed since `since`. How many."""
    said = {"at": since - MARGIN, "all": ALL, "first": first, "today": today()}
    return sum(run(sql, said) for sql in (_unjudged(), _gone(), _LATELY))


def _unjudged() -> str:
    parts = " UNION ALL ".join(
        f"""
        SELECT r.profile_id, r.{deed.on} AS day FROM records_record r
        WHERE r.type = '{deed.type}' AND r.withdrawn_at IS NULL
          AND r.status NOT IN ({", ".join(f"'{each}'" for each in deed.never)})
          AND r.{deed.on} BETWEEN %(first)s AND %(today)s
          AND NOT EXISTS (SELECT FROM treatment_actverdict v WHERE v.record_id = r.id
                          AND v.request = '{deed.request}' AND v.known_to IS NULL)
        """  # noqa: S608 - our own words
        for deed in deeds()
    )
    return f"""{_NEW}
        SELECT a.profile_id, %(at)s::timestamptz, min(a.day) FROM ({parts}) a
        JOIN customers_membership m ON m.profile_id = a.profile_id AND m.known_to IS NULL
        WHERE m.customer_id NOT IN ({RESTRICTED})
        GROUP BY a.profile_id {_KNOWN_ALREADY}"""  # noqa: S608 - our own words


_GONE: Final = f"""{_NEW}
    SELECT r.profile_id, %(at)s::timestamptz, min(v.day)
    FROM treatment_actverdict v JOIN records_record r ON r.id = v.record_id
    JOIN customers_membership m ON m.profile_id = r.profile_id AND m.known_to IS NULL
    WHERE v.known_to IS NULL AND (
        r.withdrawn_at IS NOT NULL OR (r.type, v.request) NOT IN ({{acts}})
        OR m.customer_id <> v.customer_id AND NOT EXISTS (
            SELECT FROM customers_membership own
            JOIN customers_relationship e ON e.from_profile_id = own.profile_id
             AND e.kind = 'works_at' AND e.known_to IS NULL
            JOIN customers_membership there ON there.profile_id = e.to_profile_id
             AND there.known_to IS NULL AND there.customer_id = v.customer_id
            WHERE own.customer_id = m.customer_id AND own.known_to IS NULL))
    GROUP BY r.profile_id {_KNOWN_ALREADY}"""  # noqa: S608 - our own words


def _gone() -> str:
    return _GONE.format(acts=", ".join(f"('{each.type}', '{each.request}')" for each in deeds()))


_LATELY: Final = f"""{_NEW}
    SELECT profile_id, %(at)s::timestamptz, NULL::date FROM (
        SELECT profile_id FROM records_record
        WHERE known_from >= %(at)s OR withdrawn_at >= %(at)s
        UNION SELECT profile_id FROM records_recordversion WHERE known_to >= %(at)s
        UNION SELECT r.profile_id FROM records_allocation a
              JOIN records_record r ON r.id IN (a.invoice_id, a.payment_id)
              WHERE a.known_from >= %(at)s OR a.known_to >= %(at)s
        UNION SELECT r.profile_id FROM records_recordlink l
              JOIN records_record r ON r.id IN (l.from_record_id, l.to_record_id)
              WHERE l.known_from >= %(at)s OR l.known_to >= %(at)s
        UNION SELECT profile_id FROM customers_membership
              WHERE known_from >= %(at)s OR known_to >= %(at)s
        UNION SELECT unnest(ARRAY[from_profile_id, to_profile_id]) FROM customers_relationship
              WHERE kind IN ('part_of', 'works_at')
                AND (known_from >= %(at)s OR known_to >= %(at)s)
        UNION SELECT m.profile_id FROM treatment_lift l
              JOIN customers_membership m ON m.customer_id = l.customer_id
              WHERE l.granted_at >= %(at)s OR l.withdrawn_at >= %(at)s
        UNION SELECT m.profile_id FROM customers_restriction s
              JOIN customers_membership m ON m.customer_id = s.customer_id
              WHERE s.since >= %(at)s OR s.lifted_at >= %(at)s
    ) changed {_KNOWN_ALREADY}"""  # noqa: S608 - our own words
