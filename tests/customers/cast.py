"""Who appears in the tests of customers, and how they are made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from concord.customers.actions.profiles import receive
from concord.customers.models import Customer, Membership, Profile
from concord.customers.said import ProfileSaid
from concord.kernel.models import Department, Role, Source, User


def a_source(key: str = "accounting", **fields: Any) -> Source:
    return Source.objects.get_or_create(key=key, defaults={"words": {"en": key.title()}} | fields)[
        0
    ]


def a_person(name: str = "Alice", role: str = Role.MEMBER, **fields: Any) -> User:
    """Somebody of the company: Alice of support, unless said otherwise."""
    department = Department.objects.get_or_create(
        key=fields.pop("department", "support"), defaults={"words": {"en": "Support"}}
    )[0]
    return User.objects.create_user(
        f"{name.lower()}@example.com",
        "correct horse battery",
        name=name,
        role=role,
        department=department,
        **fields,
    )


def said(key: str, kind: str = "organisation", **data: Any) -> ProfileSaid:
    return ProfileSaid(key=key, kind=kind, data=data)


def a_profile(
    key: str, source: str = "accounting", kind: str = "organisation", **data: Any
) -> UUID:
    return receive(a_source(source), [said(key, kind, **data)])[0].profile_id


def customer_of(profile: UUID) -> Customer:
    return (
        Membership.objects.select_related("customer").get(profile=profile, known_to=None).customer
    )


def profile(pid: UUID) -> Profile:
    return Profile.objects.get(id=pid)
