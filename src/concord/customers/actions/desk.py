"""What people here type themselves: new customers, corrections, relationships.

The desk is a source like any other. A correction is one more profile of the customer, whose value
is pinned: it wins over what any system says, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers import restrictions
from concord.customers.actions import departures, membership
from concord.customers.actions.judgements import Opinion, record
from concord.customers.actions.profiles import receive
from concord.customers.actions.relating import relate
from concord.customers.desk import desk
from concord.customers.golden import names_said
from concord.customers.models import (
    Customer,
    Kind,
    Membership,
    Profile,
    ProfileVersion,
    Relationship,
    RelationshipKind,
    Verdict,
)
from concord.customers.normal.emails import email
from concord.customers.queries import current
from concord.customers.said import ProfileSaid
from concord.customers.survivorship import ATTRIBUTES, KEYED, LISTS
from concord.kernel import audit, deadlocks
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.models import User
from concord.kernel.time import now

_FEWEST: Final = 2  # figures of a phone number: an extension has as few


@deadlocks.atomic
def create_customer(by: User, kind: str, data: Mapping[str, Any]) -> Customer:
    """A customer that no system knows yet. Matching looks at it after commit."""
    if not names_said(data):
        raise Problem(_("A customer needs a name."), place="name", mend=_("Type a name."))
    said = ProfileSaid(f"new-{new_id()}", Kind(kind).value, data)
    [receipt] = receive(desk(), [said], by=by)
    audit.record(by, "customers.create", "customer", receipt.profile_id, fields=sorted(data))
    return Customer.objects.get(id=receipt.profile_id)


@deadlocks.atomic
def correct(customer_id: UUID, attribute: str, value: Any, by: User) -> Customer:
    """Say by hand what is right. Lists and keyed values are given whole.

    A correction of a customer that has a profile of the desk goes into that one.
    """
    if attribute not in ATTRIBUTES:
        raise Problem(_("There is no such attribute."), place=attribute)
    value = _required(attribute, value)
    customer = current(customer_id)
    members = membership.lock({customer.id})
    customer_id = members[customer.id]
    restrictions.refuse_erased({customer_id})
    mine = sorted(p for p, of in members.items() if of == customer_id)
    own = (
        Profile.objects.select_for_update(of=("self",), no_key=True)
        .filter(id__in=mine, source=desk(), withdrawn_at=None)
        .order_by("id")
        .first()
    )
    if own is None:
        said = ProfileSaid(f"fix-{new_id()}", customer.kind, {attribute: value}, pins=(attribute,))
        [receipt] = receive(desk(), [said], by=by)
        members |= membership.lock({receipt.profile_id})
        record([Opinion(receipt.profile_id, mine[0], Verdict.SAME.value)], by, correction=attribute)
        membership.bring_in_line(members, now())
        Profile.objects.filter(id=receipt.profile_id).update(matched_at=now())
    else:
        said = ProfileSaid(
            own.key,
            own.kind,
            {**own.data, attribute: value},
            own.unit_id,
            pins=tuple(sorted({*own.pins, attribute})),
        )
        receive(desk(), [said], by=by)
    audit.record(by, "customers.correct", "customer", customer_id, attribute=attribute)
    return current(customer_id)


@deadlocks.atomic
def pin(
    customer_id: UUID, attribute: str, profile_id: UUID, by: User, version: int = 0
) -> Customer:
    """Show from now on what this entry of the customer says (or said, in that version of it)."""
    customer = current(customer_id)
    mine = Membership.objects.filter(customer=customer, profile=profile_id)
    of: Profile | ProfileVersion | None = Profile.objects.filter(pk=profile_id).first()
    if version:
        of = ProfileVersion.objects.filter(pk=version, profile=profile_id).first()
    if of is None or not mine.exists():
        raise Problem(_("This entry is none of the customer's."), place=attribute)
    names = names_said(of.data)
    value = names.get(attribute) if attribute in names else of.data.get(attribute)
    if not value:
        raise Problem(_("It says nothing here."), place=attribute)
    audit.record(
        by, "customers.pin", "customer", customer.id, attribute=attribute, profile=str(profile_id)
    )
    return correct(customer.id, attribute, value, by)


@deadlocks.atomic
def unpin(customer_id: UUID, attribute: str, by: User) -> tuple[UUID, int]:
    """What the systems say is shown again; what was typed before the pin stays typed.

    Gives the entry and the version that `pin` puts back. Raises Problem where nothing is pinned.
    """
    customer = current(customer_id)
    members = membership.lock({customer.id})
    mine = sorted(p for p, of in members.items() if of == members[customer.id])
    rows = Profile.objects.select_for_update(of=("self",), no_key=True).filter(
        id__in=mine, source=desk(), withdrawn_at=None, pins__contains=[attribute]
    )
    pinned = list(rows.order_by("id"))
    if not pinned:
        raise Problem(
            _("Nothing is pinned here any more."),
            mend=_("Somebody took it back meanwhile."),
            code="conflict",
        )
    empty = []
    for own in pinned:
        data = {name: value for name, value in own.data.items() if name != attribute}
        before = _unpinned(own, attribute)
        data |= {attribute: before} if before else {}
        pins = tuple(pin for pin in own.pins if pin != attribute)
        receive(desk(), [ProfileSaid(own.key, own.kind, data, own.unit_id, pins=pins)], by=by)
        if not data:
            empty.append(own.pk)
    departures.withdraw(empty, (), now())
    audit.record(by, "customers.unpin", "customer", customer.id, attribute=attribute)
    latest = ProfileVersion.objects.filter(profile=pinned[0].pk).order_by("-id").first()
    return pinned[0].pk, latest.pk if latest else 0


def pinned_before(customer_id: UUID, attribute: str) -> tuple[UUID, int] | None:
    """The entry, and the version of it, with what was pinned here before the last word by hand;
    None where that was the first one."""
    mine = Membership.objects.filter(customer=current(customer_id), known_to=None)
    own = (
        Profile.objects.filter(
            id__in=mine.values("profile"),
            source=desk(),
            withdrawn_at=None,
            pins__contains=[attribute],
        )
        .order_by("id")
        .first()
    )
    before = own and ProfileVersion.objects.filter(profile=own).order_by("-id").first()
    if not own or not before or attribute not in before.pins:
        return None
    is_other = before.data.get(attribute) != own.data.get(attribute)
    return (own.pk, before.pk) if is_other else None


def _unpinned(own: Profile, attribute: str) -> Any:
    """What the entry said before it was pinned."""
    versions = ProfileVersion.objects.filter(profile=own).order_by("-id")
    before = versions.exclude(pins__contains=[attribute]).first()
    return before.data.get(attribute) if before else None


def _has_no_figures(text: str) -> bool:
    return sum(map(str.isdecimal, text)) < _FEWEST


def _required(attribute: str, value: Any) -> Any:
    if attribute in LISTS:
        items = value if isinstance(value, (list, tuple)) else str(value).splitlines()
        value = [text for item in items if (text := str(item).strip())]
        wrong = next((text for text in value if attribute == "emails" and not email(text)), None)
        if attribute == "phones" and (none := next(filter(_has_no_figures, value), None)):
            raise Problem(
                _("“%(text)s” is no phone number.") % {"text": none[:80]},
                place=attribute,
                mend=_("Write it with its figures, like +82 2 1234 5678."),
            )
        if wrong:
            raise Problem(
                _("“%(text)s” is no e-mail address.") % {"text": wrong[:80]},
                place=attribute,
                mend=_("Write it like name@company.example."),
            )
    elif attribute in KEYED:
        if not isinstance(value, Mapping):
            raise Problem(_("This value has several parts with a label each."), place=attribute)
        value = {str(label): str(item) for label, item in value.items()}
    else:
        value = str(value).strip()
    if not value:
        raise Problem(
            _("A correction needs a value."),
            place=attribute,
            mend=_("Type what is right; a wrong value is replaced, not emptied."),
        )
    return value


@deadlocks.atomic
def create_person_at(
    by: User,
    organisation: UUID,
    data: Mapping[str, Any],
    *,
    title: str = "",
    valid_from: date | None = None,
) -> Relationship:
    """A person that no system knows yet, who works at the organisation."""
    person = create_customer(by, Kind.PERSON, data)
    works_at = RelationshipKind.WORKS_AT
    return relate(person.id, works_at, organisation, by, title=title, valid_from=valid_from)
