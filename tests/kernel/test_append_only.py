"""Logs, judgements and versions are added to and read, never changed: the database holds it.

Every table must stand here: as one that changes, or as one that the application's role can neither
update nor delete from nor truncate. A new one that does not is found by the first test.
"""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction
from tests.kernel.application import as_application

from concord.kernel import audit
from concord.kernel.append_only import APPLICATION_ROLE

ADDED_TO = {
    "customers_identitymodel",
    "customers_judgement",
    "customers_modelinforce",
    "customers_rightsevent",
    "facts_ownfact",
    "kernel_auditentry",
    "treatment_acknowledgement",
    "treatment_answerlog",
    "treatment_briefing",
    "treatment_draftedit",
    "treatment_objectionterms",
    "treatment_policycheck",
    "treatment_policyproposal",
    "treatment_policyversion",
    "treatment_proposalend",
}
ONLY_READ = {
    "customers_erasure",  # rows come from begin_erasure
    "django_migrations",  # else what takes rights away could be marked as done
    "kernel_seal",  # rows come from seal_row and seal_log
    "treatment_findingacceptance",  # rows come from accept_finding
    "treatment_answermonth",  # rows come from end_answer_month
    "treatment_policyinforce",  # rows come from publish_policy
}
# Kept like a log, but undo (ADR 2) and erasure work on them (ADR 5).
KEPT = {
    "customers_profileversion",
    "records_recordversion",
    "treatment_actverdict",  # a verdict is closed when another one follows it
}
CHANGING = {
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "connect_idempotentcall",
    "customers_blockkey",
    "customers_claim",
    "customers_customer",
    "customers_erasedkey",
    "customers_erasureplan",
    "customers_erasurerun",
    "customers_goldenrules",
    "customers_identityrun",
    "customers_membership",
    "customers_normalform",
    "customers_notbelonging",
    "customers_pair",
    "customers_personfile",
    "customers_profile",
    "customers_relationship",
    "customers_restriction",
    "customers_rightsrequest",
    "customers_rightssettings",
    "customers_scoresample",
    "customers_secondopinion",
    "customers_setaside",
    "django_content_type",
    "django_session",
    "kernel_apikey",
    "kernel_company",
    "kernel_department",
    "kernel_exchangerate",
    "kernel_letter",
    "kernel_notification",
    "kernel_readmail",
    "kernel_remembered",
    "kernel_source",
    "kernel_unit",
    "kernel_user",  # but see tests/treatment/test_sponsor_held_by_the_database.py
    "kernel_user_groups",
    "kernel_user_units",
    "kernel_user_user_permissions",
    "mfa_authenticator",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
    "records_absence",
    "records_allocation",
    "records_customrecordtype",
    "records_disposal",
    "records_disposedkey",
    "records_draft",
    "records_import",
    "records_importshape",
    "records_mappingversion",
    "records_mending",
    "records_record",
    "records_recordline",
    "records_recordlink",
    "records_rejection",
    "records_retentionrule",
    "records_rowgroup",
    "records_silence",
    "records_sourcewarning",
    "records_trial",
    "records_waitingpart",
    "records_watchedname",
    "treatment_actedotherwise",  # an erasure takes the reason
    "treatment_asking",
    "treatment_backtest",
    "treatment_backtestmonth",
    "treatment_backtestsum",
    "treatment_concern",
    "treatment_customrequest",
    "treatment_dueprofile",
    "treatment_handover",
    "treatment_lift",
    "treatment_policydraft",
    "treatment_policypreview",
    "treatment_replaydifference",
    "treatment_replayrun",
    "treatment_simulatedcondition",
    "treatment_simulatedcustomer",
    "treatment_simulation",
    "treatment_simulationpart",
    "treatment_verdictcount",
    "treatment_verdictstep",
    "treatment_verdictsweep",
    "treatment_watch",
}
CHANGEABLE = """
SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
    AND relkind IN ('r', 'p', 'f', 'v', 'm')
    AND (has_table_privilege(%(role)s, oid, 'UPDATE, DELETE, TRUNCATE')
        OR has_any_column_privilege(%(role)s, oid, 'UPDATE'))
"""


def changeable() -> set[str]:
    with as_application(), connection.cursor() as cursor:
        cursor.execute(CHANGEABLE, {"role": APPLICATION_ROLE})
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_every_table_that_is_not_to_change_is_held_by_the_database() -> None:
    assert changeable() - CHANGING - KEPT == set(), "append_only() in a migration protects a table"
    assert changeable() & (ADDED_TO | ONLY_READ) == set()
    assert (CHANGING | KEPT) - changeable() == set(), "these are gone, or protected by now"


@pytest.mark.django_db
def test_a_new_log_without_protection_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE work_newlog (id bigint, at timestamptz)")
        assert changeable() - CHANGING - KEPT == {"work_newlog"}
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON work_newlog FROM {APPLICATION_ROLE}")
        assert changeable() - CHANGING - KEPT == set()
        cursor.execute(f"GRANT UPDATE (at) ON work_newlog TO {APPLICATION_ROLE}")
        assert changeable() - CHANGING - KEPT == {"work_newlog"}


@pytest.mark.django_db
def test_the_application_cannot_change_a_log() -> None:
    audit.record(None, "test", "test", 1)
    statements = ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {} CASCADE"]
    tried = [(table, each) for table in ADDED_TO | ONLY_READ for each in statements]
    tried += [(table, "INSERT INTO {} DEFAULT VALUES") for table in ONLY_READ]
    with as_application(), connection.cursor() as cursor:
        for table, statement in tried:
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement.format(table))


@pytest.mark.django_db
def test_the_application_can_add_to_a_log() -> None:
    with as_application():
        entry = audit.record(None, "test", "test", 1, field="name")
    assert (entry.action, entry.subject_id, entry.data) == ("test", "1", {"field": "name"})
