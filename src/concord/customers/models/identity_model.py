from typing import ClassVar

from django.db import models

from concord.kernel.ids import new_id


class Origin(models.TextChoices):
    TRAINED = "trained"
    BY_HAND = "by hand"


class IdentityModel(models.Model):
    """One version of what matching weighs, never changed: another weight is another version.

    `content` is `matching.model.Model.as_dict`; `report` what training saw of it (see
    `training.report`), with the objections that keep it from being put in force.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=8, choices=Origin)
    base_version = models.CharField(max_length=64, help_text="What it was compared with.")
    content = models.JSONField()
    report = models.JSONField(default=dict)
    profiles = models.PositiveIntegerField(default=0, help_text="That training looked at.")
    pairs = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.version


class ModelInForce(models.Model):
    """That a model was put in force; the latest row holds. `model` is null for the shipped one."""

    model = models.ForeignKey(
        IdentityModel, models.PROTECT, null=True, related_name="in_force", db_index=False
    )
    version = models.CharField(max_length=64)
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["model", "-id"], name="model_in_force")]

    def __str__(self) -> str:
        return f"{self.version} since {self.at:%Y-%m-%d}"
