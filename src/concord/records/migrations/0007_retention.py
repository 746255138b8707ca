"""How long what is over is kept, and what was found due."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _id() -> tuple[str, models.BigAutoField]:
    field = models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )
    return "id", field


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_undo_at_any_size"),
        ("customers", "0010_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                _id(),
                ("type", models.CharField(max_length=40, unique=True)),
                ("months", models.PositiveIntegerField()),
                ("basis", models.TextField()),
                ("automatic", models.BooleanField(default=False)),
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
            name="Disposal",
            fields=[
                _id(),
                ("type", models.CharField(max_length=40)),
                ("before", models.DateField()),
                ("found", models.IntegerField()),
                ("done", models.IntegerField(default=0)),
                ("proposed_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "approved_by",
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
                        condition=models.Q(("finished_at", None)),
                        fields=("type",),
                        name="one_disposal_at_once",
                    )
                ],
            },
        ),
    ]
