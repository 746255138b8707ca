"""A call that a client may repeat without fear: the second time gives the first response."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction

from concord.connect.models import IdempotentCall
from concord.kernel import time
from concord.kernel.errors import Problem
from concord.kernel.models import ApiKey

Response = tuple[int, dict[str, Any]]
PRUNED = 100  # old calls forgotten by each new one


@transaction.atomic
def once(by: ApiKey, key: str | None, body: Any, make: Callable[[], Response]) -> Response:
    """`make()`, or what it gave when this key was used before. Without a key, always `make()`.

    Two calls at once: the second one waits for the first one's response. A call that failed left
    nothing behind and may be repeated. Raises `Problem` for a key that came with another body.
    """
    if not key:
        return make()
    if len(key) > 255:
        raise Problem("An Idempotency-Key has at most 255 characters.", place="Idempotency-Key")
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    call, created = IdempotentCall.objects.get_or_create(
        api_key=by, key=key, defaults={"digest": digest, "at": time.now()}
    )
    if not created:
        return _again(call, digest)
    status, response = make()
    call.status, call.response = status, response
    call.save(update_fields=["status", "response"])
    _forget_old()
    return status, response


def _again(call: IdempotentCall, digest: str) -> Response:
    if call.digest != digest or call.status is None:
        raise Problem(
            "This Idempotency-Key was used for another call.",
            place="Idempotency-Key",
            mend="Use a new key for each new call.",
            code="idempotency-key-reused",
        )
    return call.status, dict(call.response or {})


def _forget_old() -> None:
    limit = time.now() - timedelta(days=IdempotentCall.KEPT_DAYS)
    old = IdempotentCall.objects.filter(at__lt=limit).order_by("at").values("pk")[:PRUNED]
    IdempotentCall.objects.filter(pk__in=old).delete()
