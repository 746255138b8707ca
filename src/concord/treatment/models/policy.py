from typing import ClassVar

from django.db import models

from concord.kernel.words import Words
from concord.treatment.policy.reasons import words_of


class PolicyVersion(models.Model):
    """One version of the policy, as DMN 1.5 XML; append-only, never edited.

    Whether and from when it is in force is said by `PolicyInForce` alone.
    """

    number = models.PositiveIntegerField(unique=True)
    xml = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the XML.")
    note = models.TextField(blank=True)
    created_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    @property
    def note_words(self) -> Words:
        return words_of(self.note)

    def __str__(self) -> str:
        return f"{self.number}"


class PolicyInForce(models.Model):
    """That a version is in force from a date on, put there by the sponsor for a reason.

    The application's database role can only read this table: rows come from the database's
    function `publish_policy`, which checks that the acting user is the sponsor. Of rows with the
    same date the latest counts.
    """

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="in_force")
    in_force_from = models.DateField()
    put_in_force_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    put_in_force_at = models.DateTimeField()
    reason = models.TextField()

    @property
    def reason_words(self) -> Words:
        return words_of(self.reason)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-in_force_from", "-id"], name="policy_in_force")]

    def __str__(self) -> str:
        return f"{self.version_id} from {self.in_force_from}"
