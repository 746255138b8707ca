from typing import ClassVar

from django.db import models

from concord.kernel.ids import new_id


class AnswerLog(models.Model):
    """An answer as it was given, append-only, with all that deciding it again needs.

    `inputs` and `treatment` have the shapes of `concord.treatment.inputs.Inputs` and
    `concord.treatment.treat.Treatment` as JSON. `treatment_id` follows from the inputs alone.

    The database keeps it in parts, one a month of the ids (they begin with the time of their birth:
    `concord.treatment.months`), so that what is over goes as a whole.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    treatment_id = models.UUIDField()
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="+", db_index=False
    )
    request = models.CharField(max_length=40)
    state = models.CharField(max_length=8)
    act = models.CharField(max_length=12, blank=True)
    department = models.CharField(max_length=50, blank=True)
    rule = models.CharField(max_length=100, blank=True)
    policy = models.ForeignKey(
        "treatment.PolicyVersion", models.PROTECT, related_name="+", db_index=False
    )
    asked_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16)
    at = models.DateTimeField()
    as_of = models.DateField()
    inputs = models.JSONField()
    treatment = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["treatment_id", "id"], name="answer_by_treatment"),
            models.Index(fields=["customer", "-id"], name="answer_by_customer"),
            models.Index(fields=["request", "-id"], name="answer_by_request"),
            models.Index(fields=["act", "-id"], name="answer_by_act"),
            models.Index(fields=["department", "-id"], name="answer_by_department"),
            models.Index(fields=["rule", "-id"], name="answer_by_rule"),
            models.Index(fields=["policy", "-id"], name="answer_by_policy"),
            models.Index(fields=["channel", "-id"], name="answer_by_channel"),
        ]

    @property
    def is_erased(self) -> bool:
        """Whether an erasure has taken away what it rested on."""
        return "erased" in self.inputs

    def __str__(self) -> str:
        return f"{self.request} {self.act or self.state}"
