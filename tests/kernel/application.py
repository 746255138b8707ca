"""To work with the database as the application does, not as the owner whom the tests are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from concord.kernel.append_only import APPLICATION_ROLE


@contextmanager
def as_application() -> Iterator[None]:
    """All statements inside have the rights of the application's role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE])
        if cursor.fetchone() is None:
            pytest.skip("this database has one login: there is no application role to bind")
        cursor.execute(f"SET ROLE {APPLICATION_ROLE}")
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")
