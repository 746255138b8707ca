from django.db import models

from concord.kernel.words import say


class Department(models.Model):
    """Who a customer is passed to: sales, support, accounts, shipping, engineering, scheduling…"""

    key = models.SlugField(unique=True)
    words = models.JSONField(default=dict)
    sees_money = models.BooleanField(
        default=True, help_text="Whether its members see amounts in records and evidence."
    )

    def __str__(self) -> str:
        return say(self.words) or self.key


class Unit(models.Model):
    """A business unit: a part of the company with its own orders, invoices and holds."""

    key = models.SlugField(unique=True)
    words = models.JSONField(default=dict)

    def __str__(self) -> str:
        return say(self.words) or self.key
