"""Answers of who is erased lose what they rested on: the owner's function takes it away, and says
in the entry which erasure it was."""

from django.db import migrations

from concord.kernel.append_only import owners_function

REDACT = """
DECLARE
    touched integer;
BEGIN
    WITH these AS (
        SELECT a.id FROM treatment_answerlog a JOIN customers_erasure e ON e.id = erasure
        WHERE a.customer_id = ANY(e.customers) AND NOT a.inputs ? 'erased' LIMIT most)
    UPDATE treatment_answerlog a
    SET inputs = jsonb_build_object('erased', erasure),
        treatment = jsonb_build_object('erased', erasure)
    FROM these WHERE these.id = a.id;
    GET DIAGNOSTICS touched = ROW_COUNT;
    RETURN touched;
END
"""


class Migration(migrations.Migration):
    dependencies = [("treatment", "0004_policy_preview"), ("customers", "0010_rights")]

    operations = [
        owners_function("redact_answers", "erasure bigint, most integer", "integer", REDACT),
    ]
