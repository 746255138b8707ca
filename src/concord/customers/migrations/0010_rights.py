"""The rights of persons: what they ask for and what is done, in a log; erasures.

The application can neither begin an erasure unseen nor use one to change a log as it likes: the
functions of the owner look who asks, only take words away, and leave their line in the audit.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

import concord.kernel.ids
from concord.kernel.append_only import APPLICATION_ROLE, append_only, if_role, owners_function

BEGIN = """
DECLARE
    made bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM kernel_user WHERE id = acting AND is_active AND NOT is_system
            AND role IN ('officer', 'administrator', 'sponsor')) THEN
        RAISE EXCEPTION 'only an officer, an administrator or the sponsor erases'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM customers_rightssettings WHERE two_persons) AND NOT EXISTS (
            SELECT FROM kernel_user WHERE id = agreeing AND id <> acting AND is_active
            AND NOT is_system AND role IN ('officer', 'administrator', 'sponsor')) THEN
        RAISE EXCEPTION 'a second person has to agree' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT unnest(said) EXCEPT SELECT profile_id FROM customers_membership
            WHERE customer_id = ANY(ids) AND known_to IS NULL) THEN
        RAISE EXCEPTION 'these are not the profiles of this customer'
            USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO customers_erasure
            (customer_id, customers, profiles, at, by_id, second_id, request_id)
        VALUES (customer, ids, said, clock_timestamp(), acting, agreeing, request)
        RETURNING id INTO made;
    INSERT INTO kernel_auditentry (at, by_id, action, subject_type, subject_id, data)
        VALUES (clock_timestamp(), acting, 'customers.erase', 'customer', customer::text,
                jsonb_build_object('erasure', made, 'second', agreeing));
    RETURN made;
END
"""

# What is left of a judgement's evidence are ids and names of attributes.
JUDGEMENTS = """
DECLARE
    touched integer;
BEGIN
    UPDATE customers_judgement j
    SET reason = '', evidence = coalesce((
            SELECT jsonb_object_agg(key, value) FROM jsonb_each(j.evidence)
            WHERE key IN ('takes_back', 'doubted', 'correction', 'act', 'asked_at', 'beyond')), '{}')
    FROM customers_erasure e
    WHERE e.id = erasure AND (j.left_id = ANY(e.profiles) OR j.right_id = ANY(e.profiles))
      AND (j.reason <> '' OR j.evidence - '{takes_back,doubted,correction,act,asked_at,beyond}'::text[] <> '{}');
    GET DIAGNOSTICS touched = ROW_COUNT;
    RETURN touched;
END
"""

# Words that no profile of the erasure says are refused: nobody blanks the log of other things.
MENTIONS = """
DECLARE
    word text;
    inside text;
    touched integer := 0;
    changed integer;
BEGIN
    IF NOT EXISTS (SELECT FROM customers_erasure e JOIN customers_erasurerun r ON r.erasure_id = e.id
            WHERE e.id = erasure AND r.finished_at IS NULL) THEN
        RAISE EXCEPTION 'there is no such erasure under way' USING ERRCODE = 'check_violation';
    END IF;
    FOREACH word IN ARRAY words LOOP
        inside := substr(to_json(word)::text, 2, length(to_json(word)::text) - 2);
        IF char_length(word) < 3 OR NOT EXISTS (
                SELECT FROM customers_erasure e
                JOIN customers_profile p ON p.id = ANY(e.profiles)
                LEFT JOIN customers_profileversion v ON v.profile_id = p.id
                WHERE e.id = erasure AND (strpos(p.data::text, inside) > 0
                    OR strpos(v.data::text, inside) > 0 OR p.key = word)) THEN
            RAISE EXCEPTION 'this is no word of who is erased' USING ERRCODE = 'check_violation';
        END IF;
        UPDATE kernel_auditentry SET data = replace(data::text, inside, '▒▒▒')::jsonb
        WHERE id BETWEEN first AND last AND strpos(data::text, inside) > 0;
        GET DIAGNOSTICS changed = ROW_COUNT;
        touched := touched + changed;
        UPDATE customers_rightsevent
        SET note = replace(note, word, '▒▒▒'), data = replace(data::text, inside, '▒▒▒')::jsonb
        WHERE id BETWEEN first AND last
          AND (strpos(note, word) > 0 OR strpos(data::text, inside) > 0);
        GET DIAGNOSTICS changed = ROW_COUNT;
        touched := touched + changed;
    END LOOP;
    RETURN touched;
END
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_golden_settings"),
        ("kernel", "0005_company_time_zone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer_id", models.UUIDField(db_index=True)),
                (
                    "customers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                (
                    "profiles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                ("request_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RightsSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("two_persons", models.BooleanField(default=False)),
                ("file_days", models.IntegerField(default=7)),
                ("secret", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="RightsRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "right",
                    models.CharField(
                        choices=[
                            ("access", "A copy of their data"),
                            ("correction", "A correction"),
                            ("restriction", "A restriction"),
                            ("erasure", "An erasure"),
                        ],
                        max_length=12,
                    ),
                ),
                ("received_on", models.DateField()),
                ("due_on", models.DateField()),
                ("taken_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RightsEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("customer_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=24)),
                ("note", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="customers.rightsrequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PersonFile",
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
                ("language", models.CharField(max_length=10)),
                ("made_at", models.DateTimeField()),
                ("done", models.IntegerField(default=0)),
                ("total", models.IntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.TextField(blank=True)),
                ("forget_at", models.DateTimeField()),
                ("forgotten_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="customers.rightsrequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ErasurePlan",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                (
                    "also",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                ("despite", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.rightsrequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ErasureRun",
            fields=[
                (
                    "erasure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="run",
                        serialize=False,
                        to="customers.erasure",
                    ),
                ),
                ("steps", models.IntegerField(default=0)),
                ("step", models.IntegerField(default=0)),
                ("touched", models.JSONField(default=dict)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None)),
                        fields=["erasure"],
                        name="erasures_to_finish",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ErasedKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=16)),
                ("let_in_at", models.DateTimeField(blank=True, null=True)),
                (
                    "let_in_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.source",
                    ),
                ),
                (
                    "erasure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keys",
                        to="customers.erasure",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("let_in_at", None)),
                        fields=("source", "digest"),
                        name="one_erased_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateField(blank=True, null=True)),
                ("reason", models.TextField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_because", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)),
                        fields=("customer",),
                        name="one_restriction",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="rightsrequest",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["due_on", "id"],
                name="rights_to_answer",
            ),
        ),
        migrations.AddIndex(
            model_name="rightsevent",
            index=models.Index(fields=["customer_id", "-id"], name="rights_log"),
        ),
        migrations.AddIndex(
            model_name="personfile",
            index=models.Index(fields=["customer", "-made_at"], name="files_of_customer"),
        ),
        migrations.AddIndex(
            model_name="personfile",
            index=models.Index(
                condition=models.Q(("forgotten_at", None)),
                fields=["forget_at"],
                name="files_to_forget",
            ),
        ),
        append_only("customers_rightsevent", "customers_erasure"),
        RunSQL(
            if_role(f"REVOKE INSERT ON customers_erasure FROM {APPLICATION_ROLE}"),
            if_role(f"GRANT INSERT ON customers_erasure TO {APPLICATION_ROLE}"),
        ),
        owners_function(
            "begin_erasure",
            "acting bigint, agreeing bigint, customer uuid, ids uuid[], said uuid[], request bigint",
            "bigint",
            BEGIN,
        ),
        owners_function("redact_judgements", "erasure bigint", "integer", JUDGEMENTS),
        owners_function(
            "redact_mentions",
            "erasure bigint, words text[], first bigint, last bigint",
            "integer",
            MENTIONS,
        ),
    ]
