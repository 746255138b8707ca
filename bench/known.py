"""All that a database knows of customers and records, by names: what two worlds are compared by."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from django.db.models import Q

from concord.customers.models import (
    Customer,
    Judgement,
    Membership,
    Pair,
    Profile,
    ProfileVersion,
    Relationship,
)
from concord.records.importing.counts import adds_up
from concord.records.importing.taking_back import KINDS
from concord.records.models import (
    Import,
    Record,
    RecordLine,
    RecordLink,
    RecordVersion,
    Rejection,
    WaitingPart,
)


def everything_known() -> dict[str, Any]:
    """Lists in order; also raises AssertionError where counts or histories are no true ones."""
    require_true()
    names = {p.pk: f"{p.source.key}:{p.key}" for p in Profile.objects.select_related("source")}
    return {
        "profiles": sorted(
            (names[p.pk], json.dumps(p.data, sort_keys=True), p.is_stub, p.withdrawn_at is not None)
            for p in Profile.objects.all()
        ),
        "profile versions": _sorted(
            Counter(names[v] for v in ProfileVersion.objects.values_list("profile_id", flat=True))
        ),
        "records": sorted(
            (r.type, r.key, names[r.profile_id], r.parent_ref.rpartition(":")[2], str(r.amount),
             r.withdrawn_at is not None)
            for r in Record.objects.all()
        ),
        "record versions": _sorted(Counter(
            (v.record.type, v.record.key, names[v.profile_id], str(v.amount))
            for v in RecordVersion.objects.select_related("record")
        )),
        "lines": sorted(
            (part.record.key, part.key, str(part.amount))
            for part in RecordLine.objects.filter(known_to=None).select_related("record")
        ),
        "links": sorted(RecordLink.objects.filter(known_to=None).values_list(
            "from_record__key", "role", "to_record__key"
        )),
        "waiting parts": sorted(
            (part.part, part.wants_key, json.dumps(part.said, sort_keys=True))
            for part in WaitingPart.objects.all()
        ),
        "relationships": sorted(
            (names[r.from_profile_id], r.kind, names[r.to_profile_id])
            for r in Relationship.objects.filter(known_to=None)
        ),
        "rows to fix": sorted(
            Rejection.objects.filter(resolved_at=None).values_list("imported__file_name", "line",
                                                                   "code")
        ),
        "customers": sorted(_customers(names)),
        "judgements": sorted(
            (*sorted((names[j.left_id], names[j.right_id])), j.verdict, j.by_id is not None)
            for j in Judgement.objects.all()
        ),
        "asked": sorted(sorted((names[p.left_id], names[p.right_id])) for p in Pair.objects.all()),
        "waits to be matched": list(
            Profile.objects.filter(matched_at=None, withdrawn_at=None).values_list("key", flat=True)
        ),
    }  # fmt: skip


def require_true() -> None:
    """Counts add up, what was undone says nothing any more, histories have no overlaps, each
    profile is of one customer, and nobody is asked about one that is not there."""
    for imported in Import.objects.all():
        assert adds_up(imported.counts), imported.counts
        assert imported.counts["rows"]["read"] == imported.rows_done
        if imported.state == "undone":
            assert imported.undo_done == imported.undo_total, imported
            assert not any(kind.size(imported.pk) for kind in KINDS), imported
    for record in Record.objects.prefetch_related("versions"):
        spans = sorted((v.known_from, v.known_to) for v in record.versions.all())
        assert all(a[0] < a[1] for a in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
        assert record.withdrawn_at or not spans or spans[-1][1] <= record.known_from
    profiles = list(Profile.objects.values_list("pk", flat=True))
    now = list(Membership.objects.filter(known_to=None).values_list("profile_id", flat=True))
    assert sorted(profiles) == sorted(now)
    gone = Q(left__withdrawn_at__isnull=False) | Q(right__withdrawn_at__isnull=False)
    assert not Pair.objects.filter(gone).exists(), list(Pair.objects.filter(gone))


def _customers(names: dict[Any, str]) -> list[tuple[str, str, int, str]]:
    members: dict[Any, list[str]] = defaultdict(list)
    for membership in Membership.objects.filter(known_to=None):
        members[membership.customer_id].append(names[membership.profile_id])
    customers = Customer.objects.in_bulk(members)
    return [
        (" ".join(sorted(profiles)), customers[pk].name, customers[pk].profile_count,
         _golden(customers[pk].golden))
        for pk, profiles in members.items()
    ]  # fmt: skip


def _golden(golden: dict[str, Any]) -> str:
    """The values alone: whose they are and since when are ids and times."""
    return json.dumps(
        {name: entry.get("value") for name, entry in golden.items() if isinstance(entry, dict)},
        sort_keys=True, default=str,
    )  # fmt: skip


def _sorted(counter: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counter.items())
