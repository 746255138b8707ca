"""Which value is shown, as a company's setting: made, looked at, put in force, put back.

Rules that are put in force hold for whatever is written from that moment on; a job writes the
values of all other customers anew, batch by batch. It may be killed at any point and run twice: a
batch and the place it came to are one transaction. Customers of one profile have nothing to choose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from concord.customers import golden_rules
from concord.customers.actions.golden import lock_customers, members_of, refresh
from concord.customers.golden import Said, display_name, golden
from concord.customers.models import GoldenRules
from concord.customers.restrictions import CUSTOMERS as RESTRICTED
from concord.customers.rows import fetch
from concord.customers.survivorship import Rules
from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.models import Source, User
from concord.kernel.time import now

BATCH: Final = 1_000
SAMPLE: Final = 600
EXAMPLES: Final = 5  # of each attribute

_NEXT: Final = """
    SELECT id FROM customers_customer
    WHERE merged_into_id IS NULL AND profile_count > 1 AND id > %s ORDER BY id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that would be another one: before and after, as golden entries (None: nothing)."""

    customer: UUID
    name: str
    attribute: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What would change among so many customers of several entries."""

    customers: int
    changed: int
    by_attribute: Mapping[str, int]
    examples: list[Change]


@transaction.atomic
def make(rules: Rules, by: User) -> GoldenRules:
    """Rules to look at. The same ones twice in a row are one."""
    said = _checked(rules)
    latest = GoldenRules.objects.order_by("-id").first()
    if latest and latest.rules == said and latest.in_force_at is None:
        return latest
    in_force = latest_in_force()
    if (Rules.from_dict(0, in_force.rules) if in_force else Rules()).as_dict() == said:
        raise Problem(_("These rules hold already."), mend=_("Change one of them."))
    made = GoldenRules.objects.create(rules=said, made_by=by, made_at=now(), before=in_force)
    audit.record(by, "customers.make_golden_rules", "golden_rules", made.pk)
    return made


def _checked(rules: Rules) -> dict[str, dict[str, Any]]:
    said = rules.as_dict()
    known = set(Source.objects.values_list("key", flat=True))
    for attribute, how in said.items():
        unknown = [source for source in how["sources"] if source not in known]
        if unknown or len(set(how["sources"])) != len(how["sources"]):
            raise Problem(
                _("Each system stands once in the order, and must be known here."),
                place=attribute,
                mend=_("Choose other systems."),
            )
    return said


@transaction.atomic
def put_in_force(rules: GoldenRules, by: User, reason: str = "") -> GoldenRules:
    """They hold from now on. A double click is once; an older one is put back as a new one."""
    fetch("SELECT pg_advisory_xact_lock(%s)", [golden_rules.LOCK])  # writers have ended, or wait
    row = GoldenRules.objects.select_for_update().get(pk=rules.pk)
    holding = latest_in_force()
    if holding is not None and holding.rules == row.rules:
        return holding
    if row.in_force_at is not None:
        row = GoldenRules.objects.create(rules=row.rules, made_by=by, made_at=now(), before=holding)
    row.in_force_at, row.put_by, row.reason = now(), by, reason.strip()
    row.save(update_fields=["in_force_at", "put_by", "reason"])
    audit.record(by, "customers.put_golden_rules_in_force", "golden_rules", row.pk)
    transaction.on_commit(lambda: go_on(row))
    return row


def latest_in_force() -> GoldenRules | None:
    rows = GoldenRules.objects.exclude(in_force_at=None)
    return rows.order_by("-in_force_at", "-id").first()


def go_on(rules: GoldenRules) -> None:
    """Hand what is left of it to a worker (to count, or to write anew), unless one has it."""
    from concord.customers import jobs

    job = jobs.count_golden if rules.in_force_at is None else jobs.refresh_golden
    waiting = ProcrastinateJob.objects.filter(task_name=job.name, args={"rules_id": rules.pk})
    if not waiting.filter(status__in=("todo", "doing")).exists():
        job.defer(rules_id=rules.pk)


@transaction.atomic
def ask_to_count(rules: GoldenRules) -> None:
    """Begin to count what would change among all; asked twice, it is counted once."""
    begun = GoldenRules.objects.filter(pk=rules.pk, counting_since=None, in_force_at=None)
    if begun.update(counting_since=now()):
        transaction.on_commit(lambda: go_on(rules))


def refresh_customers(rules_id: int, most: int | None = None) -> bool:
    """Write values anew by the rules in force; `most` batches in this go. Whether all is done."""
    for _batch in _counted(most):
        with transaction.atomic():
            row = GoldenRules.objects.select_for_update().get(pk=rules_id)
            holding = latest_in_force()
            if row.refreshed_at or holding is None or holding.pk != row.pk:
                return True  # other rules hold by now, whose job writes everybody
            some = [each for (each,) in fetch(_NEXT, [row.refreshed_to, BATCH])]
            if some:
                lock_customers(some)
                refresh(some, now())
                row.refreshed_to, row.refreshed = some[-1], row.refreshed + len(some)
            else:
                row.refreshed_at = now()
            row.save(update_fields=["refreshed_to", "refreshed", "refreshed_at"])
            if row.refreshed_at:
                return True
    return False


def count_changes(rules_id: int, most: int | None = None) -> bool:
    """Count what would change, batch by batch; whether all is counted."""
    for _batch in _counted(most):
        with transaction.atomic():
            row = GoldenRules.objects.select_for_update().get(pk=rules_id)
            if row.counted_at or row.in_force_at:
                return True
            some = [each for (each,) in fetch(_NEXT, [row.counted_to, BATCH])]
            if some:
                found = look(Rules.from_dict(row.pk, row.rules), some)
                by_attribute = Counter(row.changes) + Counter(found.by_attribute)
                row.changes = dict(by_attribute)
                row.counted_to, row.counted = some[-1], row.counted + len(some)
                row.changed += found.changed
            else:
                row.counted_at = now()
            row.save(update_fields=["changes", "counted_to", "counted", "changed", "counted_at"])
            if row.counted_at:
                return True
    return False


def _counted(most: int | None) -> Iterator[int]:
    return islice(iter(int, 1), most)


def look(rules: Rules, customers: list[UUID]) -> Looked:
    """What these customers would show by other rules than those in force."""
    holding = golden_rules.in_force()
    changed, by_attribute, examples = 0, Counter[str](), list[Change]()
    for customer, members in sorted(members_of(customers).items()):
        alive = [said for said, is_gone in members if not is_gone]
        changes = _differing(customer, alive, holding, rules)
        changed += bool(changes)
        for change in changes:
            by_attribute[change.attribute] += 1
            if by_attribute[change.attribute] <= EXAMPLES:
                examples.append(change)
    return Looked(len(customers), changed, by_attribute, examples)


def _differing(customer: UUID, alive: list[Said], holding: Rules, rules: Rules) -> list[Change]:
    before, after = golden(alive, holding), golden(alive, rules)
    name = display_name(before, alive)
    return [
        Change(customer, name, attribute, before.get(attribute), after.get(attribute))
        for attribute in rules.how
        if _value(before.get(attribute)) != _value(after.get(attribute))
    ]


def _value(entry: Mapping[str, Any] | None) -> Any:
    return entry["value"] if entry else None


def sample() -> list[UUID]:
    """Some customers of several entries, spread over all: old ones and new ones; none whose data
    is restricted."""
    sql = "SELECT id FROM customers_customer ORDER BY id"
    first, last = fetch(f"{sql} LIMIT 1"), fetch(f"{sql} DESC LIMIT 1")
    if not first:
        return []
    begin, length = first[0][0].int, last[0][0].int - first[0][0].int
    found: dict[UUID, None] = {}
    for part in range(6):
        rows = fetch(_NEXT, [UUID(int=begin + length * part // 6), SAMPLE // 6])
        found |= dict.fromkeys(each for (each,) in rows)
    if len(found) < SAMPLE:
        found |= dict.fromkeys(each for (each,) in fetch(_NEXT, [UUID(int=0), SAMPLE]))
    restricted = {customer for (customer,) in fetch(RESTRICTED)}
    return sorted(found.keys() - restricted)[:SAMPLE]


def several() -> int:
    """How many customers have something to choose from."""
    sql = (
        "SELECT count(*) FROM customers_customer WHERE merged_into_id IS NULL AND profile_count > 1"
    )
    return int(fetch(sql)[0][0])
