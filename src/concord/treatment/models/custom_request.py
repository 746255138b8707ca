from django.db import models


class CustomRequest(models.Model):
    """A company's own request: the declaration of `concord.treatment.requests` as a row.

    `declaration` is `{"words", "fields": [{"key", "words", "type", "asks", "choices"}], "about",
    "department", "decision"}`; the policy's table of its key answers it, else that for any other.
    """

    key = models.SlugField(unique=True, max_length=40)
    declaration = models.JSONField()
    created_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key
