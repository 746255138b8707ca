from typing import ClassVar

from django.db import models


class Lift(models.Model):
    """An exception for a customer and a request between two dates, both included."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    request = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField()
    amount = models.DecimalField(
        max_digits=20,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Up to this amount of the request; none: whatever the amount.",
    )
    reason = models.TextField()
    granted_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")), name="lift_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} until {self.ends_on}"
