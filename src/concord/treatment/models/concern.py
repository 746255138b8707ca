from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConcernKind(models.TextChoices):
    DATA = "data", _("The data is wrong")
    RULE = "rule", _("The rule is wrong")
    SPECIAL = "special", _("This is a special case")


class Outcome(models.TextChoices):
    """How an objection to a rule ended."""

    ACCEPTED = "accepted", _("accepted: the rule is changed")
    KEPT = "kept", _("the rule stays as it is")
    STANDS = "stands", _("not answered in time: the rule stays as it is")
    FALLS = "falls", _("not answered in time: the rule falls")
    MOOT = "moot", _("no longer proposed")


class Concern(models.Model):
    """Said of an answer or a rule: "this is wrong". It has an owner and a deadline, and gets a
    reply.

    Of kind `rule` it is an objection: to the rule `rule` of the version `version`, in force or
    proposed (`proposal`), also where it was said at an `answer`. Its reply has an `outcome`; past
    the deadline `unanswered` (a `concord.treatment.models.proposal.Unanswered`) takes effect.
    """

    answer = models.ForeignKey(
        "treatment.AnswerLog", models.PROTECT, null=True, blank=True, related_name="concerns"
    )
    version = models.ForeignKey(
        "treatment.PolicyVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    rule = models.CharField(max_length=200, blank=True)
    proposal = models.ForeignKey(
        "treatment.PolicyProposal",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="objections",
    )
    unanswered = models.CharField(max_length=8, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
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
            models.Index(
                fields=["rule"],
                name="objection_open",
                condition=models.Q(replied_at=None, kind="rule"),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(answer__isnull=False) | models.Q(version__isnull=False),
                name="concern_of_something",
            ),
        ]

    @property
    def request(self) -> str:
        """What was asked, where it was said at an answer."""
        return self.answer.request if self.answer else ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[:40]}"
