from typing import ClassVar

from django.db import models

from concord.customers.models.profile import Profile


class Pair(models.Model):
    """Two profiles that a person should look at.

    Of two customers, where matching is not sure whether they are one. Or of one customer, where
    `doubted` came to contradict the other since they were joined.
    """

    left = models.ForeignKey(Profile, models.CASCADE, related_name="+", db_index=False)
    right = models.ForeignKey(Profile, models.CASCADE, related_name="+")
    doubted = models.ForeignKey(
        Profile, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    score = models.FloatField()
    evidence = models.JSONField(default=dict)
    found_at = models.DateTimeField()

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
        indexes: ClassVar = [models.Index(fields=["-score", "id"], name="pairs_by_score")]

    def __str__(self) -> str:
        return f"{self.left_id} ? {self.right_id}"
