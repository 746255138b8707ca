import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def _profile(**more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="customers.profile",
        **more,
    )


def _person(on_delete=django.db.models.deletion.CASCADE, **more):
    return models.ForeignKey(
        on_delete=on_delete, related_name="+", to=settings.AUTH_USER_MODEL, **more
    )


ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
VERDICTS = [("same", "The same"), ("different", "Different"), ("withdrawn", "Taken back")]


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_identity_models"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "pair", "is_bridge", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField("pair", "stake", models.FloatField(db_default=0.0, default=0.0)),
        migrations.AddField("pair", "at_stake", models.JSONField(blank=True, null=True)),
        migrations.AddField(
            "pair",
            "about",
            models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        migrations.AddField(
            "pair",
            "sources",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, null=True, size=None
            ),
        ),
        migrations.AddField("pair", "weighed_at", models.DateTimeField(blank=True, null=True)),
        migrations.RemoveIndex("pair", "pairs_by_score"),
        migrations.AddIndex(
            "pair",
            models.Index(
                F("stake").desc(),
                models.Case(models.When(doubted__isnull=False, then=1), default=0).desc(),
                F("score").desc(),
                F("id").desc(),
                name="pairs_in_order",
            ),
        ),
        migrations.AddIndex(
            "pair",
            models.Index(
                F("stake").desc(),
                models.Case(models.When(doubted__isnull=False, then=1), default=0).desc(),
                F("score").desc(),
                F("id").desc(),
                condition=models.Q(is_bridge=True),
                name="bridges_in_order",
            ),
        ),
        migrations.AddIndex(
            "pair",
            django.contrib.postgres.indexes.GinIndex(fields=["sources"], name="pairs_by_source"),
        ),
        migrations.AddIndex(
            "pair", models.Index(fields=["weighed_at", "id"], name="pairs_by_weighing")
        ),
        migrations.AddIndex(
            "pair",
            models.Index(
                condition=models.Q(("doubted__isnull", False)),
                fields=["doubted"],
                name="pairs_in_doubt",
            ),
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", ID),
                ("one", models.UUIDField()),
                ("other", models.UUIDField()),
                ("ticket", models.UUIDField(default=uuid.uuid4)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("by", _person()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="one_claim_a_question")
                ],
            },
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                ("id", ID),
                ("one", models.UUIDField()),
                ("other", models.UUIDField()),
                ("until", models.DateTimeField()),
                ("by", _person()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("by", "one", "other"), name="set_aside_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SecondOpinion",
            fields=[
                ("id", ID),
                ("of_entry", models.BooleanField(default=False)),
                ("note", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("verdict", models.CharField(blank=True, choices=VERDICTS, max_length=10)),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("left", _profile()),
                ("right", _profile(db_index=False)),
                ("asked_by", _person(django.db.models.deletion.PROTECT)),
                (
                    "of",
                    _person(
                        django.db.models.deletion.PROTECT, blank=True, db_index=False, null=True
                    ),
                ),
                (
                    "answered_by",
                    _person(
                        django.db.models.deletion.PROTECT, blank=True, db_index=False, null=True
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at", None)),
                        fields=["asked_at"],
                        name="opinions_wanted",
                    )
                ],
            },
        ),
    ]
