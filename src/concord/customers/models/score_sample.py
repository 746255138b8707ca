from typing import ClassVar

from django.db import models


class ScoreSample(models.Model):
    """How entries drawn at random scored against all that they may be, by one version of weights.

    What the page of thresholds draws; nothing of it is a personal value. Null `taken_at` waits for
    a worker. `content` is `thresholds.Sample.as_dict`, for each kind.
    """

    asked_at = models.DateTimeField()
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    version = models.CharField(max_length=64, blank=True)
    profiles = models.PositiveIntegerField(default=0, help_text="That were drawn.")
    of_profiles = models.PositiveIntegerField(default=0, help_text="That there were.")
    content = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["taken_at"],
                name="one_sample_waits",
                condition=models.Q(taken_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.asked_at:%Y-%m-%d}"
