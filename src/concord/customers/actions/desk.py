"""What people here type themselves: new customers, corrections, relationships.

The desk is a source like any other. A correction is one more profile of the customer, whose value
is pinned: it wins over what any system says, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from concord.customers.actions import membership
from concord.customers.actions.judgements import Opinion, record
from concord.customers.actions.profiles import receive
from concord.customers.golden import names_said
from concord.customers.models import (
    Customer,
    Kind,
    Profile,
    Relationship,
    RelationshipKind,
    Verdict,
)
from concord.customers.normal.emails import email
from concord.customers.queries import current
from concord.customers.said import ProfileSaid
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
        wrong = next((text for text in value if attribute == "emails" and not email(text)), None)
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
    """One customer stands to another, from and until a date (`valid_to` exclusive).

    The latest word by hand holds: another title or date takes the place of what was said before,
    which stays readable as what we knew; the same again changes nothing.
    """
    one, other = current(from_customer), current(to_customer)
    _check_kinds(RelationshipKind(kind), one, other)
    if valid_from and valid_to and valid_to <= valid_from:
        raise Problem(
            _("The end lies before the beginning."), place="valid_to", mend=_("Check both dates.")
        )
    membership.lock({one.id, other.id})
    if kind == RelationshipKind.HOUSEHOLD:  # the same seen from both sides
        one, other = sorted((one, other), key=lambda each: each.id)
    said = _Between(one.id, RelationshipKind(kind), other.id)
    word = _Word(title.strip(), valid_from, valid_to)
    before = said.now(desk())
    if before and _Word.of(before) == word:
        return before
    made = _say(said, desk(), word, now())
    audit.record(by, "customers.relate", "customer", one.id, kind=said.kind, to=str(other.id))
    return made


@transaction.atomic
def end_relation(relationship: Relationship, on: date, by: User) -> Relationship:
    """The two customers stand so until that date (exclusive), whoever said that they do.

    What was known before stays readable. A source that goes on saying so is not heard any more
    (`records.actions.relations`), unless it says that they began again later.
    """
    row = _locked(relationship)
    if row.known_to is not None:
        after = _Between.of(row).now(row.source)
        if after and after.valid_to == on:
            return after  # the second click
        raise Problem(_("Somebody changed this relationship meanwhile."))
    standing = [each for each in _alike(row) if each.valid_to is None or each.valid_to > on]
    for each in standing:
        if each.valid_from and on <= each.valid_from:
            raise Problem(
                _("The end lies before the beginning."),
                place="valid_to",
                mend=_("%(source)s says that it began on %(day)s: choose a later day.")
                % {"source": each.source, "day": each.valid_from.isoformat()},
            )
    at, ended = now(), row
    for each in standing:
        word = _Word(each.title, each.valid_from, on)
        made = _say(_Between.of(each), each.source, word, at, each.import_id)
        ended = made if each.pk == row.pk else ended
        if each.source.key != Source.DESK:
            _say(_Between.of(each), desk(), word, at)
    audit.record(by, "customers.end_relation", "relationship", row.pk, until=on.isoformat())
    return ended


@transaction.atomic
def take_back_relation(relationship: Relationship, by: User) -> None:
    """Undo what was last said by hand: what was known before holds again. Twice changes nothing."""
    row = _locked(relationship)
    if row.known_to is not None:
        return
    together = [each for each in _alike(row) if each.known_from == row.known_from]
    if not any(each.source.key == Source.DESK for each in together):
        raise Problem(
            _("A system said this, nobody by hand."),
            mend=_("Say by hand when it ended."),
        )
    at = now()
    for each in together:
        between = _Between.of(each)
        before = between.rows(each.source).filter(known_to=each.known_from).first()
        if before:
            _say(between, each.source, _Word.of(before), at, before.import_id)
        else:
            Relationship.objects.filter(pk=each.pk).update(known_to=at)
    audit.record(by, "customers.take_back_relation", "relationship", row.pk)


@transaction.atomic
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


@dataclass(frozen=True, slots=True)
class _Word:
    """What is said of a relationship."""

    title: str
    valid_from: date | None
    valid_to: date | None

    @classmethod
    def of(cls, row: Relationship) -> _Word:
        return cls(row.title, row.valid_from, row.valid_to)


@dataclass(frozen=True, slots=True)
class _Between:
    """Which relationship: the profiles it hangs on, and its kind."""

    one: UUID
    kind: str
    other: UUID

    @classmethod
    def of(cls, row: Relationship) -> _Between:
        return cls(row.from_profile_id, row.kind, row.to_profile_id)

    def rows(self, source: Source) -> QuerySet[Relationship]:
        """All that a source has said of it, earlier words included."""
        return Relationship.objects.filter(
            from_profile=self.one, kind=self.kind, to_profile=self.other, source=source
        )

    def now(self, source: Source) -> Relationship | None:
        return self.rows(source).filter(known_to=None).first()


def _say(
    between: _Between, source: Source, word: _Word, at: datetime, import_id: int | None = None
) -> Relationship:
    """The source's word from now on; its word before is what we knew until now."""
    between.rows(source).filter(known_to=None).update(known_to=at)
    return Relationship.objects.create(
        from_profile_id=between.one,
        kind=between.kind,
        to_profile_id=between.other,
        source=source,
        title=word.title,
        valid_from=word.valid_from,
        valid_to=word.valid_to,
        import_id=import_id,
        known_from=at,
    )


def _check_kinds(kind: RelationshipKind, one: Customer, other: Customer) -> None:
    if one.id == other.id:
        raise Problem(
            _("A customer is not related to itself."), place="other", mend=_("Choose another one.")
        )
    match kind:
        case RelationshipKind.WORKS_AT if one.kind != Kind.PERSON:
            raise Problem(_("Only a person works somewhere."), place=one.name)
        case RelationshipKind.WORKS_AT if other.kind == Kind.PERSON:
            raise Problem(_("A person works at an organisation."), place=other.name)
        case RelationshipKind.PART_OF if Kind.PERSON in {one.kind, other.kind}:
            raise Problem(_("Only an organisation is part of another one."), place="other")
        case RelationshipKind.HOUSEHOLD if {one.kind, other.kind} != {Kind.PERSON}:
            raise Problem(_("A household is of persons."), place="other")


def _locked(relationship: Relationship) -> Relationship:
    rows = Relationship.objects.select_related("source")
    return rows.select_for_update(of=("self",)).get(pk=relationship.pk)


def _alike(row: Relationship) -> list[Relationship]:
    """All that holds of the same kind between the same two customers, by any source."""
    ends = membership.lock({row.from_profile_id, row.to_profile_id})
    one, other = ends[row.from_profile_id], ends[row.to_profile_id]
    mine = [profile for profile, customer in ends.items() if customer == one]
    theirs = [profile for profile, customer in ends.items() if customer == other]
    same = Q(from_profile__in=mine, to_profile__in=theirs)
    if row.kind == RelationshipKind.HOUSEHOLD:
        same |= Q(from_profile__in=theirs, to_profile__in=mine)
    rows = Relationship.objects.filter(same, kind=row.kind, known_to=None)
    return list(rows.select_related("source").select_for_update(of=("self",)).order_by("id"))
