from typing import ClassVar

from django.db import models


class NotBelonging(models.Model):
    """Somebody said that these two customers belong to no common group or household, although
    they look so: it is not proposed again. `one` is the lesser id; taken back, the row goes.
    """

    one = models.UUIDField()
    other = models.UUIDField()
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="not_belonging_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["other"], name="not_belonging_of_other")]

    def __str__(self) -> str:
        return f"{self.one} and {self.other} apart"
