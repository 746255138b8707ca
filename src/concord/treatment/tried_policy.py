"""The policy that a simulation or a back-test tries: a draft as it stands, or a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from concord.kernel import time
from concord.kernel.errors import Problem
from concord.treatment import policies
from concord.treatment.models import PolicyDraft, PolicyVersion


@dataclass(frozen=True, slots=True)
class Tried:
    """`base` is what it is held against: the version that is in force today."""

    name: str
    base: PolicyVersion
    xml: str
    draft: PolicyDraft | None = None


def tried_of(sent: Mapping[str, str]) -> Tried:
    """What was sent as `draft` (its id) or `version` (its number). Raises `Problem` for none."""
    base = PolicyVersion.objects.get(pk=policies.in_force(time.today()).version_id)
    if draft := _draft(sent.get("draft", "")):
        return Tried(draft.name, base, draft.xml, draft)
    number = sent.get("version", "")
    version = PolicyVersion.objects.filter(number=int(number)) if number.isdecimal() else None
    if version is None or (found := version.first()) is None:
        raise Problem(
            _("There is no such draft, and no such version."),
            place="draft",
            mend=_("Open the draft again and begin from its page."),
            code="not-found",
        )
    proposal = getattr(found, "proposal", None)
    name = proposal.what if proposal else _("Version %(number)d") % {"number": found.number}
    return Tried(name, base, found.xml)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where what was tried is read and changed."""

    url: str
    label: str


def origin_of(draft: PolicyDraft | None, digest: str) -> Origin | None:
    """The draft, or the proposal or version with this content; none where the draft is gone."""
    if draft is not None:
        label = _("Draft “%(name)s”") % {"name": draft.name}
        return Origin(reverse("treatment:draft", args=[draft.pk]), label)
    rows = PolicyVersion.objects.defer("xml").select_related("proposal")
    version = rows.filter(digest=digest).order_by("-number").first()
    if version is None:
        return None
    label = _("Version %(number)d") % {"number": version.number}
    if proposal := getattr(version, "proposal", None):
        return Origin(reverse("treatment:proposal", args=[proposal.pk]), proposal.what)
    return Origin(f"{reverse('treatment:promise')}?version={version.number}", label)


def _draft(text: str) -> PolicyDraft | None:
    from uuid import UUID

    try:
        return PolicyDraft.objects.filter(pk=UUID(text)).first() if text else None
    except ValueError:
        return None
