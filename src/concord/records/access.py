"""Who may see and change which records. Nothing here has a say in an answer."""

from __future__ import annotations

from django.db.models import Q

from concord.customers.access import check_handles_rights, held_back, may_handle_rights
from concord.customers.models import Membership
from concord.kernel.access import Viewer, viewer_of
from concord.kernel.models import Role, Source, User
from concord.records.models import Draft, Record
from concord.records.types import RecordType


def visible(viewer: Viewer) -> Q:
    """The records a person sees: those of their business units, and those of none."""
    if viewer.unit_ids is None:
        return Q()
    return Q(unit=None) | Q(unit__in=viewer.unit_ids)


def listed(viewer: Viewer) -> Q:
    """Those of them that lists, boards and Today show: a restricted customer's are stored and not
    worked with, so only who handles the rights of persons finds them there (docs/adr/0010)."""
    if may_handle_rights(viewer):
        return visible(viewer)
    held = Membership.objects.filter(customer_id__in=held_back(viewer), known_to=None)
    return visible(viewer) & ~Q(profile_id__in=held.values("profile_id"))


def sees(viewer: Viewer, record: Record) -> bool:
    return (
        record.withdrawn_at is None
        and (viewer.unit_ids is None or record.unit_id is None or record.unit_id in viewer.unit_ids)
    )  # fmt: skip


def sees_amounts(viewer: Viewer) -> bool:
    return viewer.sees_money


def may_open(viewer: Viewer, declared: RecordType) -> bool:
    """Whether a person may open a record of this type by hand."""
    return declared.by_hand and (not declared.guarded or _answers_for(viewer, declared))


def may_change(viewer: Viewer, record: Record, declared: RecordType) -> bool:
    """What a system says is changed in that system; what people typed, by those who see it."""
    return (
        record.source.key == Source.DESK
        and sees(viewer, record)
        and (not declared.guarded or _answers_for(viewer, declared))
    )


def may_see_sources(viewer: Viewer) -> bool:
    """Whether a person may read how the sources are and what their imports did."""
    return viewer.runs_the_company


def may_import(viewer: Viewer) -> bool:
    """Whether a person may import files at all; into which sources, `tends` says."""
    return viewer.runs_the_company


def tended(viewer: Viewer) -> Q:
    """The sources whose files a person may import, undo and mend, and whose raw rows they read.

    A manager's are those that they answer for and those of their department (and of their business
    units, where they have some): nobody takes back what another department's system said.
    """
    if viewer.role != Role.MANAGER:
        return Q() if may_import(viewer) else Q(pk__in=())
    theirs = Q(department__key=viewer.department) if viewer.department else Q(pk__in=())
    if viewer.unit_ids is not None:
        theirs &= Q(unit__in=viewer.unit_ids)
    return theirs | Q(owner=viewer.user_id)


def tends(viewer: Viewer, source: Source) -> bool:
    """Whether `source` is one of those."""
    return Source.objects.filter(tended(viewer), pk=source.pk).exists()


def in_the_same_hands(source: Source, other: Source) -> bool:
    """Whether everybody who tends `source` tends `other` too: only then may its files change what
    hangs on the other's records and has no source of its own, as lines have none."""
    if source.department_id is not None and (
        source.department_id != other.department_id or source.unit_id not in {None, other.unit_id}
    ):
        return False
    if source.owner is None:
        return True
    both = Source.objects.filter(tended(viewer_of(source.owner)), pk__in=[source.pk, other.pk])
    return set(both.values_list("pk", flat=True)) != {source.pk}


def _answers_for(viewer: Viewer, declared: RecordType) -> bool:
    return viewer.runs_the_company or viewer.department == declared.department


def brought(viewer: Viewer) -> Q:
    """The files (`Draft`) that a person may go on with.

    Of a source, who tends it; of a new one, whoever brought it and those who tend all sources.
    What came through the watched folder and has no source yet, everybody who may import.
    """
    if not may_import(viewer):
        return Q(pk__in=())
    theirs = Q() if viewer.role != Role.MANAGER else Q(by=None) | Q(by=viewer.user_id)
    return Q(source__in=Source.objects.filter(tended(viewer))) | (Q(source=None) & theirs)


def may_bring_in(viewer: Viewer, draft: Draft) -> bool:
    """Whether `draft` is one of those."""
    return Draft.objects.filter(brought(viewer), pk=draft.pk).exists()


def may_set_retention(viewer: Viewer) -> bool:
    """How long things are kept, and what goes for good: who handles the rights of persons."""
    return may_handle_rights(viewer)


def check_sets_retention(by: User) -> None:
    check_handles_rights(by)
