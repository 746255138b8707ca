from typing import ClassVar

from django.db import models


class AuditEntry(models.Model):
    """Who changed what, append-only; the application's database role can only add and read."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"
