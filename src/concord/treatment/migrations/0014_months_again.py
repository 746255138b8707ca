"""Months of answers end without those that are stored for a claim, and without objections to rules;
they are made beside those who answer, and their log is chained."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from concord.kernel.append_only import owners_function_again

# As before, but a part is made apart and then attached: who answers meanwhile does not wait for
# the making of it, only those who read what lies in no month.
MAKE = """
DECLARE
    begins timestamp;
    part text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('treatment.answer_months'));
    FOR begins IN SELECT date_trunc('month', now() AT TIME ZONE 'UTC')
                         + make_interval(months => n)
                  FROM generate_series(0, least(ahead, 24)) n LOOP
        part := 'treatment_answerlog_' || to_char(begins, 'YYYYMM');
        CONTINUE WHEN to_regclass(part) IS NOT NULL OR EXISTS (
            SELECT FROM treatment_answerlog_rest
            WHERE id >= first_answer_id(begins AT TIME ZONE 'UTC')
              AND id < first_answer_id((begins + interval '1 month') AT TIME ZONE 'UTC'));
        EXECUTE format('CREATE TABLE %I (LIKE treatment_answerlog INCLUDING DEFAULTS '
                       'INCLUDING CONSTRAINTS)', part);
        EXECUTE format('ALTER TABLE treatment_answerlog ATTACH PARTITION %I FOR VALUES FROM (%L) '
                       'TO (%L)', part, first_answer_id(begins AT TIME ZONE 'UTC'),
                       first_answer_id((begins + interval '1 month') AT TIME ZONE 'UTC'));
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'concord_app') THEN
            EXECUTE format('REVOKE ALL ON %I FROM concord_app', part);
        END IF;
        made := made + 1;
    END LOOP;
    RETURN made;
END
"""

# As before, and:
# - answers of who is restricted, or waits for a copy, are kept with all that hangs on them;
# - an objection to a rule outlives the answer at which it was made, with its outcome and without
#   its words, which were said of that answer's customer.
END = """
DECLARE
    kept_months integer;
    low uuid;
    high uuid;
    part regclass := to_regclass('treatment_answerlog_' || to_char(month, 'YYYYMM'));
    each record;
    pointed uuid[] := '{}';
    stored uuid[];
    held uuid[];
    counted bigint;
    digest text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('treatment.answer_months'));
    SET CONSTRAINTS ALL IMMEDIATE;
    SELECT answers_kept INTO kept_months FROM kernel_company WHERE id = 1;
    IF kept_months IS NULL OR month <> date_trunc('month', month)::date
            OR month + make_interval(months => greatest(kept_months, 12) + 1)
               > now() AT TIME ZONE 'UTC' THEN
        RAISE EXCEPTION 'the answers of % are kept', month USING ERRCODE = 'check_violation';
    END IF;
    low := first_answer_id(month::timestamp AT TIME ZONE 'UTC');
    high := first_answer_id((month + interval '1 month') AT TIME ZONE 'UTC');
    SELECT count(*), encode(sha256(coalesce(
            string_agg(sha256(convert_to(a::text, 'UTF8')), ''::bytea ORDER BY id), '')), 'hex')
        INTO counted, digest FROM treatment_answerlog a WHERE id >= low AND id < high;
    INSERT INTO treatment_answermonth (month, answers, digest, ended_at)
        VALUES (month, counted, digest, clock_timestamp()) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        INSERT INTO kernel_auditentry (at, by_id, action, subject_type, subject_id, data)
            VALUES (clock_timestamp(), NULL, 'treatment.end_answer_month', 'answers',
                    to_char(month, 'YYYY-MM'),
                    jsonb_build_object('answers', counted, 'digest', digest));
    END IF;
    SELECT coalesce(array_agg(a.id), '{}') INTO stored
        FROM treatment_answerlog a JOIN customers_customer c ON c.id = a.customer_id
        WHERE a.id >= low AND a.id < high AND coalesce(c.merged_into_id, c.id) IN (
            SELECT coalesce(k.merged_into_id, k.id) FROM customers_customer k
            WHERE k.id IN (
                SELECT customer_id FROM customers_restriction WHERE lifted_at IS NULL
                UNION ALL SELECT customer_id FROM customers_rightsrequest
                WHERE closed_at IS NULL AND "right" = 'access'));
    pointed := stored;
    DELETE FROM treatment_watch w
        WHERE (w.answer_id >= low AND w.answer_id < high
               OR w.cleared_by_id >= low AND w.cleared_by_id < high)
          AND (w.cleared_at IS NOT NULL OR w.ended_at IS NOT NULL)
          AND w.answer_id <> ALL (stored) AND coalesce(w.cleared_by_id <> ALL (stored), true);
    DELETE FROM treatment_handover h USING records_record t
        WHERE h.answer_id >= low AND h.answer_id < high AND t.id = h.task_id
          AND t.closed_at IS NOT NULL AND h.answer_id <> ALL (stored);
    UPDATE treatment_concern SET answer_id = NULL, text = '', reply = ''
        WHERE answer_id >= low AND answer_id < high AND replied_at IS NOT NULL
          AND answer_id <> ALL (stored) AND kind = 'rule' AND version_id IS NOT NULL;
    DELETE FROM treatment_concern
        WHERE answer_id >= low AND answer_id < high AND replied_at IS NOT NULL
          AND answer_id <> ALL (stored);
    UPDATE treatment_asking SET answer_id = NULL
        WHERE answer_id >= low AND answer_id < high AND verdict <> ''
          AND answer_id <> ALL (stored);
    UPDATE treatment_actedotherwise SET answer_id = NULL
        WHERE answer_id >= low AND answer_id < high AND answer_id <> ALL (stored);
    FOR each IN SELECT c.conrelid::regclass AS owner, a.attname AS called FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.conparentid = 0
              AND c.confrelid = 'treatment_answerlog'::regclass LOOP
        EXECUTE format('SELECT array_agg(DISTINCT %I) FROM %s WHERE %I >= $1 AND %I < $2',
                       each.called, each.owner, each.called, each.called)
            INTO held USING low, high;
        pointed := pointed || coalesce(held, '{}');
    END LOOP;
    IF part IS NOT NULL AND pointed = '{}' THEN
        EXECUTE format('ALTER TABLE treatment_answerlog DETACH PARTITION %s', part);
        EXECUTE format('DROP TABLE %s', part);
        RETURN 0;
    END IF;
    DELETE FROM treatment_answerlog WHERE id >= low AND id < high AND id <> ALL (pointed);
    RETURN (SELECT count(*) FROM treatment_answerlog WHERE id >= low AND id < high);
END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("treatment", "0013_verdicts_in_steps"),
        ("customers", "0014_what_a_run_joined"),
        ("kernel", "0007_seals"),
    ]

    operations = [
        owners_function_again("make_answer_months", "ahead integer", "integer", MAKE),
        owners_function_again("end_answer_month", "month date", "bigint", END),
        RunSQL(
            "CREATE TRIGGER seal_row AFTER INSERT ON treatment_answermonth "
            "FOR EACH ROW EXECUTE FUNCTION seal_row()",
            "DROP TRIGGER seal_row ON treatment_answermonth",
        ),
    ]
