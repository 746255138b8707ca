from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0013_two_persons_off")]

    operations = [
        migrations.AddField(
            model_name="identityrun",
            name="judged_from",
            field=models.BigIntegerField(help_text="The last judgement before it.", null=True),
        ),
        migrations.AddField(
            model_name="identityrun",
            name="judged_to",
            field=models.BigIntegerField(help_text="The last judgement when it ended.", null=True),
        ),
    ]
