"""What was emptied when its time was over does not come back by the next file."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0007_retention"), ("kernel", "0005_company_time_zone")]

    operations = [
        migrations.CreateModel(
            name="DisposedKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("type", models.CharField(max_length=40)),
                ("digest", models.BinaryField(max_length=16)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.source",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["source", "digest"], name="one_disposed_key")
                ],
                "indexes": [models.Index(fields=["type"], name="disposed_of_type")],
            },
        ),
    ]
