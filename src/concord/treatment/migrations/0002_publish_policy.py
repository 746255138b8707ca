"""The law of publishing in the database: answers and versions are append-only, and only the
function `publish_policy` puts a version in force, for the sponsor alone."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from concord.kernel.append_only import APPLICATION_ROLE, append_only

PUBLISH = """
CREATE FUNCTION publish_policy(
    version_number integer, acting_user bigint, from_date date, why text
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    version_id bigint;
    made bigint;
BEGIN
    PERFORM 1 FROM kernel_user
        WHERE id = acting_user AND role = 'sponsor' AND is_active AND NOT is_system;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only the sponsor puts a policy in force'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF btrim(why) = '' THEN
        RAISE EXCEPTION 'a policy is put in force for a reason' USING ERRCODE = 'check_violation';
    END IF;
    LOCK TABLE treatment_policyinforce IN SHARE ROW EXCLUSIVE MODE;
    IF from_date < (now() - interval '14 hours')::date
            AND EXISTS (SELECT FROM treatment_policyinforce) THEN
        RAISE EXCEPTION 'a policy cannot be put in force for the past'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT id INTO version_id FROM treatment_policyversion WHERE number = version_number;
    IF version_id IS NULL THEN
        RAISE EXCEPTION 'there is no policy version %', version_number
            USING ERRCODE = 'no_data_found';
    END IF;
    INSERT INTO treatment_policyinforce
            (version_id, in_force_from, put_in_force_by_id, put_in_force_at, reason)
        VALUES (version_id, from_date, acting_user, clock_timestamp(), why)
        RETURNING id INTO made;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION publish_policy FROM PUBLIC;
"""
DROP = "DROP FUNCTION publish_policy(integer, bigint, date, text)"


def if_role(statement: str) -> str:
    return (
        f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') THEN "
        f"{statement}; END IF; END $$"
    )


class Migration(migrations.Migration):
    dependencies = [("treatment", "0001_initial"), ("kernel", "0002_append_only")]

    operations = [
        append_only("treatment_policyversion", "treatment_policyinforce", "treatment_answerlog"),
        RunSQL(
            if_role(f"REVOKE INSERT ON treatment_policyinforce FROM {APPLICATION_ROLE}"),
            if_role(f"GRANT INSERT ON treatment_policyinforce TO {APPLICATION_ROLE}"),
        ),
        RunSQL(PUBLISH, DROP),
        RunSQL(
            if_role(f"GRANT EXECUTE ON FUNCTION publish_policy TO {APPLICATION_ROLE}"),
            RunSQL.noop,
        ),
    ]
