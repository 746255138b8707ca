"""What decides about the policy is chained row by row, as it is written."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

SEALED = (
    "treatment_policyversion",
    "treatment_policyinforce",
    "treatment_policycheck",
    "treatment_findingacceptance",
    "treatment_proposalend",
)


class Migration(migrations.Migration):
    dependencies = [
        ("treatment", "0011_simulations_and_backtests"),
        ("kernel", "0007_seals"),
    ]

    operations = [
        RunSQL(
            f"CREATE TRIGGER seal_row AFTER INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION seal_row()",
            f"DROP TRIGGER seal_row ON {table}",
        )
        for table in SEALED
    ]
