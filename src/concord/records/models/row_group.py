from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from concord.records.models.imports import Import


class RowGroup(models.Model):
    """Rows to fix that are alike: of one import, for one reason, in one column, by one value.

    `value` is what stands there where it repeats; null gathers the rows whose values are too many
    or too long to tell apart. `waiting` and `dismissed` are counted by the database itself (see
    the trigger in the migration): whoever changes rows in bulk need not know of it.
    """

    imported = models.ForeignKey(Import, models.CASCADE, related_name="row_groups")
    code = models.CharField(max_length=40)
    column = models.CharField(max_length=255, blank=True)
    value = models.TextField(null=True)  # "" is a value: an empty cell
    waiting = models.IntegerField(default=0)
    dismissed = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["imported", "code", "column", "value"],
                name="one_group_of_rows",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                F("waiting").desc(), "id", name="groups_to_fix", condition=Q(waiting__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.imported_id} {self.code} {self.column}: {self.value}"
