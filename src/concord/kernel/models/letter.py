from typing import ClassVar

from django.db import models


class Letter(models.Model):
    """A mail to one of our people, made once for each `kind` and `key`, and sent by a job.

    What it says is written when it is sent (`concord.kernel.mail.register`), so nothing of it is
    kept here.
    """

    user = models.ForeignKey("kernel.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind", "key"], name="one_letter"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ReadMail(models.Model):
    """A mail that came in and was dealt with, so that it is once: its digest, and nothing of it."""

    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest
