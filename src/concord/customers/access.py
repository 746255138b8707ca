"""Who may see and change what of customers: decided here and nowhere else."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from concord.customers import questions
from concord.customers.models import RelationshipKind
from concord.kernel.access import Viewer


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


def waiting(viewer: Viewer) -> int:
    """How many questions about customers wait for a person."""
    return questions.waiting()
