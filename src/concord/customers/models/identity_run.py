from collections.abc import Callable
from typing import ClassVar

from django.db import models

from concord.customers.models.identity_model import IdentityModel


class Task(models.TextChoices):
    TRAIN = "train"  # learn weights from the company's own profiles
    LOOK_AGAIN = "look again"  # match all profiles by the model in force


class IdentityRun(models.Model):
    """Long work that a person asked for, with how far it is; a worker does it.

    It bears being killed: a worker that finds it unfinished begins with what is not done. Asked to
    stop, it ends at the next step. `problem` is why nothing came of it, as a person may read it.
    """

    task = models.CharField(max_length=10, choices=Task)
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    step = models.CharField(max_length=20, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    after = models.UUIDField(null=True, help_text="The last profile that was looked at.")
    stopped_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    model = models.ForeignKey(IdentityModel, models.PROTECT, null=True, related_name="runs")
    # Of looking again: what was joined by itself meanwhile are the judgements between the two.
    judged_from = models.BigIntegerField(null=True, help_text="The last judgement before it.")
    judged_to = models.BigIntegerField(null=True, help_text="The last judgement when it ended.")

    # Who else wants to know how far it is, in the process that works on it.
    tell: Callable[[str, int], None] | None = None

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "finished_at"], name="one_open_run_a_task", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.pk}"

    @property
    def percent(self) -> int:
        if self.finished_at is not None and self.stopped_at is None and not self.problem:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0
