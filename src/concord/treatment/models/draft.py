from typing import ClassVar

from django.db import models

from concord.kernel.ids import new_id


class PolicyDraft(models.Model):
    """A working copy of the policy, from the version `base` on; several people may change it.

    `xml` is DMN 1.5 as it stands after `revision` edits. `closed_at` says that nothing is changed
    any more: it came into force, or was put aside.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    base = models.ForeignKey("treatment.PolicyVersion", models.PROTECT, related_name="drafts")
    xml = models.TextField()
    revision = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class DraftEdit(models.Model):
    """One change of a draft, append-only: what the second of two people sees of the first.

    `changes` made the revision `revision`, `inverse` takes it back; both are lists of changes as
    `concord.treatment.actions.drafts` reads them. `undoes` names the edit that this one took back.
    `client` is the page's own id of the change: what is sent twice is one edit.
    """

    draft = models.ForeignKey(PolicyDraft, models.PROTECT, related_name="edits")
    revision = models.PositiveIntegerField()
    changes = models.JSONField()
    inverse = models.JSONField()
    client = models.UUIDField(null=True, blank=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "revision"], name="one_edit_a_revision"),
            models.UniqueConstraint(fields=["draft", "client"], name="one_edit_a_sending"),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} {self.revision}"
