"""What the database alone takes for a call: its statements, asked again as they stand.

A limit for a whole call is out of reach where these alone are above it: what they take no program
around them can give back.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

_OURS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def replayed(call: Callable[[], object]) -> float:
    """Seconds by the clock for the statements of the call, one transaction with its commit. What
    the call itself wrote is undone before; each round trip of it is one of ours."""
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        call()
        texts = [query["sql"] for query in asked]
        transaction.set_rollback(True)
    statements = [text for text in texts if not text.startswith(_OURS)]
    with connection.connection.cursor() as plain:
        begin = time.perf_counter()
        plain.execute(b"BEGIN", prepare=False)
        for text in statements[:-1]:
            plain.execute(text.encode(), prepare=False)
        plain.execute(f"{statements[-1]}; COMMIT".encode(), prepare=False)
        return time.perf_counter() - begin
