"""What the law of publishing finds in a version, and what the sponsor accepts of it in writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from concord.kernel import proof, time
from concord.kernel.errors import Problem
from concord.kernel.models import User
from concord.treatment import access, law, policies
from concord.treatment.models import FindingAcceptance, PolicyCheck, PolicyVersion


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of a version, and its acceptance where there is one."""

    id: str
    finding: law.Finding
    acceptance: FindingAcceptance | None

    @property
    def may_be_accepted(self) -> bool:
        return self.finding.kind in law.ACCEPTED

    @property
    def is_open(self) -> bool:
        return self.acceptance is None or not self.may_be_accepted


def findings(version: PolicyVersion) -> list[Found]:
    """Everything that the law of today finds in a version, and what is accepted of it."""
    rows = FindingAcceptance.objects.filter(digest=version.digest).select_related("by")
    accepted = {row.finding: row for row in rows}
    return [
        Found(key, finding, accepted.get(key))
        for key, finding in law.identified(policies.model_of(version)).items()
    ]


@transaction.atomic
def check(version: PolicyVersion) -> PolicyCheck:
    """The check of a version by the law of today, kept: what the database publishes by."""
    said = [_said(key, f) for key, f in law.identified(policies.model_of(version)).items()]
    last = PolicyCheck.objects.filter(digest=version.digest).order_by("-id").first()
    if last is not None and last.findings == said:
        return last
    return PolicyCheck.objects.create(digest=version.digest, findings=said, at=time.now())


@transaction.atomic
def accept(
    by: User, version: PolicyVersion, reasons: Mapping[str, str], password: str = ""
) -> list[FindingAcceptance]:
    """The sponsor accepts findings of a version (by their ids), each for a reason, all or none.

    One that is accepted already stays as it was. The database's function does it, or refuses.
    Raises `Problem` for everybody but the sponsor, without a reason, and for what is no finding of
    this version or cannot be accepted.
    """
    access.check_sponsor(by)
    check(version)
    known = {each.id: each for each in findings(version)}
    proven = proof.of(by, password)
    for key, reason in reasons.items():
        found = known.get(key)
        if found is None or not found.may_be_accepted:
            raise Problem(
                _("This cannot be accepted."),
                place="finding",
                mend=_("Mend the rule in a draft, then propose it again."),
                code="conflict",
            )
        if not reason.strip():
            raise Problem(_("What is accepted is accepted for a reason."), place="reason",
                          mend=_("Write why; everybody reads it."))  # fmt: skip
        proof.call(
            "SELECT accept_finding(%s, %s, %s, %s, %s)",
            version.number, by.pk, key, reason.strip(), proven,
            refused=Problem(_("Only the sponsor accepts this."), code="forbidden"),
        )  # fmt: skip
    return list(FindingAcceptance.objects.filter(digest=version.digest, finding__in=reasons))


def _said(key: str, finding: law.Finding) -> dict[str, Any]:
    return {
        "id": key,
        "kind": finding.kind,
        "table": finding.table,
        "rules": list(finding.rules),
        "accept": finding.kind in law.ACCEPTED,
    }
