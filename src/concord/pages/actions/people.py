"""People of the house: invite, change, let in again, close the door."""

from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from concord.kernel import audit, proof
from concord.kernel.access import viewer_of
from concord.kernel.actions import passwords, roles
from concord.kernel.errors import Problem
from concord.kernel.models import Department, Role, Unit, User
from concord.pages import access


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a person; `units` empty means every unit."""

    name: str
    role: Role
    department: Department | None
    units: list[Unit]
    language: str


@transaction.atomic
def invite(by: User, email: str, said: Said, password: str = "") -> User:
    """A person who can sign in once they have followed their link (`password_link`).

    A sponsor who has a password (given here as proof) makes nobody sponsor who has none yet.
    """
    _check_role(by, said.role)
    if User.objects.filter(email__iexact=email).exists():
        raise _here_already(email)
    is_sponsor = said.role == Role.SPONSOR
    try:
        with transaction.atomic():  # somebody else may invite the same person at this moment
            person = User.objects.create_user(
                email.lower(),
                None,
                name=said.name,
                role=Role.MEMBER if is_sponsor else said.role,
                department=said.department,
                language=said.language,
            )
    except IntegrityError as error:
        raise _here_already(email) from error
    person.units.set(said.units)
    audit.record(by, "person.invited", "user", person.pk, role=person.role)
    if is_sponsor:
        roles.give(by, person, Role.SPONSOR, password)
    return person


def _here_already(email: str) -> Problem:
    return Problem(
        _("Somebody here has this address already."),
        place=email,
        mend=_("Open that person instead, or use another address."),
    )


@transaction.atomic
def change(by: User, person: User, said: Said, password: str = "") -> None:
    """Change what a person is here. One's own role stays: another has to take it away.

    To make a sponsor, or one no longer, takes the acting sponsor's own `password`.
    """
    viewer = viewer_of(by)
    access.check_changes_person(viewer, person)
    if said.role != person.role:
        _check_role(by, said.role)
        if by.pk == person.pk:
            raise _own()
        roles.give(by, person, said.role, password)
    changed = [
        name
        for name in ("name", "department", "language")
        if getattr(person, name) != getattr(said, name)
    ]
    person.name, person.department, person.language = said.name, said.department, said.language
    person.save(update_fields=["name", "department", "language"])
    if set(person.units.all()) != set(said.units):
        changed.append("units")
        person.units.set(said.units)
    if changed:
        audit.record(by, "person.changed", "user", person.pk, fields=changed)


@transaction.atomic
def close_door(by: User, person: User) -> None:
    """They cannot sign in from now on; what they did stays theirs. No-op where it is closed."""
    access.check_changes_person(viewer_of(by), person)
    if by.pk == person.pk:
        raise _own()
    if person.role == Role.SPONSOR:
        raise Problem(
            _("A sponsor's door is not closed."),
            place=person.name,
            mend=_("Give them another role first; then close it."),
        )
    if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        audit.record(by, "person.closed", "user", person.pk)


@transaction.atomic
def open_door(by: User, person: User) -> None:
    access.check_changes_person(viewer_of(by), person)
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        audit.record(by, "person.opened", "user", person.pk)


@transaction.atomic
def password_link(by: User, person: User) -> str:
    """The path at which `person` sets a password, once, within three days."""
    access.check_changes_person(viewer_of(by), person)
    if not person.is_active or person.is_system:
        raise Problem(_("This person cannot sign in."), place=person.name)
    if person.role == Role.SPONSOR and proof.is_asked_of(person):
        raise passwords.lost()
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    uid, token = key.split("-", 1)
    audit.record(by, "person.linked", "user", person.pk)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})


def _check_role(by: User, role: Role) -> None:
    if role not in access.roles_to_give(viewer_of(by)):
        raise PermissionDenied


def _own() -> Problem:
    return Problem(
        _("You cannot take away your own role or close your own door."),
        mend=_("Ask another administrator or the sponsor to do it."),
    )
