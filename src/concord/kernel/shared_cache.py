"""Django's cache in the database: all processes of the server count tries to sign in together.

Not Django's own: that keeps pickles, and whoever could write into its table would run code here.
Values are JSON, and few: what a page needs often belongs into its process (the cache `process`).
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from concord.kernel import time
from concord.kernel.models import Remembered

PRUNED: Final = 100  # what has expired is forgotten by this many with each new key

ADD: Final = """
INSERT INTO kernel_remembered (key, value, expires_at) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
WHERE kernel_remembered.expires_at <= %s
"""
FORGET: Final = """
DELETE FROM kernel_remembered WHERE key IN (
    SELECT key FROM kernel_remembered WHERE expires_at <= %s
    ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""


class SharedCache(BaseCache):
    """Of two that `add` one key at once, one is told True: allauth's limits rest on it."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        now = time.now()
        with connection.cursor() as cursor:
            cursor.execute(FORGET, [now, PRUNED])
            until = now + self._kept(timeout)
            cursor.execute(ADD, [self._key(key, version), json.dumps(value), until, now])
            return int(cursor.rowcount) == 1

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = Remembered.objects.filter(key=self._key(key, version), expires_at__gt=time.now())
        return next(iter(found.values_list("value", flat=True)), default)

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        Remembered.objects.bulk_create(
            [
                Remembered(
                    key=self._key(key, version),
                    value=value,
                    expires_at=time.now() + self._kept(timeout),
                )
            ],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["value", "expires_at"],
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        return Remembered.objects.filter(key=self._key(key, version)).delete()[0] == 1

    def clear(self) -> None:
        Remembered.objects.all().delete()

    def _key(self, key: str, version: int | None) -> str:
        return self.make_and_validate_key(key, version=version)

    def _kept(self, timeout: float | None) -> timedelta:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return timedelta(days=365) if seconds is None else timedelta(seconds=seconds)
