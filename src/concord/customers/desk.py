"""The desk: what people here type is a source like any other."""

from __future__ import annotations

from concord.kernel.models import Source


def desk() -> Source:
    words = {"en": "Typed here", "ko": "직접 입력", "zh-hant": "人工輸入"}
    return Source.objects.get_or_create(key=Source.DESK, defaults={"kind": "desk", "words": words})[
        0
    ]
