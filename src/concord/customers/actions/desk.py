"""What people here type themselves: new customers, corrections, relationships.

The desk is a source like any other. A correction is one more profile of the customer, whose value
is pinned: it wins over what any system says, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.actions import membership
from concord.customers.actions.judgements import Opinion, record
from concord.customers.actions.profiles import ProfileSaid, receive
from concord.customers.golden import names_said
from concord.customers.models import (
    Customer,
    Kind,
    Profile,
    Relationship,
    RelationshipKind,
    Verdict,
)
from concord.customers.queries import current
from concord.customers.survivorship import ATTRIBUTES, KEYED, LISTS
from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.models import Source, User
from concord.kernel.time import now


def desk() -> Source:
    words = {"en": "Typed here", "ko": "직접 입력", "zh-hant": "人工輸入"}
    return Source.objects.get_or_create(key=Source.DESK, defaults={"kind": "desk", "words": words})[
        0
    ]


@transaction.atomic
def create_customer(by: User, kind: str, data: Mapping[str, Any]) -> Customer:
    """A customer that no system knows yet. Matching looks at it after commit."""
    if not names_said(data):
        raise Problem(_("A customer needs a name."), place="name", mend=_("Type a name."))
    said = ProfileSaid(f"new-{new_id()}", Kind(kind).value, data)
    [receipt] = receive(desk(), [said], by=by)
    audit.record(by, "customers.create", "customer", receipt.profile_id, fields=sorted(data))
    return Customer.objects.get(id=receipt.profile_id)


@transaction.atomic
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


def _required(attribute: str, value: Any) -> Any:
    if attribute in LISTS:
        items = value if isinstance(value, (list, tuple)) else str(value).splitlines()
        value = [text for item in items if (text := str(item).strip())]
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


@transaction.atomic
def relate(
    from_customer: UUID,
    kind: str,
    to_customer: UUID,
    by: User,
    *,
    title: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Relationship:
    """One customer stands to another, from and until a date (`valid_to` exclusive)."""
    kind = RelationshipKind(kind).value
    one, other = current(from_customer), current(to_customer)
    if one.id == other.id:
        raise Problem(_("A customer is not related to itself."))
    if kind == RelationshipKind.WORKS_AT and one.kind != Kind.PERSON:
        raise Problem(_("Only a person works somewhere."), place=one.name)
    if valid_from and valid_to and valid_to <= valid_from:
        raise Problem(
            _("The end lies before the beginning."), place="valid_to", mend=_("Check both dates.")
        )
    at = now()
    relationship, is_new = Relationship.objects.get_or_create(
        from_profile_id=one.id,
        kind=kind,
        to_profile_id=other.id,
        source=desk(),
        known_to=None,
        defaults={"title": title, "valid_from": valid_from, "valid_to": valid_to, "known_from": at},
    )
    if is_new:
        audit.record(by, "customers.relate", "customer", one.id, kind=kind, to=str(other.id))
    return relationship


@transaction.atomic
def end_relation(relationship: Relationship, on: date, by: User) -> Relationship:
    """It holds until that date (exclusive); what was known before stays readable."""
    old = Relationship.objects.select_for_update().get(pk=relationship.pk)
    if old.known_to is not None:
        raise Problem(_("Somebody changed this relationship meanwhile."))
    if old.valid_from and on <= old.valid_from:
        raise Problem(_("The end lies before the beginning."), place="valid_to")
    at = now()
    Relationship.objects.filter(pk=old.pk).update(known_to=at)
    ended = Relationship.objects.create(
        from_profile_id=old.from_profile_id, kind=old.kind, to_profile_id=old.to_profile_id,
        title=old.title, valid_from=old.valid_from, valid_to=on, source_id=old.source_id,
        import_id=old.import_id, known_from=at,
    )  # fmt: skip
    audit.record(by, "customers.end_relation", "relationship", old.pk, until=on.isoformat())
    return ended
