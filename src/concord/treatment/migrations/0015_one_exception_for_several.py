"""One exception may answer several who asked for it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("treatment", "0014_months_again")]

    operations = [
        migrations.AlterField(
            model_name="asking",
            name="lift",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="askings",
                to="treatment.lift",
            ),
        ),
    ]
