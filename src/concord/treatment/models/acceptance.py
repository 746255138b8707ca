from typing import ClassVar

from django.db import models


class PolicyCheck(models.Model):
    """What the law of publishing found in a policy, by its digest; append-only, the latest counts.

    `findings` is a list of `{"id", "kind", "table", "rules", "accept"}`: `accept` says whether the
    sponsor may accept it in writing. `publish_policy` wants a check, and each of its findings
    accepted.
    """

    digest = models.CharField(max_length=64)
    findings = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["digest", "-id"], name="check_of_policy")]

    def __str__(self) -> str:
        return f"{self.digest[:8]}: {len(self.findings)}"


class FindingAcceptance(models.Model):
    """That the sponsor accepts a finding of one policy, in writing.

    It covers the finding with this identity (`concord.treatment.law.identity`) in the policy with
    this digest, and no other. Append-only: rows come from the database's function
    `accept_finding`, which asks for the sponsor's proof.
    """

    digest = models.CharField(max_length=64)
    finding = models.CharField(max_length=64)
    said = models.JSONField(help_text="The finding as it stood in the check.")
    reason = models.TextField()
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest", "finding"], name="accepted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.digest[:8]} {self.finding[:8]}"
