from typing import ClassVar

from django.db import models


class ActedOtherwise(models.Model):
    """Somebody did otherwise than the answer said, and says why; the answer stays what it is.

    It is evidence of a deviation with its reason, never an exception. `answer` is null once its
    month was kept for long enough; `treatment_id` still names what it said.
    """

    answer = models.ForeignKey(
        "treatment.AnswerLog", models.PROTECT, null=True, related_name="acted_otherwise"
    )
    treatment_id = models.UUIDField()
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    request = models.CharField(max_length=40)
    record = models.ForeignKey(
        "records.Record",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What the request was about, where it was about one.",
    )
    reason = models.TextField()
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "-at"], name="otherwise_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.request} by {self.by_id}"
