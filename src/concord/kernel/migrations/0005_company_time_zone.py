"""The company says itself in which time zone its days begin."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_migrations_read_only")]

    operations = [
        migrations.AddField("company", "time_zone", models.CharField(default="UTC", max_length=64)),
    ]
