from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class StepKind(models.TextChoices):
    TASK = "task", _("A task")
    SOURCE = "data", _("The source was wrong")


class VerdictStep(models.Model):
    """What followed from an act that was not kept: a task, or a concern about the source."""

    record = models.ForeignKey("records.Record", models.PROTECT, related_name="+")
    request = models.CharField(max_length=40)
    kind = models.CharField(max_length=4, choices=StepKind)
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    task = models.ForeignKey("records.Record", models.PROTECT, null=True, related_name="+")
    concern = models.ForeignKey("treatment.Concern", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "request", "kind"], name="one_step_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.record_id}"
