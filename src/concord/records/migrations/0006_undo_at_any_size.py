from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0005_groups_and_silence")]

    operations = []
