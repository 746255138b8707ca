from typing import ClassVar

from django.db import models


class ReplayRun(models.Model):
    """All logged answers decided again by one engine: whether an update would alter one.

    One a version of the engine. First a sample, then all in the order of the log, `last` being how
    far it came; `answers` were decided again, `erased` could not be.
    """

    engine = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    sampled_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    last = models.UUIDField(null=True, blank=True)
    answers = models.BigIntegerField(default=0)
    erased = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.engine


class ReplayDifference(models.Model):
    """A logged answer that this engine would give otherwise, and in which parts.

    `answer` is no foreign key: what is over goes with its month, this line stays.
    """

    run = models.ForeignKey(ReplayRun, models.CASCADE, related_name="differences")
    answer = models.UUIDField()
    parts = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "answer"], name="one_difference_an_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.answer}"
