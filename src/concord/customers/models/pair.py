from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from concord.customers.models.profile import Profile


class Pair(models.Model):
    """Two profiles that a person should look at.

    Of two customers, where matching is not sure whether they are one. Or of one customer, where
    `doubted` came to contradict the other since they were joined; or (`is_bridge`) where this weak
    link alone holds together what lies on either side of it, `doubted` at the far end
    (`evidence["beyond"]` are the profiles there).

    What a decision would change is weighed by a job (`actions.weighing`): `stake` orders the queue,
    `at_stake` says why (see `customers.stakes`); null `weighed_at` waits to be weighed. `about` and
    `sources` are what the list of questions is filtered by.
    """

    left = models.ForeignKey(Profile, models.CASCADE, related_name="+", db_index=False)
    right = models.ForeignKey(Profile, models.CASCADE, related_name="+")
    doubted = models.ForeignKey(
        Profile, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    score = models.FloatField()
    evidence = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    is_bridge = models.BooleanField(default=False, db_default=False)
    stake = models.FloatField(default=0.0, db_default=0.0)
    at_stake = models.JSONField(null=True, blank=True)
    about = models.CharField(max_length=12, blank=True, default="", db_default="")
    sources = ArrayField(models.BigIntegerField(), null=True, blank=True)
    weighed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["left", "right"], name="one_row_a_pair"),
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="pair_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(doubted=None)
                | models.Q(doubted=models.F("left"))
                | models.Q(doubted=models.F("right")),
                name="one_of_the_pair_is_doubted",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                models.F("stake").desc(),
                models.Case(models.When(doubted__isnull=False, then=1), default=0).desc(),
                models.F("score").desc(),
                models.F("id").desc(),
                name="pairs_in_order",
            ),
            models.Index(
                models.F("stake").desc(),
                models.Case(models.When(doubted__isnull=False, then=1), default=0).desc(),
                models.F("score").desc(),
                models.F("id").desc(),
                name="bridges_in_order",
                condition=models.Q(is_bridge=True),
            ),
            models.Index(
                models.F("stake").desc(),
                models.Case(models.When(doubted__isnull=False, then=1), default=0).desc(),
                models.F("score").desc(),
                models.F("id").desc(),
                name="doubts_in_order",
                condition=models.Q(doubted__isnull=False, is_bridge=False),
            ),
            GinIndex(fields=["sources"], name="pairs_by_source"),
            models.Index(fields=["weighed_at", "id"], name="pairs_by_weighing"),
            models.Index(
                fields=["doubted"],
                name="pairs_in_doubt",
                condition=models.Q(doubted__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left_id} ? {self.right_id}"
