from typing import ClassVar

from django.db import models
from django.db.models import Q

from concord.records.models.imports import Import


class SourceWarning(models.Model):
    """Something about a source that somebody should look at, from `since` until it has ended.

    One that comes again each night is one warning: whoever answers for the source is told once.
    `accepted` says that a person knows and it is meant so; later files are then held against
    those since.
    """

    source = models.ForeignKey("kernel.Source", models.CASCADE, related_name="warnings")
    series = models.CharField(max_length=255, blank=True)
    code = models.CharField(max_length=20)
    column = models.CharField(max_length=255, blank=True)
    detail = models.JSONField(default=dict, help_text="What its sentence needs.")
    first_import = models.ForeignKey(Import, models.CASCADE, null=True, related_name="+")
    last_import = models.ForeignKey(Import, models.CASCADE, null=True, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, related_name="+")
    accepted = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "series", "code", "column"],
                name="one_warning",
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.code} {self.column}"
