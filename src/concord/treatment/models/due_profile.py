from typing import ClassVar

from django.db import models


class DueProfile(models.Model):
    """Something changed of this profile: the acts of its customer are to be judged anew.

    `marked_at` is when it was first marked. Due are its acts from the day on that what changed
    speaks of; where `since` is given, from then on whatever changed. A plain id: what is gone by
    then has no acts.
    """

    profile_id = models.UUIDField(primary_key=True)
    marked_at = models.DateTimeField()
    since = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["marked_at"], name="due_profiles_in_turn")]

    def __str__(self) -> str:
        return f"{self.profile_id} since {self.marked_at:%Y-%m-%d %H:%M}"
