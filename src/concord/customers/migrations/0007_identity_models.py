from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_pairs_in_doubt")]

    operations = []
