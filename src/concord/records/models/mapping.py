from typing import ClassVar

from django.db import models


class MappingVersion(models.Model):
    """How the files of a source were read from `at` on, and who said so; the latest one holds."""

    source = models.ForeignKey("kernel.Source", models.CASCADE, related_name="mapping_versions")
    text = models.TextField(blank=True)
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d %H:%M}"


class WatchedName(models.Model):
    """What files of a source are called in a watched folder, where not as the source itself."""

    name = models.CharField(max_length=200, unique=True)
    source = models.ForeignKey("kernel.Source", models.CASCADE, related_name="watched_names")

    def __str__(self) -> str:
        return self.name
