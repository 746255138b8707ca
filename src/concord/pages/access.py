"""Who may see and change the settings of the house."""

from django.core.exceptions import PermissionDenied

from concord.kernel.access import Viewer
from concord.kernel.models import Role, User


def may_read_settings(viewer: Viewer) -> bool:
    """Managers, officer and sponsor read; administrators change."""
    return viewer.runs_the_company


def may_change_settings(viewer: Viewer) -> bool:
    return viewer.role == Role.ADMINISTRATOR


def may_change_person(viewer: Viewer, person: User) -> bool:
    """A sponsor is changed by a sponsor alone: a password link would be a way to office."""
    if person.role == Role.SPONSOR:
        return viewer.role == Role.SPONSOR
    return may_change_settings(viewer) or viewer.role == Role.SPONSOR


def roles_to_give(viewer: Viewer) -> list[Role]:
    """Only a sponsor makes a sponsor."""
    if viewer.role == Role.SPONSOR:
        return list(Role)
    if viewer.role == Role.ADMINISTRATOR:
        return [role for role in Role if role != Role.SPONSOR]
    return []


def check_reads_settings(viewer: Viewer) -> None:
    if not may_read_settings(viewer):
        raise PermissionDenied


def check_changes_settings(viewer: Viewer) -> None:
    if not may_change_settings(viewer):
        raise PermissionDenied


def check_changes_person(viewer: Viewer, person: User) -> None:
    if not may_change_person(viewer, person):
        raise PermissionDenied
