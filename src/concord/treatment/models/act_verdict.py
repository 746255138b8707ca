from typing import ClassVar

from django.db import models

NOW = models.Q(known_to=None)


class ActVerdict(models.Model):
    """Whether we kept our word in one act: what our promise said on its day, with the facts of it.

    Added to, never rewritten: an act that is judged anew gets another row, and the former one is
    closed at `known_to`; the row in which it is null holds. `first` is the verdict that the act
    got first. `customer_id` is a plain id, as in a membership: whose act it was when it was judged.

    `department` is whose system tells of the act, `waited` the days from opening to closing of its
    record; `month` is the first day of the month of `day`. `act` is what our promise said, `why`
    tells why nobody can say. Of what was not simply kept, `rules` and `deciding` are the rules that
    decided (the request's own first) and the inputs (FEEL names) that they looked at; of what
    nobody can say, `deciding` are
    the facts, or the field of the request, that are not known.
    """

    record = models.ForeignKey("records.Record", models.PROTECT, related_name="+")
    request = models.CharField(max_length=40)
    day = models.DateField()
    month = models.DateField()
    customer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    department = models.ForeignKey(
        "kernel.Department", models.PROTECT, null=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        "kernel.Unit", models.PROTECT, null=True, related_name="+", db_index=False
    )
    verdict = models.CharField(max_length=10)
    first = models.CharField(max_length=10)
    why = models.CharField(max_length=12, blank=True)
    act = models.CharField(max_length=12, blank=True)
    standing = models.CharField(max_length=20, blank=True)
    rules = models.JSONField(default=list)
    deciding = models.JSONField(default=list)
    lift = models.ForeignKey(
        "treatment.Lift", models.PROTECT, null=True, related_name="+", db_index=False
    )
    policy = models.PositiveIntegerField()
    waited = models.IntegerField(null=True)
    judged_at = models.DateTimeField()
    known_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "request"], name="one_verdict_an_act", condition=NOW
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "day"], name="verdicts_of_customer", condition=NOW),
            models.Index(
                fields=["verdict", "-day", "-id"],
                name="verdicts_not_kept",
                condition=NOW & ~models.Q(verdict="kept"),
            ),
            models.Index(
                fields=["-day", "-id"],
                name="verdicts_mended",
                condition=NOW & models.Q(first="deviated") & ~models.Q(verdict="deviated"),
            ),
            models.Index(
                fields=["request", "month", "standing", "-waited"],
                name="verdicts_waited",
                condition=NOW & models.Q(waited__isnull=False),
            ),
            models.Index(
                fields=["-day", "-id"],
                name="verdicts_on_hold_waited",
                condition=NOW & models.Q(standing="on hold", waited__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.day}: {self.verdict}"
