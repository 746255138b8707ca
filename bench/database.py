"""A database for one measurement: made by the migrations, dropped at the end.

On `DATABASE_URL` where that is set, else on a private cluster in `.data/bench` that is as durable
as a real one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


@contextmanager
def scratch_database(name: str = "concord_bench") -> Iterator[None]:
    """Django is set up over an empty, migrated database of that name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    import django
    from django.conf import settings

    from concord.config import database
    from concord.config.cluster import Cluster
    from concord.config.roles import OWNER

    folder = database.passable(CHECKOUT / ".data" / "bench")
    is_ours = not os.environ.get("DATABASE_URL")
    entry = settings.DATABASES["default"]
    if is_ours:
        entry |= database.entry(dict(Cluster(folder).address(OWNER)))
    entry["OPTIONS"].pop("pool", None)
    entry.setdefault("TEST", {})["NAME"] = name
    with database.running(folder) if is_ours else nullcontext():
        if is_ours:
            with Cluster(folder).connect() as connection:
                connection.execute(f"ALTER ROLE {OWNER} CREATEDB")
        django.setup()
        from django.db import connection as django_connection

        django_connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            django_connection.creation.destroy_test_db(
                django_connection.settings_dict["NAME"], verbosity=0
            )
