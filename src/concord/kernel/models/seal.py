from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Seal(models.Model):
    """A link of the chain over an append-only log: rows of it, and the digest of the link before.

    `ids` are the rows, as texts; `leaves` the first 16 bytes of the SHA-256 of each, over `columns`
    as PostgreSQL writes them as JSON. `digest` is the SHA-256 of `previous` and all of that
    (`concord.kernel.chain`). Rows come from functions of the owner alone.
    """

    log = models.CharField(max_length=63)
    ids = ArrayField(models.TextField())
    columns = ArrayField(models.TextField())
    leaves = models.BinaryField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["log", "-id"], name="seal_of_log")]

    def __str__(self) -> str:
        return f"{self.log}: {len(self.ids)}"
