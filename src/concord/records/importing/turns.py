"""One process at a time works on an import, whether it runs it or takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from concord.customers.rows import fetch, run
from concord.kernel.errors import Problem
from concord.records.models import Import

RUNNING: Final = 0x1907  # our class of advisory locks that say: this import is being worked on


@contextmanager
def running(imported: Import) -> Iterator[None]:
    """Only one process works on an import; the lock goes with the process, whatever ends it."""
    if not fetch("SELECT pg_try_advisory_lock(%s, %s)", [RUNNING, imported.pk])[0][0]:
        raise Problem(
            _("This import is being run by somebody else right now."),
            place=imported.file_name,
            mend=_("Wait until it is done, or stop it first."),
            code="running",
        )
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            run("SELECT pg_advisory_unlock(%s, %s)", [RUNNING, imported.pk])
