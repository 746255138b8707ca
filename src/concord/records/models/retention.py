from typing import ClassVar

from django.db import models


class RetentionRule(models.Model):
    """How long what is over is kept: records of a type, by the law or the company's own word.

    `type` is the key of a record type, or `PROFILES`: what a system said of a customer and took
    back since. `months` count from the day it was closed (opened, of what is never closed).
    """

    PROFILES: ClassVar = "profiles"

    type = models.CharField(max_length=40, unique=True)
    months = models.PositiveIntegerField()
    basis = models.TextField()
    automatic = models.BooleanField(default=False)
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.type}: {self.months} months"


class Disposal(models.Model):
    """What a rule finds due: proposed by the worker, approved by a person, done in batches.

    `before` is the day until which things were over; `found` how many there were when it was
    proposed, `done` how many have been emptied.
    """

    type = models.CharField(max_length=40)
    before = models.DateField()
    found = models.IntegerField()
    done = models.IntegerField(default=0)
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["type"],
                name="one_disposal_at_once",
                condition=models.Q(finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} until {self.before:%Y-%m-%d}"


class DisposedKey(models.Model):
    """What a source called a record that was emptied when its time was over, as a keyed hash: the
    next file with it does not bring it back."""

    source = models.ForeignKey("kernel.Source", models.PROTECT, related_name="+", db_index=False)
    type = models.CharField(max_length=40)
    digest = models.BinaryField(max_length=16)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "digest"], name="one_disposed_key"),
        ]
        indexes: ClassVar = [models.Index(fields=["type"], name="disposed_of_type")]

    def __str__(self) -> str:
        return f"{self.type} of source {self.source_id}"
