from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from concord.customers.models.profile import Profile


class Verdict(models.TextChoices):
    SAME = "same", _("The same")
    DIFFERENT = "different", _("Different")
    WITHDRAWN = "withdrawn", _("Taken back")


class Judgement(models.Model):
    """Append-only: whether two profiles are one customer, said by a person or by a model.

    `left` is always the smaller id. The latest judgement on a pair holds; a person's holds over a
    model's. `withdrawn` takes back the judgement that stood before.
    """

    left = models.ForeignKey(Profile, models.CASCADE, related_name="+", db_index=False)
    right = models.ForeignKey(Profile, models.CASCADE, related_name="+", db_index=False)
    verdict = models.CharField(max_length=10, choices=Verdict)
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")
    model = models.CharField(max_length=64, blank=True)
    score = models.FloatField(null=True, blank=True)
    evidence = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="judgement_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["left", "right", "-id"], name="judgement_on_pair"),
            models.Index(fields=["right"], name="judgement_on_right"),
            models.Index(
                fields=["left", "right"],
                name="judged_different",
                condition=models.Q(verdict="different"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} {self.verdict} {self.right_id}"
