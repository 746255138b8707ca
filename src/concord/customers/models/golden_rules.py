from typing import ClassVar
from uuid import UUID

from django.db import models

NOBODY = UUID(int=0)


class GoldenRules(models.Model):
    """A company's rules for which of several systems' values is shown: made, looked at, put in
    force. The latest that was put in force holds; a row's rules never change.

    `rules` is `survivorship.Rules.as_dict`. Looking counts what would change among all customers
    (up to `counted_to`); putting in force writes their values anew (up to `refreshed_to`). Both go
    on where they were stopped.
    """

    rules = models.JSONField()
    made_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    before = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    counting_since = models.DateTimeField(null=True, blank=True)
    counted_to = models.UUIDField(default=NOBODY)
    counted = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    changes = models.JSONField(default=dict)
    counted_at = models.DateTimeField(null=True, blank=True)
    in_force_at = models.DateTimeField(null=True, blank=True)
    put_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.TextField(blank=True)
    refreshed_to = models.UUIDField(default=NOBODY)
    refreshed = models.IntegerField(default=0)
    refreshed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["-in_force_at"],
                name="golden_rules_in_force",
                condition=models.Q(in_force_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"golden rules {self.pk}"
