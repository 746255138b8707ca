"""Profiles that their source no longer has, and brings back: withdrawn as one, restored as one.

Rows are locked in the order of their ids, then customers in the order of theirs, as in
`actions.profiles`, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from concord.customers.actions import versions
from concord.customers.actions.golden import lock_customers_of, refresh
from concord.customers.actions.withdrawals import _forget_keys as forget_keys
from concord.customers.rows import fetch, run


@transaction.atomic
def withdraw(profiles: Collection[UUID], needed: Collection[UUID], at: datetime) -> None:
    """These profiles are no more from `at` on. Of those `needed`, on which something of others
    still hangs, nothing is known any more but that they are there: they become stubs."""
    there = _locked(profiles, "p.withdrawn_at IS NULL AND NOT p.is_stub")
    kept = set(needed)
    gone = [one for one in there if one not in kept]
    emptied = [one for one in there if one in kept]
    versions.keep(emptied, at)
    run("UPDATE customers_profile SET withdrawn_at = %s WHERE id = ANY(%s)", [at, gone])
    run(
        """
        UPDATE customers_profile
        SET data = '{}', digest = '', is_stub = TRUE, pins = '[]',
            known_from = greatest(known_from, %s), matched_at = %s
        WHERE id = ANY(%s)
        """,
        [at, at, emptied],
    )
    if there:
        customers = lock_customers_of(there)
        forget_keys(there)
        refresh(customers, at)


@transaction.atomic
def withdraw_all(profiles: Collection[UUID], at: datetime) -> None:
    """None of these profiles is there any more, whatever hangs on them: from `at` on also those
    that were withdrawn before, so that nobody brings these back."""
    gone = _locked(profiles, "TRUE")
    run("UPDATE customers_profile SET withdrawn_at = %s WHERE id = ANY(%s)", [at, gone])
    customers = lock_customers_of(gone)
    forget_keys(gone)
    refresh(customers, at)


@transaction.atomic
def wait_again(profiles: Collection[UUID], at: datetime) -> None:
    """Something hangs again on these: those that were taken back become stubs that wait. Who was
    erased stays so."""
    gone = _locked(
        profiles,
        "p.withdrawn_at IS NOT NULL AND NOT EXISTS "
        "(SELECT FROM customers_erasure e WHERE p.id = ANY(e.profiles))",
    )
    if not gone:
        return
    versions.keep(gone, at)  # up to when they were withdrawn
    run(
        """
        UPDATE customers_profile
        SET data = '{}', digest = '', is_stub = TRUE, pins = '[]', import_id = NULL,
            withdrawn_at = NULL, known_from = greatest(known_from, withdrawn_at, %s),
            matched_at = %s
        WHERE id = ANY(%s)
        """,
        [at, at, gone],
    )
    refresh(lock_customers_of(gone), at)


@transaction.atomic
def bring_back(profiles: Collection[UUID], gone_at: datetime, at: datetime) -> None:
    """Those of these profiles that `withdraw` took at `gone_at`, and nobody changed since, are
    again what they were."""
    gone = _locked(profiles, "p.withdrawn_at = %(gone)s", gone_at)
    emptied = _locked(profiles, "p.is_stub AND p.withdrawn_at IS NULL")
    versions.keep(gone, at)  # up to when they were withdrawn
    run(
        """
        UPDATE customers_profile
        SET withdrawn_at = NULL, matched_at = NULL, known_from = greatest(known_from, %s)
        WHERE id = ANY(%s)
        """,
        [at, gone],
    )
    latest = fetch(
        """
        SELECT DISTINCT ON (profile_id) profile_id, id FROM customers_profileversion
        WHERE profile_id = ANY(%s) AND NOT is_stub ORDER BY profile_id, id DESC
        """,
        [emptied],
    )
    versions.keep([profile for profile, _version in latest], at)
    versions.restore([(profile, version) for profile, version in latest], at)
    touched = [*gone, *(profile for profile, _version in latest)]
    if touched:
        refresh(lock_customers_of(touched), at)


def _locked(profiles: Collection[UUID], where: str, gone_at: datetime | None = None) -> list[UUID]:
    rows = fetch(
        f"""
        SELECT p.id FROM customers_profile p WHERE p.id = ANY(%(ids)s) AND {where}
        ORDER BY p.id FOR NO KEY UPDATE
        """,  # noqa: S608 - our own words
        {"ids": list(profiles), "gone": gone_at},
    )
    return [row[0] for row in rows]
