from django.db import models


class CustomRecordType(models.Model):
    """A company's own record type: the same declaration as a built-in one, as a row.

    `declaration` has the shape of `concord.records.types.RecordType` as JSON.
    """

    key = models.SlugField(unique=True, max_length=40)
    declaration = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
