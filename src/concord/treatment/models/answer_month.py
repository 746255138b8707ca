from typing import ClassVar

from django.db import models


class AnswerMonth(models.Model):
    """A month of the log of answers that is no longer kept: how many there were, and a digest.

    The digest (SHA-256 over the SHA-256 of each row as PostgreSQL writes it, in the order of ids)
    proves a copy that was taken out before. Rows come from the database's function
    `end_answer_month`; the application only reads them.
    """

    month = models.DateField(unique=True)
    answers = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    ended_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
