from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Right(models.TextChoices):
    ACCESS = "access", _("A copy of their data")
    CORRECTION = "correction", _("A correction")
    RESTRICTION = "restriction", _("A restriction")
    ERASURE = "erasure", _("An erasure")


class RightsRequest(models.Model):
    """Somebody asks for a right of theirs; it is answered by `due_on`.

    `customer` is the id that they had when they asked; it may have become a redirect since.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    right = models.CharField(max_length=12, choices=Right)
    received_on = models.DateField()
    due_on = models.DateField()
    taken_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_on", "id"], name="rights_to_answer", condition=models.Q(closed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right} {self.due_on:%Y-%m-%d}"


class RightsEvent(models.Model):
    """Append-only: what was done about the rights of one customer, by whom and why.

    `customer_id` is a plain id, so that the log outlives what it speaks of.
    """

    customer_id = models.UUIDField()
    request = models.ForeignKey(
        RightsRequest, models.PROTECT, null=True, blank=True, related_name="events"
    )
    at = models.DateTimeField()
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=24)
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer_id", "-id"], name="rights_log")]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"
