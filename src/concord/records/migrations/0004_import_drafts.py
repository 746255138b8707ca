from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0003_rows_to_fix_in_every_language")]

    operations = []
