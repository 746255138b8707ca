from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models

from concord.kernel.ids import new_id


class PersonFile(models.Model):
    """Everything about one customer as a file, made by the worker and forgotten after some days.

    The files lie in `folder`; here stands only how far the worker is.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    request = models.ForeignKey(
        "customers.RightsRequest", models.PROTECT, null=True, blank=True, related_name="files"
    )
    language = models.CharField(max_length=10)
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)
    forget_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["customer", "-made_at"], name="files_of_customer"),
            models.Index(
                fields=["forget_at"],
                name="files_to_forget",
                condition=models.Q(forgotten_at=None),
            ),
        ]

    @property
    def folder(self) -> Path:
        return Path(settings.MEDIA_ROOT) / "rights" / str(self.pk)

    def __str__(self) -> str:
        return f"{self.customer_id} {self.made_at:%Y-%m-%d}"
