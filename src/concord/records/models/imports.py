from typing import ClassVar

from django.db import models
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _


class ImportState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class Import(models.Model):
    """One file read into Concord: what it was, how far it came, what it changed."""

    source = models.ForeignKey("kernel.Source", models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64, blank=True)
    mapping = models.TextField()
    state = models.CharField(max_length=8, choices=ImportState, default=ImportState.RUNNING)
    counts = models.JSONField(
        default=dict,
        help_text="Per `rows`, `profiles`, `records`, …: created, changed, unchanged and so on.",
    )
    problem = models.TextField(blank=True)
    warnings = models.JSONField(
        default=list, blank=True, help_text="What is odd about the file, though it came in."
    )
    kept = models.CharField(
        max_length=320, blank=True, help_text="Where its file lies until it is done."
    )
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    undo_counts = models.JSONField(
        default=dict, help_text="Per kind, what its undo has withdrawn and restored so far."
    )
    undo_done = models.BigIntegerField(default=0)
    undo_total = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["source", "file_digest"], name="import_by_file"),
            models.Index(
                fields=["source"], name="imports_being_undone", condition=models.Q(state="undoing")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"


class Rejection(models.Model):
    """A row to fix: kept whole, with the place, the reason and the mend; can be replayed."""

    imported = models.ForeignKey(Import, models.CASCADE, related_name="rejections")
    group = models.ForeignKey(
        "records.RowGroup", models.CASCADE, related_name="rows", db_index=False
    )
    line = models.BigIntegerField()
    column = models.CharField(max_length=255, blank=True)
    value = models.TextField(blank=True)
    code = models.CharField(max_length=40)
    reason = models.TextField()
    mend = models.TextField(blank=True)
    detail = models.JSONField(default=dict, blank=True)
    raw = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolution = models.CharField(max_length=16, blank=True)
    note = models.TextField(blank=True, help_text="Why it was dismissed.")
    mending = models.ForeignKey(
        "records.Mending", models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["imported", "id"],
                name="rows_to_fix",
                condition=models.Q(resolved_at=None),
            ),
            models.Index(
                fields=["group", "id"],
                name="rows_of_a_group",
                condition=models.Q(resolved_at=None),
            ),
            models.Index(
                fields=["-resolved_at", "-id"],
                name="dismissed_rows",
                condition=models.Q(resolution="dismissed"),
            ),
            models.Index(
                KT("detail__mended__said"),
                name="mended_rows",
                condition=models.Q(resolution="replayed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.imported_id}:{self.line} {self.code}"
