from django.db import models


class VerdictSweep(models.Model):
    """A look over all acts. The first one judges them, from today backwards: the days from
    `back_to` on are done. Later ones mark what nobody told of; `marked` is how many profiles.

    Of the first one, `stepped_at` is when it last went on, and `orders_told` whether a system told
    of orders when last we looked: where none does, invoices are acts.
    """

    began_at = models.DateTimeField()
    back_to = models.DateField(null=True)
    finished_at = models.DateTimeField(null=True)
    marked = models.IntegerField(default=0)
    stepped_at = models.DateTimeField(null=True)
    orders_told = models.BooleanField(null=True)

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}: {self.marked}"
