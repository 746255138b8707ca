from typing import ClassVar

from django.db import models


class Company(models.Model):
    """The company that uses this installation: one row."""

    name = models.CharField(max_length=200, default="")
    currency = models.CharField(max_length=3, default="EUR")
    time_zone = models.CharField(max_length=64, default="UTC")
    is_demo = models.BooleanField(default=False)
    matching = models.JSONField(default=dict, blank=True)
    answers_kept = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="For how many months answers are kept; none: for good.",
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_company"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> "Company":
        return cls.objects.get_or_create(id=1)[0]


class ExchangeRate(models.Model):
    """One unit of `currency` is worth `rate` of the company's currency from `on` onwards."""

    currency = models.CharField(max_length=3)
    on = models.DateField()
    rate = models.DecimalField(max_digits=24, decimal_places=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "on"], name="one_rate_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.on} {self.rate}"
