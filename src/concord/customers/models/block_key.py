from typing import ClassVar

from django.db import models

from concord.customers.models.profile import Profile


class BlockKey(models.Model):
    """A hashed value that two profiles of one customer probably share: how candidates are found."""

    key = models.BigIntegerField()
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "profile"], name="one_key_a_profile"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.profile_id}"
