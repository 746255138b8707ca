from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0005_groups_and_silence")]

    operations = [
        migrations.AddField(
            "import",
            "warnings",
            models.JSONField(
                blank=True,
                default=list,
                help_text="What is odd about the file, though it came in.",
            ),
        ),
        migrations.AddField(
            "import",
            "undo_counts",
            models.JSONField(
                default=dict,
                help_text="Per kind, what its undo has withdrawn and restored so far.",
            ),
        ),
        migrations.AddField("import", "undo_done", models.BigIntegerField(default=0)),
        migrations.AddField("import", "undo_total", models.BigIntegerField(blank=True, null=True)),
        migrations.AlterField(
            "import",
            "state",
            models.CharField(
                choices=[
                    ("running", "Running"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("stopped", "Stopped"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                ],
                default="running",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            "import",
            models.Index(
                condition=models.Q(("state", "undoing")),
                fields=["source"],
                name="imports_being_undone",
            ),
        ),
        migrations.RemoveIndex("record", "record_by_import"),
        migrations.AddIndex(
            "record",
            models.Index(
                condition=models.Q(("import_id__isnull", False)),
                fields=["import_id", "id"],
                name="record_by_import",
            ),
        ),
    ]
