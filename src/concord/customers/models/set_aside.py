from typing import ClassVar

from django.db import models


class SetAside(models.Model):
    """A question that somebody does not want to be asked before `until`; others still are."""

    one = models.UUIDField()
    other = models.UUIDField()
    by = models.ForeignKey("kernel.User", models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "one", "other"], name="set_aside_once"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id}: {self.one} ? {self.other} not before {self.until:%Y-%m-%d}"
