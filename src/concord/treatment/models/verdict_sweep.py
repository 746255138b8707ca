from django.db import models


class VerdictSweep(models.Model):
    """A look over all acts for those that nobody judged, or whose change nobody told of.

    The first one makes all acts due. `marked` is how many profiles it found.
    """

    began_at = models.DateTimeField()
    marked = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}: {self.marked}"
