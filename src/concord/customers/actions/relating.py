"""Who stands to whom, by hand: said, ended, moved, taken back.

A part and its whole are said one at a time in the whole company: who says one holds `LOCK` until
commit and looks then whether it closes a circle, so that two who each make half of one at once
are not both heard. Imports take the same lock (`records.actions.relations`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from concord.customers import groups
from concord.customers.actions import membership
from concord.customers.desk import desk
from concord.customers.models import Customer, Kind, Relationship, RelationshipKind
from concord.customers.queries import current
from concord.customers.rows import fetch
from concord.kernel import audit, deadlocks
from concord.kernel.errors import Problem
from concord.kernel.models import Source, User
from concord.kernel.time import now
from concord.ui import formats

LOCK: Final = 0x636F6E64  # of PostgreSQL's advisory locks


def lock_groups() -> None:
    """Nobody else says until commit what is part of what; taken before any row is locked."""
    fetch("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@deadlocks.atomic
def relate(
    from_customer: UUID,
    kind: str,
    to_customer: UUID,
    by: User,
    *,
    title: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
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
    return _relate(kind, one, other, by, _Word(title.strip(), valid_from, valid_to, reason), now())


def _relate(
    kind: str, one: Customer, other: Customer, by: User, word: _Word, at: datetime
) -> Relationship:
    if kind == RelationshipKind.PART_OF:
        lock_groups()
        _refuse_circle(one, other, word)
    membership.lock({one.id, other.id})
    if kind == RelationshipKind.HOUSEHOLD:  # the same seen from both sides
        one, other = sorted((one, other), key=lambda each: each.id)
    said = _Between(one.id, RelationshipKind(kind), other.id)
    before = said.now(desk())
    if before and _Word.of(before) == word:
        return before
    made = _say(said, desk(), word, at, by=by)
    audit.record(by, "customers.relate", "customer", one.id, kind=said.kind, to=str(other.id))
    return made


def _refuse_circle(part: Customer, whole: Customer, word: _Word) -> None:
    way = groups.circle_closed_by(part.id, whole.id, word.valid_from, word.valid_to)
    if way:
        raise Problem(
            _("%(whole)s is a part of %(part)s: %(way)s.")
            % {"whole": whole.name, "part": part.name, "way": " → ".join(way)},
            place="other",
            mend=_("Nothing is a part of its own part: end the other relationship first."),
        )


@deadlocks.atomic
def end_relation(relationship: Relationship, on: date, by: User, reason: str = "") -> Relationship:
    """The two customers stand so until that date (exclusive), whoever said that they do.

    What was known before stays readable. A source that goes on saying so is not heard any more
    (`records.actions.relations`), unless it says that they began again later.
    """
    return _end(relationship, on, by, now(), reason)


def _end(relationship: Relationship, on: date, by: User, at: datetime, reason: str) -> Relationship:
    if relationship.kind == RelationshipKind.PART_OF:
        lock_groups()
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
                % {"source": each.source, "day": formats.on_day(each.valid_from)},
            )
    ended = row
    for each in standing:
        word = _Word(each.title, each.valid_from, on, reason or each.reason)
        made = _say(_Between.of(each), each.source, word, at, each.import_id, by)
        ended = made if each.pk == row.pk else ended
        if each.source.key != Source.DESK:
            _say(_Between.of(each), desk(), word, at, by=by)
    audit.record(by, "customers.end_relation", "relationship", row.pk, until=on.isoformat())
    return ended


@deadlocks.atomic
def move_part(
    relationship: Relationship, whole: UUID, on: date, by: User, reason: str = ""
) -> Relationship:
    """The part belongs to another whole from that day on; until then, to the one it was part of.

    Both are one act: `take_back_relation` of what this returns takes back both.
    """
    at = now()
    lock_groups()
    ended = _end(relationship, on, by, at, reason)
    part = membership.lock({ended.from_profile_id})[ended.from_profile_id]
    one, other = current(part), current(whole)
    _check_kinds(RelationshipKind.PART_OF, one, other)
    word = _Word("", on, None, reason)
    return _relate(RelationshipKind.PART_OF, one, other, by, word, at)


@deadlocks.atomic
def take_back_relation(relationship: Relationship, by: User) -> None:
    """Undo what was last said by hand: what was known before holds again. Twice changes nothing."""
    if relationship.kind == RelationshipKind.PART_OF:
        lock_groups()
    row = _locked(relationship)
    if row.known_to is not None:
        return
    together = [row, *(_moved_with(row) if row.kind == RelationshipKind.PART_OF else ())]
    # what began in the move goes before what ended holds again
    for each in sorted(together, key=lambda one: one.valid_from or date.min, reverse=True):
        _take_back(each, now())
    audit.record(by, "customers.take_back_relation", "relationship", row.pk)


def _moved_with(row: Relationship) -> list[Relationship]:
    """What ended in the same act as this began, or began as this ended."""
    ended = Q(valid_to__isnull=False, valid_to=row.valid_from)
    begun = Q(valid_from__isnull=False, valid_from=row.valid_to)
    rows = Relationship.objects.select_related("source").filter(
        ended | begun,
        from_profile__in=[
            profile
            for profile, customer in _ends(row).items()
            if customer == _ends(row)[row.from_profile_id]
        ],
        kind=row.kind,
        source__key=Source.DESK,
        known_from=row.known_from,
        known_to=None,
    )
    return list(rows.exclude(pk=row.pk).order_by("id"))


def _take_back(row: Relationship, at: datetime) -> None:
    together = [each for each in _alike(row) if each.known_from == row.known_from]
    if not any(each.source.key == Source.DESK for each in together):
        raise Problem(
            _("A system said this, nobody by hand."),
            mend=_("Say by hand when it ended."),
        )
    for each in together:
        between = _Between.of(each)
        before = between.rows(each.source).filter(known_to=each.known_from).first()
        Relationship.objects.filter(pk=each.pk, known_to=None).update(known_to=at)
        if before:
            if row.kind == RelationshipKind.PART_OF:
                _refuse_circle(*_customers(between), _Word.of(before))
            _say(between, each.source, _Word.of(before), at, before.import_id, before.by)


@dataclass(frozen=True, slots=True)
class _Word:
    """What is said of a relationship."""

    title: str
    valid_from: date | None
    valid_to: date | None
    reason: str = ""

    @classmethod
    def of(cls, row: Relationship) -> _Word:
        return cls(row.title, row.valid_from, row.valid_to, row.reason)


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
    between: _Between,
    source: Source,
    word: _Word,
    at: datetime,
    import_id: int | None = None,
    by: User | None = None,
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
        reason=word.reason,
        by=by,
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
    ends = _ends(row)
    one, other = ends[row.from_profile_id], ends[row.to_profile_id]
    mine = [profile for profile, customer in ends.items() if customer == one]
    theirs = [profile for profile, customer in ends.items() if customer == other]
    same = Q(from_profile__in=mine, to_profile__in=theirs)
    if row.kind == RelationshipKind.HOUSEHOLD:
        same |= Q(from_profile__in=theirs, to_profile__in=mine)
    rows = Relationship.objects.filter(same, kind=row.kind, known_to=None)
    return list(rows.select_related("source").select_for_update(of=("self",)).order_by("id"))


def _ends(row: Relationship) -> membership.Members:
    return membership.lock({row.from_profile_id, row.to_profile_id})


def _customers(between: _Between) -> tuple[Customer, Customer]:
    ends = membership.lock({between.one, between.other})
    return current(ends[between.one]), current(ends[between.other])
