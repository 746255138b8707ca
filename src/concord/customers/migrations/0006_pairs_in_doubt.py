import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0005_fewer_indexes")]

    operations = [
        migrations.AddField(
            model_name="pair",
            name="doubted",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="customers.profile",
            ),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("doubted", None),
                    ("doubted", models.F("left")),
                    ("doubted", models.F("right")),
                    _connector="OR",
                ),
                name="one_of_the_pair_is_doubted",
            ),
        ),
        migrations.AddIndex(
            model_name="judgement",
            index=models.Index(
                condition=models.Q(("verdict", "different")),
                fields=["left", "right"],
                name="judged_different",
            ),
        ),
    ]
