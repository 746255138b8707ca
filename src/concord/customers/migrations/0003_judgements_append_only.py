from django.db import migrations

from concord.kernel.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_initial")]

    operations = [append_only("customers_judgement")]
