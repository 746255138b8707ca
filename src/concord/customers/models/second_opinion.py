from typing import ClassVar

from django.db import models

from concord.customers.models.judgement import Verdict
from concord.customers.models.profile import Profile


class SecondOpinion(models.Model):
    """Somebody is not sure and asks another to decide: `of` a colleague, or of anybody (null).

    `left` and `right` are profiles of the two customers in question; where the question is whether
    an entry belongs to its customer (`of_entry`), `right` is the entry. The question's own words
    stay those of the pair; `note` is what the asker adds, `answer` what the other one says.
    Withdrawn by its asker, it has `answered_at` without a verdict.
    """

    left = models.ForeignKey(Profile, models.CASCADE, related_name="+")
    right = models.ForeignKey(Profile, models.CASCADE, related_name="+", db_index=False)
    of_entry = models.BooleanField(default=False)
    asked_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    of = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    note = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"], name="opinions_wanted", condition=models.Q(answered_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by_id} asks about {self.left_id} ? {self.right_id}"
