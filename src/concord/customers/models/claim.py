from typing import ClassVar
from uuid import uuid4

from django.db import models


class Claim(models.Model):
    """A question that somebody has open: until it ends, nobody else is handed it.

    `one` and `other` name the question (see `customers.questions`). No lock: whoever comes by a
    link is told who has it. `ticket` is of the page that was opened last, so that an earlier page
    of the same question that is left does not give it up.
    """

    one = models.UUIDField()
    other = models.UUIDField()
    by = models.ForeignKey("kernel.User", models.CASCADE, related_name="+")
    ticket = models.UUIDField(default=uuid4)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="one_claim_a_question"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} has {self.one} ? {self.other}"
