import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import concord.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0014_what_a_run_joined"),
        ("treatment", "0010_sent_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Backtest",
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
                ("name", models.CharField(max_length=200)),
                ("xml", models.TextField()),
                ("digest", models.CharField(help_text="SHA-256 of the XML.", max_length=64)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "requests",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.TextField(blank=True)),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatment.policyversion",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="backtests",
                        to="treatment.policydraft",
                    ),
                ),
                (
                    "stopped_by",
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
            name="BacktestMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.DateField()),
                ("acts", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "backtest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="months",
                        to="treatment.backtest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BacktestSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.DateField()),
                ("request", models.CharField(max_length=100)),
                ("before", models.CharField(max_length=12)),
                ("after", models.CharField(max_length=12)),
                ("became", models.CharField(max_length=12)),
                ("why", models.CharField(blank=True, max_length=20)),
                ("acts", models.PositiveIntegerField()),
                ("money", models.DecimalField(decimal_places=4, max_digits=30)),
                ("priceless", models.PositiveIntegerField(default=0)),
                (
                    "backtest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sums",
                        to="treatment.backtest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Simulation",
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
                ("name", models.CharField(max_length=200)),
                ("xml", models.TextField()),
                ("digest", models.CharField(help_text="SHA-256 of the XML.", max_length=64)),
                ("as_of", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.TextField(blank=True)),
                (
                    "base",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="treatment.policyversion",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="simulations",
                        to="treatment.policydraft",
                    ),
                ),
                (
                    "stopped_by",
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
            name="SimulatedCustomer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "simulation",
                        "condition",
                        "weight",
                        "customer",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("condition", models.BigIntegerField()),
                ("weight", models.DecimalField(decimal_places=4, max_digits=30)),
                ("revenue", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                ("overdue", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                ("overdue_days", models.IntegerField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "simulation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="treatment.simulation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SimulatedCondition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("condition", models.BigIntegerField()),
                ("answers", models.JSONField()),
                ("differs", models.BooleanField()),
                ("customers", models.PositiveIntegerField()),
                ("money", models.DecimalField(decimal_places=4, max_digits=30)),
                ("unknown", models.PositiveIntegerField()),
                (
                    "simulation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="treatment.simulation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SimulationPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.UUIDField()),
                ("last", models.UUIDField()),
                ("customers", models.PositiveIntegerField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "simulation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="treatment.simulation",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="backtest",
            index=models.Index(fields=["digest", "-asked_at"], name="backtests_of_a_policy"),
        ),
        migrations.AddConstraint(
            model_name="backtest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished_at", None)),
                fields=("base", "digest", "since", "until", "requests"),
                name="one_backtest_at_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="backtestmonth",
            constraint=models.UniqueConstraint(
                fields=("backtest", "first"), name="one_month_of_a_backtest"
            ),
        ),
        migrations.AddConstraint(
            model_name="backtestsum",
            constraint=models.UniqueConstraint(
                fields=("backtest", "first", "request", "before", "after", "became", "why"),
                name="one_sum_of_a_backtest",
            ),
        ),
        migrations.AddIndex(
            model_name="simulation",
            index=models.Index(fields=["digest", "-asked_at"], name="simulations_of_a_policy"),
        ),
        migrations.AddConstraint(
            model_name="simulation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finished_at", None)),
                fields=("base", "digest", "as_of"),
                name="one_simulation_at_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="simulatedcondition",
            constraint=models.UniqueConstraint(
                fields=("simulation", "condition"), name="one_condition_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="simulationpart",
            constraint=models.UniqueConstraint(
                fields=("simulation", "first"), name="one_part_of_a_simulation"
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE treatment_simulatedcustomer SET UNLOGGED",
            "ALTER TABLE treatment_simulatedcustomer SET LOGGED",
        ),
    ]
