"""The application reads which migrations are done, and cannot mark one as done that is not."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from concord.kernel.append_only import APPLICATION_ROLE, if_role

RIGHTS = "INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations"


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_sponsors_proof")]

    operations = [
        RunSQL(
            if_role(f"REVOKE {RIGHTS} FROM {APPLICATION_ROLE}"),
            if_role(f"GRANT {RIGHTS} TO {APPLICATION_ROLE}"),
        )
    ]
