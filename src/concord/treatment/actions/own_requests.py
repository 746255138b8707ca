"""A company's own requests: made and retired by an administrator."""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from concord.kernel import audit, time
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.kernel.words import Words
from concord.treatment import requests
from concord.treatment.models import CustomRequest

KEY: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@transaction.atomic
def make(by: User, key: str, words: Words, department: str, about: str | None) -> CustomRequest:
    """A new request; the policy's table for any other request answers it."""
    _check(by)
    if not KEY.fullmatch(key):
        raise Problem(_("Give a key of small letters, digits and underscores."), place="key")
    built_in = key in {kind.key for kind in requests.BUILT_IN}
    if built_in or CustomRequest.objects.filter(key=key).exists():
        raise _taken(key)
    declaration: dict[str, object] = {
        "words": dict(words),
        "department": department,
        "about": about,
        "fields": [],
    }
    requests.from_declaration(key, declaration)
    try:
        with transaction.atomic():  # somebody else may make it at this moment
            made = CustomRequest.objects.create(
                key=key, declaration=declaration, created_by=by, created_at=time.now()
            )
    except IntegrityError as error:
        raise _taken(key) from error
    audit.record(by, "treatment.make_request", "request", key)
    return made


@transaction.atomic
def retire(by: User, key: str) -> None:
    """It is offered no more; answers that were given stay. A second time changes nothing."""
    _check(by)
    open_ones = CustomRequest.objects.filter(key=key, retired_at=None)
    if open_ones.update(retired_at=time.now()):
        audit.record(by, "treatment.retire_request", "request", key)


def _taken(key: str) -> Problem:
    return Problem(
        _("There is a request of this key already."), place=key, mend=_("Choose another key.")
    )


def _check(by: User) -> None:
    if by.role != Role.ADMINISTRATOR or not by.is_active:
        raise PermissionDenied
