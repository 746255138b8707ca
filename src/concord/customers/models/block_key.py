from django.db import models

from concord.customers.models.profile import Profile


class BlockKey(models.Model):
    """A hashed value that two profiles of one customer probably share: how candidates are found.

    Some ten a profile, in one index and no more; the database does not check that the profile is
    there, for matching looks only at those that are.
    """

    pk = models.CompositePrimaryKey("key", "profile")
    key = models.BigIntegerField()
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="+", db_constraint=False)

    def __str__(self) -> str:
        return f"{self.key} {self.profile_id}"
