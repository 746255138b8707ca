"""What must hold of who was erased: nothing of them is left, and nobody else is touched by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

# What is left of a judgement's evidence: ids and names of attributes.
LEFT: Final = {"takes_back", "doubted", "correction", "act", "asked_at", "beyond"}


def require_gone(where: str) -> None:
    """Raises AssertionError where an erasure is not done, or something of the person is left."""
    from concord.customers.models import Erasure
    from concord.customers.rights.erase import unfinished

    if left := unfinished():
        raise AssertionError(f"{where}: the erasures {left} are not done")
    for erasure in Erasure.objects.all():
        for what, found in _left_of(erasure):
            if found:
                raise AssertionError(f"{where}: erasure {erasure.pk} has left {what}: {found}")


def _left_of(erasure: Any) -> Iterator[tuple[str, list[Any]]]:
    from django.db.models import Q

    from concord.customers.models import (
        BlockKey,
        Customer,
        Judgement,
        Membership,
        Pair,
        Profile,
        ProfileVersion,
        SecondOpinion,
    )

    mine = erasure.profiles
    either = Q(left_id__in=mine) | Q(right_id__in=mine)
    silent = Q(data={}, pins=[], is_stub=True, import_id=None, withdrawn_at__isnull=False)
    yield "profiles that speak", list(Profile.objects.filter(id__in=mine).exclude(silent))
    named = Q(key__startswith=f"erased-{erasure.pk}-")
    yield "keys", list(Profile.objects.filter(id__in=mine).exclude(named))
    versions = ProfileVersion.objects.filter(profile_id__in=mine)
    yield "versions", list(versions.exclude(data={}, pins=[]))
    yield "blocking keys", list(BlockKey.objects.filter(profile_id__in=mine))
    yield "questions", list(Pair.objects.filter(either))
    yield "opinions", list(SecondOpinion.objects.filter(either))
    judged = Judgement.objects.filter(either)
    yield "judgements", [one for one in judged if one.reason or one.evidence.keys() - LEFT]
    empty = Q(name=f"erased-{erasure.pk}", name_norm="", search_tokens=[], golden={})
    yield "customers", list(Customer.objects.filter(id__in=erasure.customers).exclude(empty))
    ours = Membership.objects.filter(known_to=None, customer_id__in=erasure.customers)
    yield "strangers among them", list(ours.exclude(profile_id__in=mine))
    theirs = Membership.objects.filter(known_to=None, profile_id__in=mine)
    yield "some that went elsewhere", list(theirs.exclude(customer_id__in=erasure.customers))
