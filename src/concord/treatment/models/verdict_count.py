from typing import ClassVar

from django.db import models


class VerdictCount(models.Model):
    """How many acts of a day hold which verdict: what the page adds up, however many acts there
    are. Written in the transaction that writes the verdicts."""

    day = models.DateField()
    request = models.CharField(max_length=40)
    department = models.ForeignKey(
        "kernel.Department", models.PROTECT, null=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "kernel.Unit", models.PROTECT, null=True, related_name="+", db_index=False
    )
    verdict = models.CharField(max_length=10)
    acts = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "request", "verdict", "department", "unit"],
                name="one_count_of_verdicts",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.request} {self.verdict}: {self.acts}"
