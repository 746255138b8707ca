from django.db import models


class VerdictSweep(models.Model):
    """A look over all acts. The first one judges them, from today backwards: the days from
    `back_to` on are done. Later ones mark what nobody told of; `marked` is how many profiles.
    """

    began_at = models.DateTimeField()
    back_to = models.DateField(null=True)
    finished_at = models.DateTimeField(null=True)
    marked = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}: {self.marked}"
