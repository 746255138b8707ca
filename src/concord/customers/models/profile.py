from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from concord.kernel.ids import new_id


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class Profile(models.Model):
    """What one source says of one customer, as it said it.

    `data` holds the attributes as given (see docs/architecture.md, "Attributes of a profile").
    A profile without data (`is_stub`) waits for its source: something hung a record on its key.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey("kernel.Source", models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ORGANISATION)
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, null=True, blank=True)
    data = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=16, default=b"")
    is_stub = models.BooleanField(default=False)
    pins = models.JSONField(
        default=list, blank=True, help_text="Attributes of a desk profile that win over all others."
    )
    import_id = models.BigIntegerField(null=True, blank=True)
    known_from = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    matched_at = models.DateTimeField(
        null=True, blank=True, help_text="Null while its latest values wait to be matched."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "key"], name="one_profile_a_key"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="profile_to_match", condition=models.Q(matched_at=None)
            ),
            models.Index(
                fields=["import_id"],
                name="profile_by_import",
                condition=models.Q(import_id__isnull=False),
            ),
            models.Index(
                fields=["-known_from", "id"],
                name="profiles_pinned",
                condition=~models.Q(pins=[]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.data.get("name") or self.key)


class ProfileVersion(models.Model):
    """What a source said before: known in `[known_from, known_to)`. The present row is Profile."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="versions", db_index=False)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind)
    data = models.JSONField()
    pins = models.JSONField(default=list)
    is_stub = models.BooleanField(default=False)
    import_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["profile", "known_from"], name="profile_history"),
            models.Index(
                fields=["import_id"],
                name="profile_version_by_import",
                condition=models.Q(import_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.known_from:%Y-%m-%d}"
