from typing import ClassVar

from django.db import models

from concord.records.models.record import Record, by_import


class Allocation(models.Model):
    """Part of a payment or credit note that settles part of an invoice, on the business date `at`.

    An invoice's amount is not its balance: outstanding is the amount less its allocations.
    """

    source = models.ForeignKey("kernel.Source", models.PROTECT, related_name="+")
    key = models.CharField(max_length=255)
    payment = models.ForeignKey(Record, models.CASCADE, related_name="allocated_to")
    invoice = models.ForeignKey(
        Record, models.CASCADE, related_name="allocated_from", db_index=False
    )
    amount = models.DecimalField(max_digits=20, decimal_places=4)
    at = models.DateField()
    import_id = models.BigIntegerField(null=True, blank=True)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "key"],
                name="one_allocation_a_key",
                condition=models.Q(known_to=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["invoice", "at"], name="allocated_to_invoice"),
            by_import("allocation"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} → {self.invoice_id}: {self.amount}"
