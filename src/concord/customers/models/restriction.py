from typing import ClassVar

from django.db import models


class Restriction(models.Model):
    """What is kept of a customer is stored and not used, until somebody lifts it.

    See docs/adr/0010 for what that means on each path. `until` is when a steward wants to be
    reminded; nothing is lifted by itself.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    reason = models.TextField()
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_because = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"], name="one_restriction", condition=models.Q(lifted_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} since {self.since:%Y-%m-%d}"
