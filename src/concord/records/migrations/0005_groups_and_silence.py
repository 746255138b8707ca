import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Rows that were kept before there were groups get theirs.
FIND_GROUPS = [
    """
    INSERT INTO records_rowgroup (imported_id, code, "column", value, waiting, dismissed)
    SELECT imported_id, code, "column", CASE WHEN length(value) <= 200 THEN value END,
           count(*) FILTER (WHERE resolved_at IS NULL),
           count(*) FILTER (WHERE resolution = 'dismissed')
    FROM records_rejection GROUP BY 1, 2, 3, 4
    """,
    """
    UPDATE records_rejection r SET group_id = g.id FROM records_rowgroup g
    WHERE g.imported_id = r.imported_id AND g.code = r.code AND g."column" = r."column"
      AND g.value IS NOT DISTINCT FROM CASE WHEN length(r.value) <= 200 THEN r.value END
    """,
]
# How many rows of a group wait or are dismissed, counted with every statement that changes rows:
# a page of groups does not count a million rows, and no bulk statement can forget to.
COUNT_ROWS = """
CREATE FUNCTION records_count_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT group_id, resolved_at, resolution, 1 AS n FROM fresh'
        WHEN 'DELETE' THEN 'SELECT group_id, resolved_at, resolution, -1 AS n FROM old_rows'
        ELSE 'SELECT group_id, resolved_at, resolution, 1 AS n FROM fresh UNION ALL '
          || 'SELECT group_id, resolved_at, resolution, -1 FROM old_rows'
        END;
    changed record;
BEGIN
    FOR changed IN EXECUTE
        'SELECT group_id, sum(n * (resolved_at IS NULL)::int) AS waiting, '
        || 'sum(n * (resolution = ''dismissed'')::int) AS dismissed FROM (' || change || ') c '
        || 'GROUP BY group_id ORDER BY group_id'
    LOOP
        IF changed.waiting <> 0 OR changed.dismissed <> 0 THEN
            UPDATE records_rowgroup SET waiting = waiting + changed.waiting,
                dismissed = dismissed + changed.dismissed WHERE id = changed.group_id;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER rows_kept AFTER INSERT ON records_rejection REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION records_count_rows();
CREATE TRIGGER rows_changed AFTER UPDATE ON records_rejection
    REFERENCING NEW TABLE AS fresh OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION records_count_rows();
CREATE TRIGGER rows_removed AFTER DELETE ON records_rejection REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION records_count_rows();
"""
COUNT_NO_MORE = """
DROP TRIGGER rows_kept ON records_rejection;
DROP TRIGGER rows_changed ON records_rejection;
DROP TRIGGER rows_removed ON records_rejection;
DROP FUNCTION records_count_rows();
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("records", "0004_import_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
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
                            ("profile", "Profile"),
                            ("record", "Record"),
                            ("line", "Line"),
                            ("relationship", "Relationship"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "type",
                    models.CharField(help_text="As in the coverage of an import.", max_length=40),
                ),
                ("profile_id", models.UUIDField(null=True)),
                ("row_id", models.BigIntegerField(null=True)),
                ("done", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="ImportShape",
            fields=[
                (
                    "imported",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="shape",
                        serialize=False,
                        to="records.import",
                    ),
                ),
                (
                    "series",
                    models.CharField(help_text="The file's name without its date.", max_length=255),
                ),
                ("columns", models.JSONField(default=dict)),
                ("sampled", models.IntegerField(default=0)),
                ("coverage", models.JSONField(default=dict)),
                (
                    "unreadable",
                    models.IntegerField(default=0, help_text="Rows that do not tell their keys."),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mending",
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
                            ("replace", "Another value"),
                            ("date", "Read as a date"),
                            ("number", "Read as a number"),
                            ("fill", "A value for the empty ones"),
                            ("strip", "Without some characters"),
                            ("empty", "Leave it empty"),
                            ("without", "Take the row without it"),
                            ("first", "The first row holds"),
                            ("later", "The later row holds"),
                            ("again", "Taken up as it is"),
                            ("file", "Mended in a spreadsheet"),
                            ("dismiss", "Nobody needs them"),
                            ("reopen", "Taken up again after all"),
                        ],
                        max_length=8,
                    ),
                ),
                ("groups", models.JSONField(default=list)),
                (
                    "correction",
                    models.JSONField(
                        default=dict, help_text="What `corrections.Correction` keeps."
                    ),
                ),
                ("note", models.TextField(blank=True, help_text="Why rows are dismissed.")),
                ("file", models.CharField(blank=True, max_length=400)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("stopped", "Stopped"),
                            ("failed", "Failed"),
                        ],
                        default="running",
                        max_length=8,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("rows_total", models.IntegerField(default=0)),
                ("rows_done", models.IntegerField(default=0)),
                ("taken_up", models.IntegerField(default=0)),
                ("group_at", models.BigIntegerField(default=0)),
                ("row_at", models.BigIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                ("mapping_before", models.TextField(blank=True)),
                (
                    "mapping_after",
                    models.TextField(blank=True, help_text="The source's mapping, if it was kept."),
                ),
                ("put_back_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RowGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("column", models.CharField(blank=True, max_length=255)),
                ("value", models.TextField(null=True)),
                ("waiting", models.IntegerField(default=0)),
                ("dismissed", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Silence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.CharField(max_length=255)),
                ("since", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To decide"),
                            ("going", "Being withdrawn"),
                            ("gone", "Gone"),
                            ("back", "Being brought back"),
                            ("kept", "Kept"),
                            ("wrong", "The export was wrong"),
                            ("ended", "They came back"),
                        ],
                        default="open",
                        max_length=5,
                    ),
                ),
                (
                    "counts",
                    models.JSONField(default=dict, help_text="Missing ones by what they are."),
                ),
                (
                    "known",
                    models.IntegerField(
                        default=0, help_text="Of how many that the source had told of."
                    ),
                ),
                ("for_good", models.BooleanField(default=False)),
                ("decided_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("rows_done", models.IntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SourceWarning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.CharField(blank=True, max_length=255)),
                ("code", models.CharField(max_length=20)),
                ("column", models.CharField(blank=True, max_length=255)),
                ("detail", models.JSONField(default=dict, help_text="What its sentence needs.")),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("accepted", models.BooleanField(default=False)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="rejection",
            name="rows_to_fix",
        ),
        migrations.AddField(
            model_name="rejection",
            name="note",
            field=models.TextField(blank=True, help_text="Why it was dismissed."),
        ),
        migrations.AddField(
            model_name="mending",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="mending",
            name="imported",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mendings",
                to="records.import",
            ),
        ),
        migrations.AddField(
            model_name="rejection",
            name="mending",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="records.mending",
            ),
        ),
        migrations.AddField(
            model_name="rowgroup",
            name="imported",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="row_groups",
                to="records.import",
            ),
        ),
        migrations.AddField(
            model_name="rejection",
            name="group",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="records.rowgroup",
            ),
        ),
        migrations.AddField(
            model_name="silence",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="silence",
            name="imported",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.import"
            ),
        ),
        migrations.AddField(
            model_name="silence",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="silences",
                to="kernel.source",
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="silence",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="absences",
                to="records.silence",
            ),
        ),
        migrations.AddField(
            model_name="sourcewarning",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sourcewarning",
            name="first_import",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="records.import",
            ),
        ),
        migrations.AddField(
            model_name="sourcewarning",
            name="last_import",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="records.import",
            ),
        ),
        migrations.AddField(
            model_name="sourcewarning",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="warnings",
                to="kernel.source",
            ),
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL(FIND_GROUPS, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="rejection",
            name="group",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="records.rowgroup",
            ),
        ),
        migrations.AddIndex(
            model_name="importshape",
            index=models.Index(fields=["series", "imported"], name="import_series"),
        ),
        migrations.AddIndex(
            model_name="rejection",
            index=models.Index(
                condition=models.Q(("resolved_at", None)),
                fields=["imported", "id"],
                name="rows_to_fix",
            ),
        ),
        migrations.AddIndex(
            model_name="rejection",
            index=models.Index(
                condition=models.Q(("resolved_at", None)),
                fields=["group", "id"],
                name="rows_of_a_group",
            ),
        ),
        migrations.AddIndex(
            model_name="rejection",
            index=models.Index(
                condition=models.Q(("resolution", "dismissed")),
                fields=["-resolved_at", "-id"],
                name="dismissed_rows",
            ),
        ),
        migrations.AddIndex(
            model_name="rowgroup",
            index=models.Index(
                models.OrderBy(models.F("waiting"), descending=True),
                models.F("id"),
                condition=models.Q(("waiting__gt", 0)),
                name="groups_to_fix",
            ),
        ),
        migrations.AddConstraint(
            model_name="rowgroup",
            constraint=models.UniqueConstraint(
                fields=("imported", "code", "column", "value"),
                name="one_group_of_rows",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="silence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("source", "series"),
                name="one_open_silence",
            ),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(fields=["silence", "done", "id"], name="absences_of"),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("profile_id__isnull", False)),
                fields=("profile_id",),
                name="one_absence_a_profile",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("row_id__isnull", False)),
                fields=("kind", "row_id"),
                name="one_absence_a_row",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcewarning",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("source", "series", "code", "column"),
                name="one_warning",
            ),
        ),
        migrations.RunSQL(COUNT_ROWS, COUNT_NO_MORE),
    ]
