import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0011_mentions")]

    operations = [
        migrations.CreateModel(
            name="NormalForm",
            fields=[
                (
                    "profile",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="customers.profile",
                    ),
                ),
                ("version", models.IntegerField()),
                ("digest", models.BinaryField(max_length=16)),
                ("form", models.TextField()),
            ],
        ),
    ]
