from django.db import models

from concord.kernel.models.department import Department, Unit
from concord.kernel.words import say


class Source(models.Model):
    """A system that knows something of customers; `desk` is what people here type themselves."""

    DESK = "desk"

    key = models.SlugField(unique=True)
    kind = models.CharField(max_length=32, default="file")
    words = models.JSONField(default=dict)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    owner = models.ForeignKey("kernel.User", models.SET_NULL, null=True, blank=True)
    masters = models.JSONField(
        default=list, help_text="The attributes of which this source is the master."
    )
    fresh_within = models.DurationField(
        null=True, blank=True, help_text="How old its word may be before answers say so."
    )
    last_spoke_at = models.DateTimeField(null=True, blank=True)
    mapping = models.TextField(blank=True, help_text="The mapping (TOML) its files are read with.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return say(self.words) or self.key
