from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Erasure(models.Model):
    """The tombstone: whose personal values are removed, since when, and who said so.

    Only `begin_erasure`, a function of the owner, adds a row; nobody changes one. `customers` are
    the ids that the customer had or has, `profiles` what the sources said of them.
    """

    customer_id = models.UUIDField(db_index=True)
    customers = ArrayField(models.UUIDField())
    profiles = ArrayField(models.UUIDField())
    at = models.DateTimeField()
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    second = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    request_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class ErasureRun(models.Model):
    """How far an erasure is. `touched` counts the rows by what they were a part of."""

    erasure = models.OneToOneField(Erasure, models.PROTECT, primary_key=True, related_name="run")
    steps = models.IntegerField(default=0)
    step = models.IntegerField(default=0)
    touched = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["erasure"],
                name="erasures_to_finish",
                condition=models.Q(finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.erasure_id}: {self.step} of {self.steps}"


class ErasurePlan(models.Model):
    """Somebody wants to erase, and a second person has not agreed yet."""

    customer = models.OneToOneField(
        "customers.Customer", models.PROTECT, primary_key=True, related_name="+"
    )
    also = ArrayField(models.UUIDField(), default=list)
    request = models.ForeignKey(
        "customers.RightsRequest", models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    despite = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.customer_id} by {self.by_id}"


class ErasedKey(models.Model):
    """What a source called who was erased, as a keyed hash: they do not come back by an import.

    `let_in_at`: somebody decided that they are a customer again.
    """

    erasure = models.ForeignKey(Erasure, models.PROTECT, related_name="keys")
    source = models.ForeignKey("kernel.Source", models.PROTECT, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=16)
    let_in_at = models.DateTimeField(null=True, blank=True)
    let_in_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "digest"],
                name="one_erased_key",
                condition=models.Q(let_in_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.erasure_id} in source {self.source_id}"


class RightsSettings(models.Model):
    """How this company deals with the rights of persons: one row.

    `off_proposed_by` wants one person to be enough again, and waits for another to agree.
    """

    two_persons = models.BooleanField(default=False)
    off_proposed_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    file_days = models.IntegerField(default=7)
    secret = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return "rights"
