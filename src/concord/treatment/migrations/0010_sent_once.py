from django.db import migrations, models


class Migration(migrations.Migration):
    """A change of a draft that a page sends twice is one edit."""

    dependencies = [
        ("treatment", "0009_verdicts"),
    ]

    operations = [
        migrations.AddField(
            model_name="draftedit",
            name="client",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="draftedit",
            constraint=models.UniqueConstraint(
                fields=("draft", "client"), name="one_edit_a_sending"
            ),
        ),
    ]
