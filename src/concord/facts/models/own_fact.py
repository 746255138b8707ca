from typing import ClassVar

from django.db import models


class OwnFact(models.Model):
    """One version of a company's own fact; of each key the newest counts. Append-only.

    `declaration` is `{"words", "expression", "form", "type", "shown", "empty", "unit", "scope",
    "department", "retired"}`: the attributes of `concord.facts.fact.Fact`, and the form that the
    expression was made by (`concord.facts.form`; null for one that was written as a formula).
    """

    key = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    declaration = models.JSONField()
    made_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "number"], name="own_fact_version")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"
