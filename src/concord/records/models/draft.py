from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from concord.kernel.ids import new_id


class Draft(models.Model):
    """A file that somebody is about to bring in: how it will be read, until it is imported.

    `kept` is where the file lies (`importing.kept`). One without `by` came through a watched
    folder; `watched_as` is then what its files are called there, without their dates.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64)
    kept = models.CharField(max_length=320)
    source = models.ForeignKey("kernel.Source", models.CASCADE, null=True, blank=True)
    name = models.CharField(max_length=50, blank=True, help_text="Of the source that is new.")
    mapping = models.TextField(blank=True)
    watched_as = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")
    imported = models.ForeignKey("records.Import", models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name


class TrialState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class Trial(models.Model):
    """What would happen if a draft were imported with `mapping`; `report` says it when it is known.

    The shape of `report`: `drafts.trial.Report`.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="trials")
    mapping = models.TextField()
    state = models.CharField(max_length=8, choices=TrialState, default=TrialState.RUNNING)
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True, blank=True)
    report = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.get_state_display()}"
