from typing import ClassVar

from django.db import models


def by_import(what: str) -> models.Index:
    """The index by which the undo of an import finds what it said."""
    return models.Index(
        fields=["import_id"],
        name=f"{what}_by_import",
        condition=models.Q(import_id__isnull=False),
    )


class RecordState(models.Model):
    """What is known of a record at one time: the columns that a version keeps too.

    `parent_ref` is the parent as the source named it (`source id:type:key`); `parent` is null
    until that record is known. Foreign keys whose look-ups another index serves have none of
    their own: each index costs every import.
    """

    profile = models.ForeignKey(
        "customers.Profile", models.PROTECT, related_name="+", db_index=False
    )
    parent = models.ForeignKey(
        "records.Record", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    parent_ref = models.CharField(max_length=340, blank=True)
    subject = models.CharField(max_length=400, blank=True)
    opened_at = models.DateField(null=True, blank=True)
    due_at = models.DateField(null=True, blank=True)
    closed_at = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=40, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    unit = models.ForeignKey(
        "kernel.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        "kernel.User", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    data = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=16, default=b"")
    import_id = models.BigIntegerField(null=True, blank=True)
    known_from = models.DateTimeField()

    class Meta:
        abstract = True


class Record(RecordState):
    """Anything that happened with a customer, or is owed to or by them.

    It was opened, it may be due, it may be closed, it may carry an amount. It hangs on a profile,
    never on a customer. Dates are business dates in the company's time zone; a record whose exact
    moment matters keeps it in `data["moment"]` (ISO text with offset).
    A withdrawn record keeps its row (its key may come back) but is no part of any answer.
    """

    type = models.CharField(max_length=40)
    source = models.ForeignKey("kernel.Source", models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "type", "key"], name="one_record_a_key"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["profile", "-opened_at", "-id"], name="record_timeline"),
            models.Index(fields=["type", "status", "-opened_at", "-id"], name="record_by_status"),
            models.Index(
                fields=["owner", "type", "due_at"],
                name="record_by_owner",
                condition=models.Q(owner__isnull=False),
            ),
            models.Index(
                fields=["import_id", "id"],
                name="record_by_import",
                condition=models.Q(import_id__isnull=False),
            ),
            models.Index(
                fields=["parent"],
                name="record_children",
                condition=models.Q(parent__isnull=False),
            ),
            models.Index(
                fields=["parent_ref"],
                name="record_waits_for_parent",
                condition=models.Q(parent=None) & ~models.Q(parent_ref=""),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or f"{self.type} {self.key}"


class RecordVersion(RecordState):
    """What was known of a record in `[known_from, known_to)`, before the present row."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="versions", db_index=False)
    known_to = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["record", "known_from"], name="record_history"),
            models.Index(fields=["profile", "known_from"], name="record_version_profile"),
            models.Index(
                fields=["import_id"],
                name="record_version_by_import",
                condition=models.Q(import_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.known_from:%Y-%m-%d}"


class RecordLink(models.Model):
    """Joins two records in a role (`invoice for order`), as known in `[known_from, known_to)`."""

    from_record = models.ForeignKey(Record, models.CASCADE, related_name="links_from")
    role = models.CharField(max_length=40)
    to_record = models.ForeignKey(Record, models.CASCADE, related_name="links_to")
    import_id = models.BigIntegerField(null=True, blank=True)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["from_record", "role", "to_record"],
                name="one_link",
                condition=models.Q(known_to=None),
            ),
        ]
        indexes: ClassVar = [by_import("link")]

    def __str__(self) -> str:
        return f"{self.from_record_id} {self.role} {self.to_record_id}"


class RecordLine(models.Model):
    """A line of an order, invoice or quote, as known in `[known_from, known_to)`."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="lines")
    key = models.CharField(max_length=64)
    product = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    unit_price = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    data = models.JSONField(default=dict)
    import_id = models.BigIntegerField(null=True, blank=True)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "key"], name="one_line_a_key", condition=models.Q(known_to=None)
            ),
        ]
        indexes: ClassVar = [by_import("line")]

    def __str__(self) -> str:
        return f"{self.record_id}/{self.key}"
