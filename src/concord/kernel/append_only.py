"""What the application's login may not do, held by the database itself: logs are never changed,
and what only the sponsor may do goes through functions of the owner.

The owner's role migrates; the application's role works. Where an installation has no separate
application role (a `DATABASE_URL` with one login), a revocation has nobody to bind.
"""

from django.db.migrations.operations import RunSQL

APPLICATION_ROLE = "concord_app"


def append_only(*tables: str) -> RunSQL:
    """A migration step that takes UPDATE, DELETE and TRUNCATE on `tables` from the application."""
    names = ", ".join(f'"{table}"' for table in tables)
    return RunSQL(
        if_role(f"REVOKE UPDATE, DELETE, TRUNCATE ON {names} FROM {APPLICATION_ROLE}"),
        if_role(f"GRANT UPDATE, DELETE ON {names} TO {APPLICATION_ROLE}"),
    )


def owners_function(name: str, parameters: str, returns: str, body: str) -> RunSQL:
    """A migration step: a function (PL/pgSQL) that the application calls and the owner runs.

    Temporary tables come last in its search path: else the caller's own table of the same name
    would be read in place of the real one.
    """
    types = _types(parameters)
    return RunSQL(
        [
            f"CREATE FUNCTION {name}({parameters}) RETURNS {returns} "
            f"LANGUAGE plpgsql SECURITY DEFINER AS $function${body}$function$",
            in_our_tables(f"{name}({types})"),
            f"REVOKE ALL ON FUNCTION {name}({types}) FROM PUBLIC",
            if_role(f"GRANT EXECUTE ON FUNCTION {name}({types}) TO {APPLICATION_ROLE}"),
        ],
        f"DROP FUNCTION {name}({types})",
    )


def owners_function_again(name: str, parameters: str, returns: str, body: str) -> RunSQL:
    """A migration step: another body for such a function; who may call it stays as it was."""
    types = _types(parameters)
    return RunSQL(
        [
            f"CREATE OR REPLACE FUNCTION {name}({parameters}) RETURNS {returns} "
            f"LANGUAGE plpgsql SECURITY DEFINER AS $function${body}$function$",
            in_our_tables(f"{name}({types})"),
        ],
        RunSQL.noop,
    )


def _types(parameters: str) -> str:
    """Of "named text, rows text[]": what names the function beside others of its name."""
    return ", ".join(each.split()[1] for each in parameters.split(",") if each)


def in_our_tables(function: str) -> str:
    """A statement: `function` (with the types of its parameters) reads the schema of today."""
    return (
        "DO $$ BEGIN EXECUTE format("
        f"'ALTER FUNCTION {function} SET search_path = %I, pg_temp', current_schema()); END $$"
    )


def if_role(statement: str) -> str:
    """The statement, done only where there is an application's role."""
    return (
        f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') THEN "
        f"{statement}; END IF; END $$"
    )
