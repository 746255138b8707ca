from typing import ClassVar

from django.db import models


class Watch(models.Model):
    """Somebody wants to be told when the answer becomes "go ahead"."""

    answer = models.ForeignKey("treatment.AnswerLog", models.PROTECT, related_name="watches")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    user = models.ForeignKey("kernel.User", models.CASCADE, related_name="watches")
    created_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        "treatment.AnswerLog", models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When they stopped waiting.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["answer", "user"],
                name="one_watch",
                condition=models.Q(cleared_at=None, ended_at=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["customer"],
                name="watch_waiting",
                condition=models.Q(cleared_at=None, ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} waits for {self.answer_id}"
