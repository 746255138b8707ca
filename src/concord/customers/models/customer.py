from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from concord.customers.models.profile import Kind


class Customer(models.Model):
    """The golden record: who several profiles are. Derived, never edited by hand.

    Its id is the id of its oldest member profile, so an unmerge restores ids. After a merge the
    row of the id that is no more stays and names its successor in `merged_into`.
    `golden` maps an attribute to `{"value", "profile", "source", "at", "others": [...]}`.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=400)
    name_norm = models.CharField(max_length=400, db_collation="C")
    search_tokens = ArrayField(models.CharField(max_length=64, db_collation="C"), default=list)
    golden = models.JSONField(default=dict)
    profile_count = models.IntegerField(default=1)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField()
    is_restricted: bool | None = None  # set where it was read: `restrictions.holds`

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["name_norm", "id"],
                name="customer_by_name",
                condition=models.Q(merged_into=None),
            ),
            models.Index(
                fields=["merged_into"],
                name="merged_customers",
                condition=models.Q(merged_into__isnull=False),
            ),
            GinIndex(fields=["search_tokens"], name="customer_tokens", fastupdate=True),
        ]

    def __str__(self) -> str:
        return self.name
