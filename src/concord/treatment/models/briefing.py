from typing import ClassVar

from django.db import models


class Briefing(models.Model):
    """What a version that comes into force changes for one department; append-only.

    `content` is `{"tables": [{"decision", "sentences": {language: [sentence]}}], "customers":
    [[customer id, changes as `concord.treatment.simulate` dumps them]]}`: no names, so that who is
    erased is not kept here.
    """

    in_force = models.ForeignKey(
        "treatment.PolicyInForce", models.PROTECT, related_name="briefings"
    )
    department = models.ForeignKey("kernel.Department", models.PROTECT, related_name="+")
    content = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["in_force", "department"], name="one_briefing"),
        ]

    def __str__(self) -> str:
        return f"{self.in_force_id} {self.department_id}"


class Acknowledgement(models.Model):
    """That a person has read a briefing. Shown to themselves; to others only as a share."""

    briefing = models.ForeignKey(Briefing, models.PROTECT, related_name="read_by")
    user = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["briefing", "user"], name="acknowledged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.briefing_id} read"
