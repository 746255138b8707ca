from typing import ClassVar

from django.db import models

from concord.kernel.ids import new_id


class PolicyPreview(models.Model):
    """What the sponsor looked at before moving a limit: who would be treated differently.

    `draft` is the digest of the policy with the limit (`concord.treatment.promise.Threshold.key`)
    at `number`; it starts from the version `base`, when `after` was the latest that was put in
    force. `result` is a `concord.treatment.simulate.Comparison` as JSON. Without `finished_at` the
    worker has it; with a `problem` there is no result. Only what was previewed is put in force.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey("kernel.User", models.CASCADE, related_name="+")
    limit = models.CharField(max_length=300)
    number = models.CharField(max_length=40)
    base = models.ForeignKey("treatment.PolicyVersion", models.PROTECT, related_name="+")
    after = models.ForeignKey("treatment.PolicyInForce", models.PROTECT, related_name="+")
    draft = models.CharField(max_length=64)
    as_of = models.DateField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True)
    put_in_force = models.ForeignKey(
        "treatment.PolicyInForce", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["by", "after", "draft", "as_of"],
                name="one_preview_at_once",
                condition=models.Q(finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.limit} → {self.number}"
