from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from concord.customers.models.profile import Profile


class RelationshipKind(models.TextChoices):
    WORKS_AT = "works_at", _("Works at")
    PART_OF = "part_of", _("Part of")
    HOUSEHOLD = "household", _("Same household as")


class Relationship(models.Model):
    """One profile stands to another, from and until a date; hung on profiles so merges keep it.

    `valid_from` / `valid_to` are business dates, `valid_to` exclusive; null means open. `by` said
    it by hand, and why.
    """

    from_profile = models.ForeignKey(Profile, models.CASCADE, related_name="relations_from")
    kind = models.CharField(max_length=12, choices=RelationshipKind)
    to_profile = models.ForeignKey(
        Profile, models.CASCADE, related_name="relations_to", db_index=False
    )
    title = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.ForeignKey("kernel.Source", models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, db_default="")
    by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    import_id = models.BigIntegerField(null=True, blank=True)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["from_profile", "kind", "to_profile", "source"],
                name="one_relationship",
                condition=models.Q(known_to=None),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["to_profile", "kind"], name="related_to")]

    def __str__(self) -> str:
        return f"{self.from_profile_id} {self.kind} {self.to_profile_id}"
