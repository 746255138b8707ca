"""Logs that the application can add to and read, but never change: held by the database itself.

The owner's role migrates; the application's role works. Where an installation has no separate
application role (a `DATABASE_URL` with one login), the revocation has nobody to bind.
"""

from django.db.migrations.operations import RunSQL

APPLICATION_ROLE = "concord_app"


def append_only(*tables: str) -> RunSQL:
    """A migration step that takes UPDATE, DELETE and TRUNCATE on `tables` from the application."""
    return RunSQL(
        _if_role(tables, "REVOKE UPDATE, DELETE, TRUNCATE", "FROM"),
        _if_role(tables, "GRANT UPDATE, DELETE", "TO"),
    )


def _if_role(tables: tuple[str, ...], verb: str, preposition: str) -> str:
    names = ", ".join(f'"{table}"' for table in tables)
    return (
        f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') THEN "
        f"{verb} ON {names} {preposition} {APPLICATION_ROLE}; END IF; END $$"
    )
