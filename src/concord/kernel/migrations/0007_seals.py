"""Append-only logs are chained by SHA-256: see kernel/chain.py. The application only reads seals."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from concord.kernel.append_only import (
    APPLICATION_ROLE,
    append_only,
    if_role,
    in_our_tables,
    owners_function,
)

# The rows of a log as digests; one zone, so that a moment is written in one way.
LEAVES = """
CREATE FUNCTION log_leaves(log text, wanted text[], named text[])
RETURNS TABLE (id text, leaf bytea) LANGUAGE plpgsql STABLE SET timezone = 'UTC' AS $function$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT t.id::text, substring(sha256(convert_to((to_jsonb(t) - ARRAY('
        '  SELECT key FROM jsonb_object_keys(to_jsonb(t)) key WHERE key <> ALL ($2)))::text,'
        '  ''UTF8'')) FOR 16) FROM %I t WHERE t.id = ANY ($1::%s[])',
        log, (SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
              WHERE a.attrelid = log::regclass AND a.attname = 'id'))
        USING wanted, named;
END $function$
"""

# One link, inside the lock of its log.
APPEND = """
CREATE FUNCTION append_seal(named_log text, rows text[]) RETURNS void
LANGUAGE plpgsql AS $function$
DECLARE
    before text;
    named text[];
    all_leaves bytea;
BEGIN
    SELECT array_agg(attname::text ORDER BY attname) INTO named FROM pg_attribute
        WHERE attrelid = named_log::regclass AND attnum > 0 AND NOT attisdropped;
    SELECT string_agg(l.leaf, ''::bytea ORDER BY r.at) INTO all_leaves
        FROM unnest(rows) WITH ORDINALITY r(id, at)
        JOIN log_leaves(named_log, rows, named) l ON l.id = r.id;
    SELECT digest INTO before FROM kernel_seal WHERE log = named_log ORDER BY id DESC LIMIT 1;
    before := coalesce(before, repeat('0', 64));
    INSERT INTO kernel_seal (log, ids, columns, leaves, previous, digest, at)
    VALUES (named_log, rows, named, all_leaves, before,
            encode(sha256(convert_to(concat_ws(E'\\n', before, named_log,
                array_to_string(rows, ','), array_to_string(named, ',')), 'UTF8') || all_leaves),
                'hex'),
            clock_timestamp());
END $function$
"""

# A rare log, as each row is written: whoever writes next waits until this one has ended.
SEAL_ROW = """
CREATE FUNCTION seal_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $function$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('seal'), hashtext(TG_TABLE_NAME));
    PERFORM append_seal(TG_TABLE_NAME, ARRAY[NEW.id::text]);
    RETURN NULL;
END $function$
"""

# A busy log, in batches: what is older than every transaction that is still writing to it. Who
# commits late has an id among those of the last links, so these are looked through.
SEAL_LOG = """
DECLARE
    rows text[];
    late text;
    writing xid;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('seal'), hashtext(named_log));
    SELECT ids[1] INTO late FROM kernel_seal WHERE log = named_log
        ORDER BY id DESC OFFSET 20 LIMIT 1;
    SELECT x.transactionid INTO writing
        FROM pg_locks l JOIN pg_locks x ON x.pid = l.pid
        WHERE l.locktype = 'relation' AND l.relation = named_log::regclass
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND l.mode = 'RowExclusiveLock' AND l.pid <> pg_backend_pid()
          AND x.locktype = 'transactionid' AND x.granted AND x.mode = 'ExclusiveLock'
        ORDER BY age(x.transactionid) DESC LIMIT 1;
    EXECUTE format(
        'WITH last AS (SELECT unnest(s.ids) AS id FROM (SELECT ids FROM kernel_seal'
        '    WHERE log = $1 ORDER BY id DESC LIMIT 21) s)'
        ' SELECT array_agg(n.id::text ORDER BY n.id) FROM (SELECT t.id FROM %I t'
        '    WHERE ($2 IS NULL OR t.id >= $2::%s)'
        '      AND ($4 IS NULL OR age(t.xmin) > age($4))'
        '      AND NOT EXISTS (SELECT FROM last WHERE last.id = t.id::text)'
        '    ORDER BY t.id LIMIT $3) n',
        named_log, (SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
                    WHERE a.attrelid = named_log::regclass AND a.attname = 'id'))
        INTO rows USING named_log, late, most, writing;
    IF rows IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM append_seal(named_log, rows);
    RETURN cardinality(rows);
END
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_letters")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False,
                                           verbose_name="ID")),
                ("log", models.CharField(max_length=63)),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(),
                                                                  size=None)),
                ("columns", django.contrib.postgres.fields.ArrayField(
                    base_field=models.TextField(), size=None)),
                ("leaves", models.BinaryField()),
                ("previous", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["log", "-id"], name="seal_of_log")]},
        ),
        append_only("kernel_seal"),
        RunSQL(
            if_role(f"REVOKE INSERT ON kernel_seal FROM {APPLICATION_ROLE}"),
            if_role(f"GRANT INSERT ON kernel_seal TO {APPLICATION_ROLE}"),
        ),
        RunSQL(
            [
                LEAVES,
                in_our_tables("log_leaves(text, text[], text[])"),
                APPEND,
                in_our_tables("append_seal(text, text[])"),
                "REVOKE ALL ON FUNCTION append_seal(text, text[]) FROM PUBLIC",
                SEAL_ROW,
                in_our_tables("seal_row()"),
            ],
            [
                "DROP FUNCTION seal_row()",
                "DROP FUNCTION append_seal(text, text[])",
                "DROP FUNCTION log_leaves(text, text[], text[])",
            ],
        ),
        owners_function("seal_log", "named_log text, most integer", "integer", SEAL_LOG),
    ]  # fmt: skip
