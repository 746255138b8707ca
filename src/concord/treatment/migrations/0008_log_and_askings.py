"""The log of answers, one part a month; months that are over; answers decided again after an
update; exceptions that are asked for; what was done otherwise."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

import concord.kernel.ids
from concord.kernel.append_only import APPLICATION_ROLE, append_only, if_role, owners_function

# The log of answers in parts, one a month of the ids: an id (UUID version 7) begins with the
# milliseconds of its birth. What hangs on the table and its indexes is taken over as it stands.
IN_PARTS = """
DO $$
DECLARE
    each record;
    again text[] := '{}';
BEGIN
    FOR each IN SELECT conrelid::regclass AS owner, conname, pg_get_constraintdef(oid) AS said
            FROM pg_constraint WHERE contype = 'f' AND 'treatment_answerlog'::regclass
            IN (conrelid, confrelid) LOOP
        again := again || format('ALTER TABLE %s ADD CONSTRAINT %I %s',
                                 each.owner, each.conname, each.said);
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', each.owner, each.conname);
    END LOOP;
    FOR each IN SELECT pg_get_indexdef(indexrelid) AS said FROM pg_index
            WHERE indrelid = 'treatment_answerlog'::regclass AND NOT indisprimary LOOP
        again := again || each.said;
    END LOOP;
    CREATE TABLE answers_in_parts (LIKE treatment_answerlog) PARTITION BY RANGE (id);
    CREATE TABLE treatment_answerlog_rest PARTITION OF answers_in_parts DEFAULT;
    INSERT INTO answers_in_parts SELECT * FROM treatment_answerlog;
    DROP TABLE treatment_answerlog;
    ALTER TABLE answers_in_parts RENAME TO treatment_answerlog;
    ALTER TABLE treatment_answerlog
        ADD CONSTRAINT treatment_answerlog_pkey PRIMARY KEY (id);
    FOR each IN SELECT unnest(again) AS said LOOP
        EXECUTE each.said;
    END LOOP;
END $$
"""
GRANTS = f"GRANT SELECT, INSERT ON treatment_answerlog TO {APPLICATION_ROLE}"
HIDDEN = f"REVOKE ALL ON treatment_answerlog_rest FROM {APPLICATION_ROLE}"

# The lowest id of those born from a moment on.
FIRST_ID = """
SELECT (lpad(to_hex((extract(epoch FROM $1) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
"""

# Parts for this month and those ahead, except where answers lie in the rest already: a month that
# nobody made ahead stays there. A part is reached through the whole alone.
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
        EXECUTE format('CREATE TABLE %I PARTITION OF treatment_answerlog FOR VALUES FROM (%L) '
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

# What is over, by what the company says and never within a year; gives how many answers stay
# because something open still points at them. What hung on an answer and is done goes with it.
END = """
DECLARE
    kept_months integer;
    low uuid;
    high uuid;
    part regclass := to_regclass('treatment_answerlog_' || to_char(month, 'YYYYMM'));
    each record;
    pointed uuid[] := '{}';
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
    DELETE FROM treatment_watch w
        WHERE (w.answer_id >= low AND w.answer_id < high
               OR w.cleared_by_id >= low AND w.cleared_by_id < high)
          AND (w.cleared_at IS NOT NULL OR w.ended_at IS NOT NULL);
    DELETE FROM treatment_handover h USING records_record t
        WHERE h.answer_id >= low AND h.answer_id < high AND t.id = h.task_id
          AND t.closed_at IS NOT NULL;
    DELETE FROM treatment_concern
        WHERE answer_id >= low AND answer_id < high AND replied_at IS NOT NULL;
    UPDATE treatment_asking SET answer_id = NULL
        WHERE answer_id >= low AND answer_id < high AND verdict <> '';
    UPDATE treatment_actedotherwise SET answer_id = NULL
        WHERE answer_id >= low AND answer_id < high;
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
        ("customers", "0014_what_a_run_joined"),
        ("records", "0009_mended_rows"),
        ("treatment", "0007_proposals"),
        ("kernel", "0006_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        RunSQL(IN_PARTS),
        RunSQL(if_role(GRANTS)),
        RunSQL(
            if_role(
                f"REVOKE UPDATE, DELETE, TRUNCATE ON treatment_answerlog FROM {APPLICATION_ROLE}"
            )
        ),
        RunSQL(if_role(HIDDEN)),
        RunSQL(
            "CREATE FUNCTION first_answer_id(timestamptz) RETURNS uuid "
            f"LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function${FIRST_ID}$function$"
        ),
        owners_function("make_answer_months", "ahead integer", "integer", MAKE),
        migrations.CreateModel(
            name="ActedOtherwise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("treatment_id", models.UUIDField()),
                ("request", models.CharField(max_length=40)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AnswerMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(unique=True)),
                ("answers", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-month"],
            },
        ),
        migrations.CreateModel(
            name="Asking",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=concord.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("request", models.CharField(max_length=40)),
                (
                    "amount",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=20, null=True),
                ),
                ("ends_on", models.DateField()),
                ("reason", models.TextField()),
                ("named", models.JSONField()),
                ("asked_at", models.DateTimeField()),
                ("deadline", models.DateField()),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("granted", "granted"),
                            ("declined", "declined"),
                            ("lapsed", "not answered in time"),
                            ("taken_back", "no longer asked for"),
                        ],
                        max_length=12,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("reply", models.TextField(blank=True)),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("page", "on the page"),
                            ("link", "by the link in the mail"),
                            ("mail", "by mail"),
                        ],
                        max_length=4,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReplayDifference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answer", models.UUIDField()),
                ("parts", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="ReplayRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("engine", models.CharField(max_length=80, unique=True)),
                ("started_at", models.DateTimeField()),
                ("sampled_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("last", models.UUIDField(blank=True, null=True)),
                ("answers", models.BigIntegerField(default=0)),
                ("erased", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="lift",
            name="amount",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                help_text="Up to this amount of the request; none: whatever the amount.",
                max_digits=20,
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="answerlog",
            index=models.Index(fields=["department", "-id"], name="answer_by_department"),
        ),
        migrations.AddIndex(
            model_name="answerlog",
            index=models.Index(fields=["rule", "-id"], name="answer_by_rule"),
        ),
        migrations.AddIndex(
            model_name="answerlog",
            index=models.Index(fields=["policy", "-id"], name="answer_by_policy"),
        ),
        migrations.AddIndex(
            model_name="answerlog",
            index=models.Index(fields=["channel", "-id"], name="answer_by_channel"),
        ),
        migrations.AddField(
            model_name="actedotherwise",
            name="answer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acted_otherwise",
                to="treatment.answerlog",
            ),
        ),
        migrations.AddField(
            model_name="actedotherwise",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="actedotherwise",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="actedotherwise",
            name="record",
            field=models.ForeignKey(
                blank=True,
                help_text="What the request was about, where it was about one.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.record",
            ),
        ),
        migrations.AddField(
            model_name="asking",
            name="answer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="askings",
                to="treatment.answerlog",
            ),
        ),
        migrations.AddField(
            model_name="asking",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="asking",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="askings",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="asking",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="asking",
            name="lift",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="asking",
                to="treatment.lift",
            ),
        ),
        migrations.AddField(
            model_name="replaydifference",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="differences",
                to="treatment.replayrun",
            ),
        ),
        migrations.AddIndex(
            model_name="actedotherwise",
            index=models.Index(fields=["customer", "-at"], name="otherwise_of_customer"),
        ),
        migrations.AddIndex(
            model_name="asking",
            index=models.Index(
                condition=models.Q(("verdict", "")), fields=["deadline"], name="asking_open"
            ),
        ),
        migrations.AddIndex(
            model_name="asking",
            index=models.Index(fields=["customer", "-asked_at"], name="asking_of_customer"),
        ),
        migrations.AddConstraint(
            model_name="asking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verdict", "")),
                fields=("customer", "request", "asked_by"),
                name="one_asking_at_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="replaydifference",
            constraint=models.UniqueConstraint(
                fields=("run", "answer"), name="one_difference_an_answer"
            ),
        ),
        owners_function("end_answer_month", "month date", "bigint", END),
        append_only("treatment_answermonth"),
        RunSQL(if_role(f"REVOKE INSERT ON treatment_answermonth FROM {APPLICATION_ROLE}")),
        RunSQL("SELECT make_answer_months(3)"),
    ]
