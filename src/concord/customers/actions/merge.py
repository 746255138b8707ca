"""Take a customer apart again: some profiles out, or all of them."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations
from uuid import UUID

from django.utils.translation import gettext as _

from concord.customers import restrictions
from concord.customers.actions import membership
from concord.customers.actions.judgements import Opinion, record
from concord.customers.desk import emptied
from concord.customers.models import Judgement, Verdict
from concord.customers.resolve import Judged, resolve
from concord.kernel import audit, deadlocks
from concord.kernel.errors import Problem
from concord.kernel.models import User


def unmerge(profile: UUID, by: User, reason: str = "", of: UUID | None = None) -> Judgement:
    """The profile is not the same customer as the others it stands with; see `part`."""
    return part({profile}, by, reason, of)


@deadlocks.atomic
def part(
    profiles: Collection[UUID], by: User, reason: str = "", of: UUID | None = None
) -> Judgement:
    """These profiles of one customer are not the same customer as its others.

    They become a customer of their own, under the id of the oldest; the others stay together, and
    so do they. Remembered as `different`; `judgements.take_back` of what this returns puts them
    back. `of`: the customer that they were seen with, and must still be of.
    """
    members = membership.lock(profiles)
    restrictions.refuse({members[each] for each in profiles if each in members})
    leaving = sorted(set(profiles) & members.keys())
    if {members[each] for each in leaving} != {of or members[leaving[0]]}:
        raise Problem(_("Some of these have moved to another customer."), code="conflict")
    fellows = [each for each in _fellows(members, leaving[0]) if each not in leaving]
    if not fellows:
        raise Problem(
            _("This is the only profile of its customer."),
            mend=_("There is nothing to take apart."),
            code="conflict",
        )
    opinions = [
        Opinion(each, other, Verdict.DIFFERENT.value)
        for each in leaving
        for other in sorted({*fellows, *_tied_to(set(leaving), members)})
    ]
    opinions += [
        *_kept_together(members, fellows, opinions),
        *_kept_together(members, leaving, opinions),
    ]
    judgements = record(opinions, by, reason)
    membership.bring_in_line(members, judgements[0].at)
    audit.record(
        by, "customers.unmerge", "profile", leaving[0], profiles=len(leaving), others=len(fellows)
    )
    return judgements[0]


@deadlocks.atomic
def unmerge_all(
    customer: UUID, by: User, reason: str = "", seen: Collection[UUID] = ()
) -> Judgement:
    """Every profile of the customer is a customer of its own again; what was typed and taken back
    stays with the oldest. `seen`: the profiles that were shown, and must still be all."""
    members = membership.lock({customer})
    restrictions.refuse({customer})
    whole = [customer, *_fellows(members, customer)]
    typed = emptied(whole) - {customer}
    whole = [each for each in whole if each not in typed]
    if members.get(customer) != customer or len(whole) < 2:
        raise Problem(_("This customer has one profile only."), code="conflict")
    if seen and set(seen) | {customer} != set(whole):
        message = _("Something changed meanwhile. Look again before you decide.")
        raise Problem(message, code="conflict")
    pairs = set(combinations(sorted(whole), 2))
    for profile in whole:
        pairs |= {
            (min(profile, other), max(profile, other))
            for other in _tied_to({profile}, members) - typed
        }
    pairs |= {(min(each, other), max(each, other)) for each in typed for other in whole[1:]}
    apart = [Opinion(a, b, Verdict.DIFFERENT.value) for a, b in sorted(pairs)]
    apart += [Opinion(customer, each, Verdict.SAME.value) for each in sorted(typed)]
    judgements = record(apart, by, reason)
    membership.bring_in_line(members, judgements[0].at)
    audit.record(by, "customers.unmerge_all", "customer", customer, profiles=len(whole))
    return judgements[0]


def _fellows(members: membership.Members, profile: UUID) -> list[UUID]:
    customer = members.get(profile)
    return sorted(p for p, of in members.items() if p != profile and of == customer)


def _tied_to(profiles: set[UUID], members: membership.Members) -> set[UUID]:
    """Whom standing judgements would bring together with them, once nobody is in between."""
    tied: set[UUID] = set()
    for (left, right), judged in membership.judgements_on(members).items():
        if judged.verdict == Verdict.SAME and (left in profiles) != (right in profiles):
            tied.add(right if left in profiles else left)
    return tied


def _kept_together(
    members: membership.Members, fellows: list[UUID], apart: list[Opinion]
) -> list[Opinion]:
    """What held the others together may have been the profile that leaves: then it is said."""
    holding = membership.judgements_on(members)
    for number, opinion in enumerate(apart):
        holding[opinion.pair] = Judged(2**60 + number, *opinion.pair, opinion.verdict, True)
    customers = resolve(members, holding)
    heads = sorted({customers[fellow] for fellow in fellows})
    return [Opinion(heads[0], head, Verdict.SAME.value) for head in heads[1:]]
