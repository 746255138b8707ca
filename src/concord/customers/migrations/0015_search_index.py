"""What was added to the indexes of words waits in a list of theirs; see `actions.search_index`."""

from django.db import migrations

from concord.kernel.append_only import owners_function

TIDY = """
BEGIN
    RETURN gin_clean_pending_list('customer_tokens') + gin_clean_pending_list('pairs_by_source');
END
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0014_what_a_run_joined")]

    operations = [owners_function("tidy_search_index", "", "bigint", TIDY)]
