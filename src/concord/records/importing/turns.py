"""One process at a time works on an import, whether it runs it or takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from concord.customers.rows import fetch, run
from concord.kernel.errors import Problem
from concord.records.models import Import

RUNNING: Final = 0x1907  # our class of advisory locks that say: this import is being worked on


def running(imported: Import) -> AbstractContextManager[None]:
    """Only one process works on an import; the lock goes with the process, whatever ends it."""
    return _held(
        imported,
        "",
        _("This import is being run, undone or mended right now."),
        _("Wait until it is done, or stop it first."),
    )


def beside(imported: Import) -> AbstractContextManager[None]:
    """Several may take up rows of an import at once, but nobody while it is run or undone."""
    return _held(
        imported,
        "_shared",
        _("This import is being run or undone right now."),
        _("Its rows can be mended when that is done."),
    )


@contextmanager
def _held(imported: Import, shared: str, problem: str, mend: str) -> Iterator[None]:
    lock = [RUNNING, imported.pk]
    if not fetch(f"SELECT pg_try_advisory_lock{shared}(%s, %s)", lock)[0][0]:
        raise Problem(problem, place=imported.file_name, mend=mend, code="running")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            run(f"SELECT pg_advisory_unlock{shared}(%s, %s)", lock)
