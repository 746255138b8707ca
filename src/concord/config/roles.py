"""The roles of a private cluster, and what the application may do with the owner's tables."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
OWNER = "concord_owner"  # migrates
APP = "concord_app"  # the application: may not rewrite logs, judgements or the policy in force
NAME = "concord"

# Migrations take away from it.
GRANTS = (
    sql.SQL("GRANT {app} TO {owner}"),
    sql.SQL(
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}"
    ),
    sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE ON SEQUENCES TO {app}"),
)


def make(connect: Callable[..., psycopg.Connection], password: str) -> None:
    """The roles and the database; every step may have been done before.

    `connect(database=...)` signs in as the superuser. With a password the roles get it; without,
    the operating system says who calls.
    """
    with connect(database="template1") as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (APP, OWNER):
            if role not in known:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            if password:
                statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
                connection.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
        # In the template, so that each database made from it, a test's too, has them.
        for statement in GRANTS:
            connection.execute(
                statement.format(app=sql.Identifier(APP), owner=sql.Identifier(OWNER))
            )
    with connect(database="postgres") as connection:
        made = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        if NAME not in made:
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(NAME), sql.Identifier(OWNER)))
