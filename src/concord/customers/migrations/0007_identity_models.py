import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import concord.kernel.ids
from concord.kernel.append_only import append_only


def _someone() -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_pairs_in_doubt"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentityModel",
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
                ("version", models.CharField(max_length=64, unique=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[("trained", "Trained"), ("by hand", "By Hand")], max_length=8
                    ),
                ),
                (
                    "base_version",
                    models.CharField(help_text="What it was compared with.", max_length=64),
                ),
                ("content", models.JSONField()),
                ("report", models.JSONField(default=dict)),
                (
                    "profiles",
                    models.PositiveIntegerField(default=0, help_text="That training looked at."),
                ),
                ("pairs", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("made_by", _someone()),
            ],
        ),
        migrations.CreateModel(
            name="IdentityRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "task",
                    models.CharField(
                        choices=[("train", "Train"), ("look again", "Look Again")], max_length=10
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("step", models.CharField(blank=True, max_length=20)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                (
                    "after",
                    models.UUIDField(help_text="The last profile that was looked at.", null=True),
                ),
                ("stopped_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(blank=True)),
                ("by", _someone()),
                (
                    "model",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="customers.identitymodel",
                    ),
                ),
                ("stopped_by", _someone()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "finished_at"),
                        name="one_open_run_a_task",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ModelInForce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                ("by", _someone()),
                (
                    "model",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="in_force",
                        to="customers.identitymodel",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["model", "-id"], name="model_in_force")],
            },
        ),
        append_only("customers_identitymodel", "customers_modelinforce"),
        migrations.CreateModel(
            name="ScoreSample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("version", models.CharField(blank=True, max_length=64)),
                (
                    "profiles",
                    models.PositiveIntegerField(default=0, help_text="That were drawn."),
                ),
                (
                    "of_profiles",
                    models.PositiveIntegerField(default=0, help_text="That there were."),
                ),
                ("content", models.JSONField(default=dict)),
                ("by", _someone()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_at", None)),
                        fields=("taken_at",),
                        name="one_sample_waits",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
