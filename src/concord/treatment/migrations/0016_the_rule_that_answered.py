"""The rules that decided tell which of them answered and which is the lowest; the latter stood
beside them once more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("treatment", "0015_one_exception_for_several")]

    operations = [migrations.RemoveField(model_name="actverdict", name="rule")]
