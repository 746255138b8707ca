from typing import ClassVar

from django.db import models


class Part(models.TextChoices):
    LINE = "line"
    LINK = "link"
    ALLOCATION = "allocation"


class WaitingPart(models.Model):
    """A line, link or allocation that names a record which nobody has told us of yet.

    It waits under the first record that it lacks, and is received when that record arrives.
    """

    source = models.ForeignKey("kernel.Source", models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=10, choices=Part)
    wants_source = models.ForeignKey(
        "kernel.Source", models.PROTECT, related_name="+", db_index=False
    )
    wants_type = models.CharField(max_length=40)
    wants_key = models.CharField(max_length=255)
    said = models.JSONField()
    digest = models.BinaryField(max_length=16)
    import_id = models.BigIntegerField(null=True, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "part", "digest"], name="one_waiting_part_a_content"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["wants_source", "wants_type", "wants_key"], name="parts_that_wait_for"
            ),
            models.Index(
                fields=["import_id"],
                name="waiting_by_import",
                condition=models.Q(import_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} waits for {self.wants_type} {self.wants_key}"
