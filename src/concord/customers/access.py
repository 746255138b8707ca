"""Who may see and change what of customers: decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from concord.customers import questions
from concord.customers.models import Membership, RelationshipKind, Restriction
from concord.customers.survivorship import is_amount
from concord.kernel.access import Viewer, viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User

RIGHTS_HANDLERS: Final = (Role.OFFICER, Role.ADMINISTRATOR, Role.SPONSOR)


def may_correct(viewer: Viewer) -> bool:
    """Who meets the customer knows the new phone number: everybody corrects and adds."""
    return True


def may_judge(viewer: Viewer) -> bool:
    """Joining and parting customers moves what all departments see."""
    return viewer.runs_the_company


def may_relate(viewer: Viewer, kind: str) -> bool:
    """Everybody says who works where and who lives together; a group joins what is owed and
    bought by several, so who runs the company says that."""
    return kind != RelationshipKind.PART_OF or viewer.runs_the_company


def require_relate(viewer: Viewer, kind: str) -> None:
    if not may_relate(viewer, kind):
        raise PermissionDenied


def require_correct(viewer: Viewer) -> None:
    if not may_correct(viewer):
        raise PermissionDenied


def require_judge(viewer: Viewer) -> None:
    if not may_judge(viewer):
        raise PermissionDenied


def colleagues(viewer: Viewer) -> QuerySet[User]:
    """Who else joins and parts customers, and may give a second opinion."""
    return (
        User.objects.filter(is_active=True, is_system=False)
        .exclude(role=Role.MEMBER)
        .exclude(pk=viewer.user_id)
        .order_by("name", "pk")
    )


def waiting(viewer: Viewer) -> int:
    """How many questions about customers wait for a person."""
    return questions.waiting()


def readable(viewer: Viewer, attribute: str, value: Any) -> Any:
    """The value of an attribute as this person may read it: None stands for an amount, also
    within a value that has several parts, to a person who does not see money."""
    if viewer.sees_money:
        return value
    if isinstance(value, Mapping):
        return {label: readable(viewer, attribute, item) for label, item in value.items()}
    return None if is_amount(attribute, value) else value


def readable_entry(viewer: Viewer, attribute: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """A golden value with all that belongs to it (`customers.golden`), as this person may read it:
    of an amount that is hidden, `value` is None and `hidden` says so."""
    if viewer.sees_money:
        return dict(entry)
    shown = {name: value for name, value in entry.items() if name not in ("value", "original")}
    shown["value"] = readable(viewer, attribute, entry.get("value"))
    if shown["value"] is None and entry.get("value") is not None:
        shown["hidden"] = True
    elif "original" in entry:
        shown["original"] = entry["original"]
    for name in ("each", "others", "also"):
        if name in entry:
            shown[name] = [readable_entry(viewer, attribute, one) for one in entry[name]]
    return shown


def may_handle_rights(viewer: Viewer) -> bool:
    """Copies, restrictions and erasures: the customer officer, an administrator, the sponsor.

    The functions of the owner ask the same of whoever begins an erasure."""
    return viewer.role in RIGHTS_HANDLERS


def handlers_of_rights() -> QuerySet[User]:
    """The people who may: who is told that an erasure waits for a second one."""
    return User.objects.filter(role__in=RIGHTS_HANDLERS, is_active=True, is_system=False)


def held_back(viewer: Viewer) -> QuerySet[Restriction, UUID]:
    """The ids of customers whom this person finds in no list: stored, and not used."""
    restricted = Restriction.objects.filter(lifted_at=None)
    if may_handle_rights(viewer):
        restricted = restricted.none()
    return restricted.values_list("customer_id", flat=True)


def held_profiles() -> QuerySet[Membership, UUID]:
    """What the sources say of those whose data is restricted: no example for anybody."""
    restricted = Restriction.objects.filter(lifted_at=None).values("customer_id")
    members = Membership.objects.filter(customer__in=restricted, known_to=None)
    return members.values_list("profile_id", flat=True)


def is_held_back(viewer: Viewer, is_restricted: bool) -> bool:
    return is_restricted and not may_handle_rights(viewer)


def may_take_request(viewer: Viewer) -> bool:
    """Whoever meets the person takes down what they ask for."""
    return True


def require_handle_rights(viewer: Viewer) -> None:
    if not may_handle_rights(viewer):
        raise PermissionDenied


def check_handles_rights(by: User) -> None:
    """The same of an action, whichever way it was called."""
    if by.is_system or not by.is_active or not may_handle_rights(viewer_of(by)):
        raise Problem(
            _("Only the customer officer, an administrator or the sponsor does this."),
            mend=_("Take down what the person asks for: they are told."),
            code="forbidden",
        )
