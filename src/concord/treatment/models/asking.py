from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from concord.kernel.ids import new_id


class Verdict(models.TextChoices):
    GRANTED = "granted", pgettext_lazy("exception", "granted")
    DECLINED = "declined", pgettext_lazy("exception", "declined")
    LAPSED = "lapsed", pgettext_lazy("exception", "not answered in time")
    TAKEN_BACK = "taken_back", pgettext_lazy("exception", "no longer asked for")


class Way(models.TextChoices):
    """How somebody answered."""

    PAGE = "page", pgettext_lazy("exception", "on the page")
    LINK = "link", pgettext_lazy("exception", "by the link in the mail")
    MAIL = "mail", pgettext_lazy("exception", "by mail")


class Asking(models.Model):
    """Somebody asks for an exception; one of those whom the policy named answers, or it lapses.

    `named` is what the policy said then (`sponsor`, `officer`, `manager of accounts`) of this
    amount and standing. Open until the end of the day `deadline`, while it has no verdict. The
    answer at which it was asked is null once its month was kept for long enough.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    answer = models.ForeignKey(
        "treatment.AnswerLog", models.PROTECT, null=True, related_name="askings"
    )
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    request = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    ends_on = models.DateField()
    reason = models.TextField()
    named = models.JSONField()
    asked_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="askings")
    asked_at = models.DateTimeField()
    deadline = models.DateField()
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    answered_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(blank=True)
    way = models.CharField(max_length=4, choices=Way, blank=True)
    lift = models.ForeignKey(
        "treatment.Lift", models.PROTECT, null=True, blank=True, related_name="askings"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "request", "asked_by"],
                name="one_asking_at_once",
                condition=models.Q(verdict=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["deadline"], name="asking_open", condition=models.Q(verdict="")),
            models.Index(fields=["customer", "-asked_at"], name="asking_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.request} until {self.ends_on}"
