from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0006_undo_at_any_size")]

    operations = []
