from typing import ClassVar

from django.db import models


class IdempotentCall(models.Model):
    """A call that was made with an Idempotency-Key, and what it answered.

    The same key with the same body gives the same response again; kept for `KEPT_DAYS`.
    """

    KEPT_DAYS: ClassVar = 7

    api_key = models.ForeignKey("kernel.ApiKey", models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    response = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["api_key", "key"], name="one_call_a_key"),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="call_by_age")]

    def __str__(self) -> str:
        return self.key
