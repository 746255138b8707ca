from typing import ClassVar

from django.db import models


class HandOver(models.Model):
    """An answer that was passed on: the task carries the question, the facts and the words."""

    answer = models.ForeignKey("treatment.AnswerLog", models.PROTECT, related_name="hand_overs")
    task = models.ForeignKey("records.Record", models.PROTECT, related_name="+")
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    to = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["answer", "to"], name="one_hand_over"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} to {self.to_id}"
