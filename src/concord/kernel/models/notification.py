from typing import ClassVar

from django.db import models


class Notification(models.Model):
    """Something that a person is told: a hold that cleared, a task handed over, an answer."""

    user = models.ForeignKey("kernel.User", models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=64)
    data = models.JSONField(default=dict, help_text="What the sentence of this kind needs.")
    url = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="told_to")]

    def __str__(self) -> str:
        return self.kind
