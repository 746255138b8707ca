"""A row that comes again is mended as it was: the one before is found by what it said."""

from django.db import migrations, models
from django.db.models.fields.json import KT


class Migration(migrations.Migration):
    dependencies = [("records", "0008_disposed_keys")]

    operations = [
        migrations.AddIndex(
            "rejection",
            models.Index(
                KT("detail__mended__said"),
                condition=models.Q(("resolution", "replayed")),
                name="mended_rows",
            ),
        ),
    ]
