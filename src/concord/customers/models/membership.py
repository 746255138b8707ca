from typing import ClassVar

from django.db import models

from concord.customers.models.profile import Profile


class Membership(models.Model):
    """Which customer a profile belongs to, as known in `[known_from, known_to)`.

    All that a merge or an unmerge changes. `customer_id` is a plain id, not a foreign key to the
    customer's row: the past names customers whose rows have become redirects.
    """

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="memberships")
    customer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        related_name="memberships",
        db_constraint=False,
        db_index=False,
    )
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["profile"],
                name="one_customer_a_profile",
                condition=models.Q(known_to=None),
                include=["customer"],
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["customer"],
                name="members_now",
                condition=models.Q(known_to=None),
                include=["profile"],
            ),
            models.Index(fields=["customer", "known_from"], name="members_then"),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} in {self.customer_id}"
