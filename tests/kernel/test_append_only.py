"""Logs and judgements can be added to and read, never changed: the database holds it."""

import pytest
from django.db import ProgrammingError, connection, transaction

from concord.kernel import audit
from concord.kernel.append_only import APPLICATION_ROLE

LOGS = ("kernel_auditentry", "customers_judgement", "treatment_answerlog")


def has_application_role() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE])
        return cursor.fetchone() is not None


@pytest.mark.django_db
@pytest.mark.parametrize("table", LOGS)
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {} CASCADE"]
)
def test_the_application_cannot_change_a_log(table: str, statement: str) -> None:
    audit.record(None, "test", "test", 1)
    if not has_application_role():
        pytest.skip("this database has one login: there is no application role to bind")
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APPLICATION_ROLE}")
        try:
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement.format(table))
        finally:
            cursor.execute("RESET ROLE")


@pytest.mark.django_db
def test_the_application_can_add_to_a_log() -> None:
    if not has_application_role():
        pytest.skip("this database has one login: there is no application role to bind")
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APPLICATION_ROLE}")
        try:
            entry = audit.record(None, "test", "test", 1, field="name")
        finally:
            cursor.execute("RESET ROLE")
    assert (entry.action, entry.subject_id, entry.data) == ("test", "1", {"field": "name"})
