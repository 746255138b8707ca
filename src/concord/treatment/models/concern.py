from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConcernKind(models.TextChoices):
    DATA = "data", _("The data is wrong")
    RULE = "rule", _("The rule is wrong")
    SPECIAL = "special", _("This is a special case")


class Concern(models.Model):
    """Said of an answer: "this is wrong". It has an owner and a deadline, and gets a reply."""

    answer = models.ForeignKey("treatment.AnswerLog", models.PROTECT, related_name="concerns")
    kind = models.CharField(max_length=8, choices=ConcernKind)
    text = models.TextField()
    raised_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    owner = models.ForeignKey("kernel.User", models.PROTECT, related_name="concerns")
    deadline = models.DateField()
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "deadline"],
                name="concern_open",
                condition=models.Q(replied_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[:40]}"
