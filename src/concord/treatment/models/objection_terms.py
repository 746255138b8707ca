from django.db import models

from concord.treatment.models.proposal import Unanswered


class ObjectionTerms(models.Model):
    """How the company answers objections to a rule; append-only, the latest row counts.

    `days` are working days until the deadline. The `chair`, where one is named, answers instead of
    the sponsor. `unanswered` is the sponsor's default past the deadline.
    """

    days = models.PositiveSmallIntegerField(default=5)
    unanswered = models.CharField(max_length=8, choices=Unanswered, default=Unanswered.STANDS)
    chair = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.days} days, {self.unanswered}"
