"""From draft to force: proposals, what the law found and the sponsor accepted in writing, objections
to rules, briefings. `publish_policy` puts in force only what was checked, and of which every finding
is accepted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from concord.kernel.append_only import APPLICATION_ROLE, append_only, if_role, owners_function

# The kinds that may be accepted stand here too: a forged check cannot make an error acceptable.
ACCEPT = """
DECLARE
    policy text;
    found jsonb;
    made bigint;
BEGIN
    PERFORM check_sponsor(acting_user, proof);
    IF btrim(why) = '' THEN
        RAISE EXCEPTION 'a finding is accepted for a reason' USING ERRCODE = 'check_violation';
    END IF;
    SELECT digest INTO policy FROM treatment_policyversion WHERE number = version_number;
    SELECT each INTO found
        FROM (SELECT findings FROM treatment_policycheck
              WHERE digest = policy ORDER BY id DESC LIMIT 1) last,
             jsonb_array_elements(last.findings) each
        WHERE each ->> 'id' = finding_id;
    IF found IS NULL THEN
        RAISE EXCEPTION 'policy version % has no such finding', version_number
            USING ERRCODE = 'no_data_found';
    END IF;
    IF found ->> 'kind' NOT IN ('gap', 'conflict', 'dead', 'inversion')
            OR NOT (found -> 'accept')::boolean THEN
        RAISE EXCEPTION 'this finding cannot be accepted' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO treatment_findingacceptance (digest, finding, said, reason, by_id, at)
        VALUES (policy, finding_id, found, why, acting_user, clock_timestamp())
        ON CONFLICT (digest, finding) DO NOTHING RETURNING id INTO made;
    IF made IS NOT NULL THEN
        INSERT INTO kernel_auditentry (at, by_id, action, subject_type, subject_id, data)
            VALUES (clock_timestamp(), acting_user, 'treatment.accept_finding', 'policy',
                    version_number::text, jsonb_build_object('finding', finding_id));
    END IF;
    RETURN made;
END
"""

PUBLISH = """
DECLARE
    version_id bigint;
    policy text;
    sound boolean;
    told jsonb;
    left_open integer;
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
    SELECT id, digest, digest = encode(sha256(convert_to(xml, 'UTF8')), 'hex')
        INTO version_id, policy, sound
        FROM treatment_policyversion WHERE number = version_number;
    IF version_id IS NULL THEN
        RAISE EXCEPTION 'there is no policy version %', version_number
            USING ERRCODE = 'no_data_found';
    END IF;
    IF NOT sound THEN
        RAISE EXCEPTION 'policy version % is not what its digest says', version_number
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT findings INTO told FROM treatment_policycheck
        WHERE digest = policy ORDER BY id DESC LIMIT 1;
    IF told IS NULL THEN
        RAISE EXCEPTION 'policy version % was not checked', version_number
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT count(*) INTO left_open FROM jsonb_array_elements(told) each
        WHERE each ->> 'kind' NOT IN ('gap', 'conflict', 'dead', 'inversion')
           OR NOT (each -> 'accept')::boolean
           OR NOT EXISTS (SELECT FROM treatment_findingacceptance a
                          WHERE a.digest = policy AND a.finding = each ->> 'id');
    IF left_open > 0 THEN
        RAISE EXCEPTION 'policy version % breaks the law: % findings are not accepted',
            version_number, left_open USING ERRCODE = 'check_violation';
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
    dependencies = [
        ("kernel", "0005_company_time_zone"),
        ("treatment", "0006_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProposalEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("published", "put in force"),
                            ("withdrawn", "withdrawn"),
                            ("sent_back", "sent back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="concern",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("accepted", "accepted: the rule is changed"),
                    ("kept", "the rule stays as it is"),
                    ("stands", "not answered in time: the rule stays as it is"),
                    ("falls", "not answered in time: the rule falls"),
                    ("moot", "no longer proposed"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="concern",
            name="rule",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="concern",
            name="unanswered",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AddField(
            model_name="concern",
            name="version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="treatment.policyversion",
            ),
        ),
        migrations.AlterField(
            model_name="concern",
            name="answer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="concerns",
                to="treatment.answerlog",
            ),
        ),
        migrations.CreateModel(
            name="Briefing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField()),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.department",
                    ),
                ),
                (
                    "in_force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="briefings",
                        to="treatment.policyinforce",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "briefing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="read_by",
                        to="treatment.briefing",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FindingAcceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("finding", models.CharField(max_length=64)),
                ("said", models.JSONField(help_text="The finding as it stood in the check.")),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ObjectionTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(default=5)),
                (
                    "unanswered",
                    models.CharField(
                        choices=[
                            ("stands", "The rule stays as it is"),
                            ("falls", "The rule falls"),
                        ],
                        default="stands",
                        max_length=8,
                    ),
                ),
                ("set_at", models.DateTimeField()),
                (
                    "chair",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PolicyCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("findings", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["digest", "-id"], name="check_of_policy")],
            },
        ),
        migrations.CreateModel(
            name="PolicyProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=200)),
                ("why", models.TextField()),
                ("wanted_from", models.DateField()),
                (
                    "unanswered",
                    models.CharField(
                        choices=[
                            ("stands", "The rule stays as it is"),
                            ("falls", "The rule falls"),
                        ],
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="treatment.policydraft",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="treatment.policyversion",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="concern",
            name="proposal",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objections",
                to="treatment.policyproposal",
            ),
        ),
        migrations.AddIndex(
            model_name="concern",
            index=models.Index(
                condition=models.Q(("kind", "rule"), ("replied_at", None)),
                fields=["rule"],
                name="objection_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer__isnull", False), ("version__isnull", False), _connector="OR"
                ),
                name="concern_of_something",
            ),
        ),
        migrations.AddField(
            model_name="proposalend",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="proposalend",
            name="in_force",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="treatment.policyinforce",
            ),
        ),
        migrations.AddField(
            model_name="proposalend",
            name="proposal",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="end",
                to="treatment.policyproposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="briefing",
            constraint=models.UniqueConstraint(
                fields=("in_force", "department"), name="one_briefing"
            ),
        ),
        migrations.AddConstraint(
            model_name="acknowledgement",
            constraint=models.UniqueConstraint(
                fields=("briefing", "user"), name="acknowledged_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="findingacceptance",
            constraint=models.UniqueConstraint(fields=("digest", "finding"), name="accepted_once"),
        ),
        migrations.AddConstraint(
            model_name="proposalend",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("in_force__isnull", False), ("kind", "published")),
                    models.Q(models.Q(("kind", "published"), _negated=True), ("in_force", None)),
                    _connector="OR",
                ),
                name="published_is_in_force",
            ),
        ),
        append_only(
            "treatment_policyproposal",
            "treatment_proposalend",
            "treatment_policycheck",
            "treatment_findingacceptance",
            "treatment_objectionterms",
            "treatment_briefing",
            "treatment_acknowledgement",
        ),
        RunSQL(
            if_role(f"REVOKE INSERT ON treatment_findingacceptance FROM {APPLICATION_ROLE}"),
            if_role(f"GRANT INSERT ON treatment_findingacceptance TO {APPLICATION_ROLE}"),
        ),
        owners_function(
            "accept_finding",
            "version_number integer, acting_user bigint, finding_id text, why text, proof bytea",
            "bigint",
            ACCEPT,
        ),
        RunSQL("DROP FUNCTION publish_policy(integer, bigint, date, text, bytea)", RunSQL.noop),
        owners_function(
            "publish_policy",
            "version_number integer, acting_user bigint, from_date date, why text, proof bytea",
            "bigint",
            PUBLISH,
        ),
    ]
