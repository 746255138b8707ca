from typing import ClassVar

from django.db import models

from concord.records.models.imports import Import


class ImportShape(models.Model):
    """What a file looked like, in a few numbers: what the next one of its series is held against.

    `columns` holds, by name, `place` (in the file), `filled` (a share), `kinds` (shares of `date`,
    `number`, `text` among the filled ones) and `distinct` (how many values, roughly and at most a
    thousand), all of a sample of `sampled` rows. `coverage` holds, by what the mapping gives
    (`profile`, a record type, `line`, `relationship`), how many `known` ones this series had told
    of before and how many are `missing` in this file.
    """

    imported = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="shape")
    series = models.CharField(max_length=255, help_text="The file's name without its date.")
    columns = models.JSONField(default=dict)
    sampled = models.IntegerField(default=0)
    coverage = models.JSONField(default=dict)
    unreadable = models.IntegerField(default=0, help_text="Rows that do not tell their keys.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["series", "imported"], name="import_series")]

    def __str__(self) -> str:
        return f"{self.series} {self.imported_id}"
