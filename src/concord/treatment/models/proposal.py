from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unanswered(models.TextChoices):
    """What becomes of an objection that nobody answered in time: the sponsor's default."""

    STANDS = "stands", _("The rule stays as it is")
    FALLS = "falls", _("The rule falls")


class EndKind(models.TextChoices):
    PUBLISHED = "published", _("put in force")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SENT_BACK = "sent_back", _("sent back")


class PolicyProposal(models.Model):
    """A draft put before the sponsor: the version it was then, what changes and why, in words.

    Append-only; what became of it is a `ProposalEnd`. `unanswered` says what becomes of an
    objection to it past the deadline.
    """

    draft = models.ForeignKey("treatment.PolicyDraft", models.PROTECT, related_name="proposals")
    version = models.OneToOneField(
        "treatment.PolicyVersion", models.PROTECT, related_name="proposal"
    )
    what = models.CharField(max_length=200)
    why = models.TextField()
    wanted_from = models.DateField()
    unanswered = models.CharField(max_length=8, choices=Unanswered)
    made_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.what


class ProposalEnd(models.Model):
    """What became of a proposal: append-only, once. Without `by` it was the objections' deadline;
    `in_force` is where it was published."""

    proposal = models.OneToOneField(PolicyProposal, models.PROTECT, related_name="end")
    kind = models.CharField(max_length=10, choices=EndKind)
    reason = models.TextField()
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    in_force = models.OneToOneField(
        "treatment.PolicyInForce", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="published", in_force__isnull=False)
                | (~models.Q(kind="published") & models.Q(in_force=None)),
                name="published_is_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.kind}"
