"""The desk: what people here type is a source like any other."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from concord.customers.models import Profile
from concord.kernel.models import Source


def desk() -> Source:
    words = {"en": "Typed here", "ko": "직접 입력", "zh-hant": "人工輸入"}
    return Source.objects.get_or_create(key=Source.DESK, defaults={"kind": "desk", "words": words})[
        0
    ]


def emptied(profiles: Collection[UUID]) -> set[UUID]:
    """Those of the profiles that were typed here and say nothing any more: their last value was
    taken back. They stay with their customer, for what was said and when, and are shown nowhere."""
    rows = Profile.objects.filter(pk__in=profiles, source__key=Source.DESK, data={})
    return set(rows.values_list("pk", flat=True))
