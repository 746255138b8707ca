from django.db import models

from concord.customers.models.profile import Profile


class NormalForm(models.Model):
    """What matching sees of a profile, made once and read often (see `matching.normal_form`).

    Only that of what the profile says now, made by the code of now, is believed: `digest` is the
    profile's, `version` that of the code. Written with the blocking keys, gone with the values.
    """

    profile = models.OneToOneField(
        Profile, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    version = models.IntegerField()
    digest = models.BinaryField(max_length=16)
    form = models.TextField()

    def __str__(self) -> str:
        return str(self.profile_id)
