"""`publish_policy` asks for the sponsor's proof, reads the real tables whatever temporary ones the
caller has made, takes only a version that is what its digest says, and writes the audit's line."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from concord.kernel.append_only import owners_function

PUBLISH = """
DECLARE
    version_id bigint;
    sound boolean;
    made bigint;
BEGIN
    PERFORM check_sponsor(acting_user, proof);
    IF btrim(why) = '' THEN
        RAISE EXCEPTION 'a policy is put in force for a reason' USING ERRCODE = 'check_violation';
    END IF;
    LOCK TABLE treatment_policyinforce IN SHARE ROW EXCLUSIVE MODE;
    IF from_date < (now() - interval '14 hours')::date
            AND EXISTS (SELECT FROM treatment_policyinforce) THEN
        RAISE EXCEPTION 'a policy cannot be put in force for the past'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT id, digest = encode(sha256(convert_to(xml, 'UTF8')), 'hex') INTO version_id, sound
        FROM treatment_policyversion WHERE number = version_number;
    IF version_id IS NULL THEN
        RAISE EXCEPTION 'there is no policy version %', version_number
            USING ERRCODE = 'no_data_found';
    END IF;
    IF NOT sound THEN
        RAISE EXCEPTION 'policy version % is not what its digest says', version_number
            USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO treatment_policyinforce
            (version_id, in_force_from, put_in_force_by_id, put_in_force_at, reason)
        VALUES (version_id, from_date, acting_user, clock_timestamp(), why)
        RETURNING id INTO made;
    INSERT INTO kernel_auditentry (at, by_id, action, subject_type, subject_id, data)
        VALUES (clock_timestamp(), acting_user, 'treatment.put_in_force', 'policy',
                version_number::text, jsonb_build_object('from_date', from_date));
    RETURN made;
END
"""


class Migration(migrations.Migration):
    dependencies = [("treatment", "0002_publish_policy"), ("kernel", "0003_sponsors_proof")]

    operations = [
        RunSQL("DROP FUNCTION publish_policy(integer, bigint, date, text)"),
        owners_function(
            "publish_policy",
            "version_number integer, acting_user bigint, from_date date, why text, proof bytea",
            "bigint",
            PUBLISH,
        ),
    ]
