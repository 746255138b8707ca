from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from concord.kernel.ids import new_id


class Backtest(models.Model):
    """What the policy `xml`, and the version `base`, would have said at each real act from `since`
    to `until`, and what became of it.

    Long work that a worker does month by month: a month that is done is stored, so that a killed
    one goes on with the next. `requests` are the keys of those that are asked, all where there are
    none. Kept for some days.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    base = models.ForeignKey("treatment.PolicyVersion", models.PROTECT, related_name="+")
    xml = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the XML.")
    draft = models.ForeignKey(
        "treatment.PolicyDraft", models.SET_NULL, null=True, blank=True, related_name="backtests"
    )
    since = models.DateField()
    until = models.DateField()
    requests = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    stopped_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    stopped_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["base", "digest", "since", "until", "requests"],
                name="one_backtest_at_once",
                condition=models.Q(finished_at=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["digest", "-asked_at"], name="backtests_of_a_policy")
        ]

    def __str__(self) -> str:
        return self.name


class BacktestMonth(models.Model):
    """A month of a back-test: done with its sums, or not yet."""

    backtest = models.ForeignKey(Backtest, models.CASCADE, related_name="months")
    first = models.DateField()
    acts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["backtest", "first"], name="one_month_of_a_backtest")
        ]

    def __str__(self) -> str:
        return f"{self.backtest_id} {self.first}"


class BacktestSum(models.Model):
    """How many acts of a month and request had the same answers and the same end, and their money.

    `before` and `after` are a `concord.treatment.backtesting.sums.Said`, `became` a `Became`; `why`
    says why one of them cannot be judged. `priceless` acts had no amount that anybody knows.
    """

    backtest = models.ForeignKey(Backtest, models.CASCADE, related_name="sums")
    first = models.DateField()
    request = models.CharField(max_length=100)
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    became = models.CharField(max_length=12)
    why = models.CharField(max_length=20, blank=True)
    acts = models.PositiveIntegerField()
    money = models.DecimalField(max_digits=30, decimal_places=4)
    priceless = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["backtest", "first", "request", "before", "after", "became", "why"],
                name="one_sum_of_a_backtest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.backtest_id} {self.first} {self.request}"
