from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from concord.records.models.imports import Import


class MendingKind(models.TextChoices):
    REPLACE = "replace", _("Another value")
    DATE = "date", _("Read as a date")
    NUMBER = "number", _("Read as a number")
    FILL = "fill", _("A value for the empty ones")
    STRIP = "strip", _("Without some characters")
    EMPTY = "empty", _("Leave it empty")
    WITHOUT = "without", _("Take the row without it")
    FIRST = "first", _("The first row holds")
    LATER = "later", _("The later row holds")
    AGAIN = "again", _("Taken up as it is")
    FILE = "file", _("Mended in a spreadsheet")
    DISMISS = "dismiss", _("Nobody needs them")
    REOPEN = "reopen", _("Taken up again after all")


class MendingState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class Mending(models.Model):
    """One act on many rows to fix: a correction for all alike, taken up in batches.

    `groups` are the ids of the groups that it is for; none: all rows of the import. Where it is
    stands in `group_at` and `row_at`, so that it goes on after whatever interrupts it. Of a
    spreadsheet, `file` is its copy and `row_at` the rows of it that are done.
    """

    imported = models.ForeignKey(Import, models.CASCADE, related_name="mendings")
    kind = models.CharField(max_length=8, choices=MendingKind)
    groups = models.JSONField(default=list)
    correction = models.JSONField(default=dict, help_text="What `corrections.Correction` keeps.")
    note = models.TextField(blank=True, help_text="Why rows are dismissed.")
    file = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=8, choices=MendingState, default=MendingState.RUNNING)
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows_total = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    taken_up = models.IntegerField(default=0)
    group_at = models.BigIntegerField(default=0)
    row_at = models.BigIntegerField(default=0)
    problem = models.TextField(blank=True)
    mapping_before = models.TextField(blank=True)
    mapping_after = models.TextField(blank=True, help_text="The source's mapping, if it was kept.")
    put_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.imported}"

    @property
    def still_wrong(self) -> int:
        return self.rows_done - self.taken_up
