from django.db import models


class Remembered(models.Model):
    """What all processes of the server remember for a while: how often somebody tried to sign in.

    Written by `concord.kernel.shared_cache` alone.
    """

    key = models.CharField(max_length=255, primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
