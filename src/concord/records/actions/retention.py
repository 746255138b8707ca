"""What is over is not kept for ever: rules by type, proposals, and their carrying out.

Nothing can be taken back: the worker proposes, a person sees how many and which, and approves
(or has set the rule to do so by itself). It is done in batches that go on after a kill.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from concord.customers.actions.golden import lock_customers_of, refresh
from concord.customers.actions.rights import months_after
from concord.customers.actions.versions import forget_forms
from concord.customers.restrictions import PROFILES
from concord.customers.rows import fetch, run
from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, User
from concord.kernel.time import now, today
from concord.records import access, types
from concord.records.actions import disposed
from concord.records.models import Disposal, Record, RetentionRule
from concord.records.rights import empty

BATCH: Final = 1_000
EXAMPLES: Final = 10
RULE_SET: Final = "records.retention"  # in the log
_LOCKS: Final = 0x0E5B  # our class of advisory locks: one for each disposal
# Over, and not emptied yet: closed, or of a type that never closes, opened. What is restricted is
# kept, whatever the rule: who asked for that may need it for a claim.
_DUE: Final = f"""r.type = %(type)s AND r.key <> 'erased-' || r.id
    AND coalesce(r.closed_at, CASE WHEN %(never)s THEN r.opened_at END) < %(before)s
    AND r.profile_id NOT IN ({PROFILES})"""
_TAKEN_BACK: Final = f"""p.withdrawn_at < %(before)s AND p.data <> '{{}}'
    AND p.id NOT IN ({PROFILES})"""


@transaction.atomic
def keep_for(by: User, type_: str, months: int, basis: str, *, automatic: bool) -> RetentionRule:
    """How long a type is kept, and by which law or need; 0 months takes the rule away, and what
    was emptied by it may come back by the systems' next files."""
    access.check_sets_retention(by)
    if type_ != RetentionRule.PROFILES and type_ not in types.all_types():
        raise Problem(_("There is no such kind of record."), place=type_)
    if not 0 <= months <= 1_200:
        raise Problem(_("Say it in months, at most a hundred years."), place=_("Months"))
    if months and not basis.strip():
        raise Problem(_("Write by which law or for which need it is kept so long."))
    audit.record(by, RULE_SET, "retention", type_, months=months, automatic=automatic)
    if not months:
        RetentionRule.objects.filter(type=type_).delete()
        Disposal.objects.filter(type=type_, approved_at=None).delete()
        disposed.let_in(type_)
        return RetentionRule(type=type_, months=0, basis="", by=by, at=now())
    said = {"months": months, "basis": basis.strip()[:400], "automatic": automatic}
    made, _new = RetentionRule.objects.update_or_create(
        type=type_, defaults=said | {"by": by, "at": now()}
    )
    Disposal.objects.filter(type=type_, approved_at=None).delete()  # of another number of months
    return made


def changes(most: int = 50) -> Sequence[AuditEntry]:
    """Who set how long something is kept, the latest first."""
    rows = AuditEntry.objects.filter(action=RULE_SET).select_related("by")
    return list(rows.order_by("-id")[:most])


def propose() -> list[Disposal]:
    """What is due today by each rule; one that is proposed already is brought up to date."""
    return [made for rule in RetentionRule.objects.order_by("type") if (made := _propose(rule))]


@transaction.atomic
def _propose(rule: RetentionRule) -> Disposal | None:
    before = months_after(today(), -rule.months)
    found = count(rule.type, before)
    open_ = Disposal.objects.select_for_update().filter(type=rule.type, finished_at=None).first()
    if open_ and open_.approved_at:
        return open_
    if not found:
        Disposal.objects.filter(type=rule.type, approved_at=None).delete()
        return None
    made, _new = Disposal.objects.update_or_create(
        type=rule.type,
        finished_at=None,
        defaults={"before": before, "found": found, "proposed_at": now()},
    )
    if rule.automatic:
        _approve(made, None)
    return made


@transaction.atomic
def approve(by: User, disposal: Disposal, seen: int) -> Disposal:
    """Do it: `seen` is the count that the person looked at. The second click changes nothing."""
    access.check_sets_retention(by)
    found = Disposal.objects.select_for_update().get(pk=disposal.pk)
    if found.approved_at is None:
        if found.found != seen:
            raise Problem(
                _("That is not how many they are, or not any more."),
                mend=_("Look again, then approve."),
            )
        _approve(found, by)
    return found


def _approve(disposal: Disposal, by: User | None) -> None:
    from concord.records.jobs_retention import dispose

    Disposal.objects.filter(pk=disposal.pk).update(approved_at=now(), approved_by=by)
    audit.record(by, "records.dispose", "disposal", disposal.pk, type=disposal.type)
    dispose.defer(disposal_id=disposal.pk)


def carry_out(disposal_id: int) -> int:
    """Empty what was approved, batch by batch; how many. Twice changes nothing."""
    if not fetch("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, disposal_id])[0][0]:
        return 0
    try:
        disposal = Disposal.objects.get(pk=disposal_id)
        if disposal.approved_at is None or disposal.finished_at:
            return 0
        return _carry_out(disposal)
    finally:
        if connection.connection is not None and not connection.connection.closed:
            run("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, disposal_id])


def _carry_out(disposal: Disposal) -> int:
    done = 0
    steps = (
        _profiles(disposal.before)
        if disposal.type == RetentionRule.PROFILES
        else empty(_DUE, _values(disposal.type, disposal.before), for_good=True)
    )
    while True:
        with transaction.atomic():
            touched = next(steps, None)
            if touched is None:
                break
            run(
                "UPDATE records_disposal SET done = done + %s WHERE id = %s",
                [touched, disposal.pk],
            )
        done += touched
    Disposal.objects.filter(pk=disposal.pk).update(finished_at=now())
    audit.record(disposal.approved_by, "records.disposed", "disposal", disposal.pk, rows=done)
    return done


def _profiles(before: date) -> Any:
    """What systems said of customers and took back long ago, batch by batch."""
    while True:
        rows = fetch(
            f"SELECT p.id FROM customers_profile p WHERE {_TAKEN_BACK} "  # noqa: S608 - ours
            "ORDER BY p.id LIMIT %(most)s FOR UPDATE",
            {"before": before, "most": BATCH},
        )
        ids = [row[0] for row in rows]
        if not ids:
            return
        run(
            "UPDATE customers_profileversion SET data = '{}', pins = '[]' "
            "WHERE profile_id = ANY(%s)",
            [ids],
        )
        run(
            "UPDATE customers_profile SET data = '{}', digest = '', pins = '[]' WHERE id = ANY(%s)",
            [ids],
        )
        forget_forms(ids)
        refresh(lock_customers_of(ids), now())
        yield len(ids)


def count(type_: str, before: date) -> int:
    if type_ == RetentionRule.PROFILES:
        sql = f"SELECT count(*) FROM customers_profile p WHERE {_TAKEN_BACK}"  # noqa: S608 - ours
        return int(fetch(sql, {"before": before})[0][0])
    sql = f"SELECT count(*) FROM records_record r WHERE {_DUE}"  # noqa: S608 - ours
    return int(fetch(sql, _values(type_, before))[0][0])


def examples(disposal: Disposal) -> Sequence[Record]:
    """The oldest that would go."""
    if disposal.type == RetentionRule.PROFILES:
        return []
    rows = fetch(
        f"SELECT r.id FROM records_record r WHERE {_DUE} "  # noqa: S608 - ours
        "ORDER BY r.closed_at, r.opened_at, r.id LIMIT %(most)s",
        _values(disposal.type, disposal.before) | {"most": EXAMPLES},
    )
    return list(Record.objects.filter(pk__in=[row[0] for row in rows]).order_by("closed_at", "id"))


def _values(type_: str, before: date) -> dict[str, Any]:
    declared = types.all_types().get(type_)
    never = declared is not None and not any(each.closes for each in declared.statuses)
    return {"type": type_, "before": before, "never": never}
