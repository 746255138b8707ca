from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from concord.records.models.imports import Import


class SilenceState(models.TextChoices):
    OPEN = "open", _("To decide")
    GOING = "going", _("Being withdrawn")
    GONE = "gone", _("Gone")
    BACK = "back", _("Being brought back")
    KEPT = "kept", _("Kept")
    WRONG = "wrong", _("The export was wrong")
    ENDED = "ended", _("They came back")


class Silence(models.Model):
    """What a source told of and no longer does: its deletion is proposed, and a person decides.

    One open silence for each series of a source; each import brings it up to date. `since` is
    when the last file that told of all of them was read. What is decided is done in batches;
    `withdrawn_at` is the knowledge time of all that was withdrawn, by which it is brought back.
    """

    source = models.ForeignKey("kernel.Source", models.CASCADE, related_name="silences")
    series = models.CharField(max_length=255)
    imported = models.ForeignKey(Import, models.CASCADE, related_name="+")
    since = models.DateTimeField()
    found_at = models.DateTimeField()
    state = models.CharField(max_length=5, choices=SilenceState, default=SilenceState.OPEN)
    counts = models.JSONField(default=dict, help_text="Missing ones by what they are.")
    known = models.IntegerField(default=0, help_text="Of how many that the source had told of.")
    for_good = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    rows_done = models.IntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "series"], name="one_open_silence", condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.series} {self.state}"

    @property
    def missing(self) -> int:
        return sum(self.counts.values())


class AbsentKind(models.TextChoices):
    PROFILE = "profile"
    RECORD = "record"
    LINE = "line"
    RELATIONSHIP = "relationship"


class Absence(models.Model):
    """One thing that is in no file of its series since the silence began.

    Its id stands in `profile_id` (a profile) or `row_id` (of the others); there may be hundreds of
    thousands, and they come and go with the files, so they are no foreign keys. `done` says that
    the decision has been carried out on it: it was withdrawn (or, undone, brought back).
    """

    silence = models.ForeignKey(Silence, models.CASCADE, related_name="absences", db_index=False)
    kind = models.CharField(max_length=12, choices=AbsentKind)
    type = models.CharField(max_length=40, help_text="As in the coverage of an import.")
    profile_id = models.UUIDField(null=True)
    row_id = models.BigIntegerField(null=True)
    done = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["profile_id"],
                name="one_absence_a_profile",
                condition=Q(profile_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["kind", "row_id"],
                name="one_absence_a_row",
                condition=Q(row_id__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["silence", "done", "id"], name="absences_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.profile_id or self.row_id}"
