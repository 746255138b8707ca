"""A company's own requests and what they ask for: made and retired by an administrator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from concord.facts.own import refresh as facts_now
from concord.kernel import audit, time
from concord.kernel.errors import Problem
from concord.kernel.models import Role, User
from concord.kernel.words import Words
from concord.treatment import policies, requests
from concord.treatment.inputs import ELSEWHERE
from concord.treatment.models import CustomRequest, PolicyInForce

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


@transaction.atomic
def add_field(by: User, key: str, field: Mapping[str, Any]) -> CustomRequest:
    """One more thing that is asked for a request: `{"key", "words", "type", "asks", "choices"}`.

    Raises `Problem` for a key that means something else already, and for a declaration that is not
    whole.
    """
    _check(by)
    row = _locked(key)
    name = str(field.get("key", ""))
    if not KEY.fullmatch(name):
        raise Problem(_("Give a key of small letters, digits and underscores."), place="key")
    if (
        name in RESERVED
        or name in facts_now()
        or _means_else(key, name, str(field.get("type", "")))
    ):
        raise Problem(
            _("“%(key)s” means something else in our promise.") % {"key": name},
            place="key",
            mend=_("Choose another key."),
        )
    if field.get("type") == "choice" and not field.get("choices"):
        raise Problem(_("A choice has something to choose from."), place="choices",
                      mend=_("Write one choice a line."))  # fmt: skip
    fields = [*row.declaration.get("fields", []), dict(field)]
    if len({each["key"] for each in fields}) < len(fields):
        raise Problem(_("It asks for this already."), place=name, mend=_("Choose another key."))
    row.declaration = {**row.declaration, "fields": fields}
    requests.from_declaration(key, row.declaration)
    row.save(update_fields=["declaration"])
    audit.record(by, "treatment.add_request_field", "request", key, field=name)
    return row


@transaction.atomic
def remove_field(by: User, key: str, name: str) -> None:
    """It is asked for no more. Raises `Problem` while the rules in force look at it."""
    _check(by)
    row = _locked(key)
    if _is_looked_at(key, name):
        raise Problem(
            _("Our promise looks at it."),
            place=name,
            mend=_("Take the column away in a draft first, and put that in force."),
            code="conflict",
        )
    fields = [each for each in row.declaration.get("fields", []) if each["key"] != name]
    row.declaration = {**row.declaration, "fields": fields}
    row.save(update_fields=["declaration"])
    audit.record(by, "treatment.remove_request_field", "request", key, field=name)


# What the policy's inputs mean beside the facts; `unit` and `amount` mean the same everywhere.
RESERVED: Final = frozenset({*ELSEWHERE, "standing", "value", "exception", "request", "on_its_way"})


def _means_else(key: str, name: str, of: str) -> bool:
    """Whether another request asks for something of another type by that key."""
    kinds = (kind for kind in requests.all_kinds() if kind.key != key)
    return any(field.key == name and field.type != of for kind in kinds for field in kind.fields)


def _is_looked_at(key: str, name: str) -> bool:
    if not PolicyInForce.objects.exists():
        return False
    model = policies.in_force(time.today()).model
    tables = {each.id: model.tables.get(each.name) for each in model.decisions}
    table = tables.get(key)
    said = name.replace("_", " ")
    return table is not None and any(column.expression == said for column in table.inputs)


def _locked(key: str) -> CustomRequest:
    row = CustomRequest.objects.select_for_update().filter(key=key, retired_at=None).first()
    if row is None:
        raise Problem(
            _("There is no request of this key."),
            place=key,
            mend=_("Load the page again."),
            code="not-found",
        )
    return row


def _taken(key: str) -> Problem:
    return Problem(
        _("There is a request of this key already."), place=key, mend=_("Choose another key.")
    )


def _check(by: User) -> None:
    if by.role != Role.ADMINISTRATOR or not by.is_active:
        raise PermissionDenied
