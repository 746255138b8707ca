"""Nobody becomes sponsor, or gets a sponsor's password, by the application's login alone.

What a guard refuses to the application's role, two functions of the owner do: `give_role`, which
looks at who gives it, and `change_password`. They ask for the sponsor's proof (kernel/proof.py).
"""

from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from concord.kernel.append_only import in_our_tables, owners_function

# Of what scrypt gave, only its SHA-256 is kept: see kernel/passwords.py.
SEAL = r"""
UPDATE kernel_user SET password = 'sealed_' || regexp_replace(password, '[^$]*$', '')
    || encode(sha256(decode(split_part(password, '$', 6), 'base64')), 'hex')
WHERE password LIKE 'scrypt$%'
"""

# Called by the owner's functions, in their rights. A sponsor without a password (the demo's, who
# enter with one click) is taken at the application's word.
CHECK_SPONSOR = r"""
CREATE FUNCTION check_sponsor(acting bigint, proof bytea) RETURNS boolean
LANGUAGE plpgsql AS $function$
DECLARE
    sealed text;
BEGIN
    SELECT password INTO sealed FROM kernel_user
        WHERE id = acting AND role = 'sponsor' AND is_active AND NOT is_system;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only the sponsor does this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF sealed LIKE '!%' THEN
        RETURN false;
    END IF;
    IF split_part(sealed, '$', 1) <> 'sealed_scrypt'
            OR encode(sha256(coalesce(proof, '')), 'hex') <> split_part(sealed, '$', 6) THEN
        RAISE EXCEPTION 'this is not the sponsor''s password' USING ERRCODE = 'invalid_password';
    END IF;
    RETURN true;
END $function$
"""

GIVE_ROLE = r"""
DECLARE
    before text;
    sealed text;
    may_act boolean;
    proven boolean;
BEGIN
    -- Two sponsors at once: the second one is looked at when the first one has done.
    PERFORM 1 FROM kernel_user WHERE role = 'sponsor' ORDER BY id FOR UPDATE;
    SELECT role, password, is_active AND NOT is_system INTO before, sealed, may_act
        FROM kernel_user WHERE id = person FOR UPDATE;
    IF NOT FOUND OR acting = person THEN
        RAISE EXCEPTION 'nobody changes their own role' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF 'sponsor' IN (before, new_role) THEN
        proven := check_sponsor(acting, proof);
        IF new_role = 'sponsor' AND (NOT may_act OR proven AND sealed LIKE '!%') THEN
            RAISE EXCEPTION 'a sponsor signs in with a password of their own'
                USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
    ELSE
        PERFORM 1 FROM kernel_user WHERE id = acting AND role IN ('administrator', 'sponsor')
            AND is_active AND NOT is_system;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'only an administrator or a sponsor gives roles'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    UPDATE kernel_user SET role = new_role WHERE id = person;
    INSERT INTO kernel_auditentry (at, by_id, action, subject_type, subject_id, data)
        VALUES (clock_timestamp(), acting, 'person.role', 'user', person::text,
                jsonb_build_object('from', before, 'to', new_role));
END
"""

CHANGE = r"""
BEGIN
    PERFORM check_sponsor(person, proof);
    IF fresh NOT LIKE 'sealed\_scrypt$%$%$%$%$________________________________%' THEN
        RAISE EXCEPTION 'this is no password' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE kernel_user SET password = fresh WHERE id = person;
    INSERT INTO kernel_auditentry (at, by_id, action, subject_type, subject_id, data)
        VALUES (clock_timestamp(), person, 'person.password', 'user', person::text, '{}');
END
"""

# Not by grants on columns: these cannot tell a sponsor's row, or a first sponsor, from others.
GUARD = r"""
CREATE FUNCTION guard_people() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
    refused text;
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
    THEN
        refused := NULL;
    ELSIF TG_OP = 'INSERT' THEN
        refused := CASE
            WHEN NEW.is_superuser OR NEW.is_staff THEN 'a superuser'
            WHEN NEW.role = 'sponsor' AND EXISTS (SELECT FROM kernel_user WHERE role = 'sponsor')
                THEN 'another sponsor' END;
    ELSIF TG_OP = 'DELETE' THEN
        refused := CASE WHEN OLD.role = 'sponsor' THEN 'the sponsor' END;
    ELSE
        refused := CASE
            WHEN (NEW.id, NEW.role, NEW.is_system, NEW.is_superuser, NEW.is_staff)
                IS DISTINCT FROM (OLD.id, OLD.role, OLD.is_system, OLD.is_superuser, OLD.is_staff)
                THEN 'what somebody may do'
            WHEN OLD.role = 'sponsor' AND (NEW.is_active, NEW.email)
                IS DISTINCT FROM (OLD.is_active, OLD.email) THEN 'how the sponsor signs in'
            WHEN OLD.role = 'sponsor' AND OLD.password NOT LIKE '!%'
                AND NEW.password IS DISTINCT FROM OLD.password THEN 'the sponsor''s password' END;
    END IF;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION '% may not %: %', current_user, lower(TG_OP), refused
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $function$
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_append_only")]

    operations = [
        RunSQL(SEAL, RunSQL.noop),
        RunSQL(
            [
                CHECK_SPONSOR,
                in_our_tables("check_sponsor(bigint, bytea)"),
                "REVOKE ALL ON FUNCTION check_sponsor(bigint, bytea) FROM PUBLIC",
            ],
            "DROP FUNCTION check_sponsor(bigint, bytea)",
        ),
        owners_function(
            "give_role",
            "acting bigint, person bigint, new_role text, proof bytea",
            "void",
            GIVE_ROLE,
        ),
        owners_function(
            "change_password", "person bigint, fresh text, proof bytea", "void", CHANGE
        ),
        RunSQL(
            [
                GUARD,
                in_our_tables("guard_people()"),
                "CREATE TRIGGER guard_people BEFORE INSERT OR UPDATE OR DELETE ON kernel_user "
                "FOR EACH ROW EXECUTE FUNCTION guard_people()",
            ],
            ["DROP TRIGGER guard_people ON kernel_user", "DROP FUNCTION guard_people()"],
        ),
        migrations.CreateModel(
            name="Remembered",
            fields=[
                ("key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
