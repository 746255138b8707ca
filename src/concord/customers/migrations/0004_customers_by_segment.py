from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_judgements_append_only")]

    operations = [
        migrations.RunSQL(
            """
            CREATE INDEX customer_by_segment ON customers_customer
                ((golden->'segment'->>'value'), name_norm, id) WHERE merged_into_id IS NULL
            """,
            "DROP INDEX customer_by_segment",
        )
    ]
