"""Judge whether two profiles are one customer, and take a judgement back.

A judgement is a row that stays; what it moves (memberships, golden values, redirects) is derived
from all that hold, in the same transaction, so that taking one back restores what was before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from concord.customers.actions import membership
from concord.customers.models import Judgement, Pair, Profile, Verdict
from concord.customers.rows import fetch, run
from concord.kernel import audit
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.models import User
from concord.kernel.time import now


@dataclass(frozen=True, slots=True)
class Opinion:
    """What shall be judged of two profiles, in any order."""

    one: UUID
    other: UUID
    verdict: str

    @property
    def pair(self) -> tuple[UUID, UUID]:
        return min(self.one, self.other), max(self.one, self.other)


@transaction.atomic
def judge(left: UUID, right: UUID, verdict: str, by: User, reason: str = "") -> Judgement:
    """Say that two profiles are the same customer, or different ones; what follows is done.

    `different` holds between the customers as wholes: it is not asked nor joined again.
    """
    opinion = Opinion(left, right, Verdict(verdict).value)
    if left == right:
        raise Problem(_("A profile is always the same customer as itself."))
    _require_profiles({left, right})
    members = membership.lock({left, right})
    if opinion.verdict == Verdict.SAME:
        _require_nobody_differs(members, opinion.pair)
    [judgement] = record([opinion], by, reason)
    membership.bring_in_line(members, judgement.at)
    _drop_pairs_between(members, left, right)
    audit.record(
        by, f"customers.judge_{opinion.verdict}", "judgement", judgement.pk,
        left=str(judgement.left_id), right=str(judgement.right_id),
    )  # fmt: skip
    return judgement


@transaction.atomic
def take_back(judgement: Judgement, by: User) -> None:
    """Undo a judgement, with all that were made in the same act; again is no change."""
    act = Judgement.objects.filter(pk=judgement.pk)
    if name := judgement.evidence.get("act"):
        act = Judgement.objects.filter(evidence__act=name).exclude(verdict=Verdict.WITHDRAWN)
    judgements = list(act.order_by("pk"))
    profiles = {profile for each in judgements for profile in (each.left_id, each.right_id)}
    members = membership.lock(profiles)
    taken = set(
        Judgement.objects.filter(
            verdict=Verdict.WITHDRAWN, left_id__in=profiles, right_id__in=profiles
        ).values_list("evidence__takes_back", flat=True)
    )
    standing = [each for each in judgements if each.pk not in taken]
    if not standing:
        return
    at = now()
    Judgement.objects.bulk_create(
        Judgement(
            left_id=each.left_id, right_id=each.right_id, verdict=Verdict.WITHDRAWN, by=by, at=at,
            evidence={"takes_back": each.pk},
        )
        for each in standing
    )  # fmt: skip
    membership.bring_in_line(members, at)
    _ask_again(standing)
    audit.record(by, "customers.take_back", "judgement", judgement.pk, judgements=len(standing))


def record(
    opinions: Iterable[Opinion], by: User, reason: str = "", **evidence: Any
) -> list[Judgement]:
    """Write judgements of one act; the caller has locked the customers and brings them in line.

    The score and the evidence that a person saw (of the pair to review) are kept with them.
    """
    wanted = list(opinions)
    shown = {
        (pair.left_id, pair.right_id): pair
        for pair in Pair.objects.filter(
            left_id__in=[one.pair[0] for one in wanted],
            right_id__in=[one.pair[1] for one in wanted],
        )
    }
    act, at = str(new_id()), now()
    rows = []
    for one in wanted:
        pair = shown.get(one.pair)
        rows.append(
            Judgement(
                left_id=one.pair[0],
                right_id=one.pair[1],
                verdict=one.verdict,
                by=by,
                reason=reason,
                at=at,
                score=pair.score if pair else None,
                evidence=(pair.evidence if pair else {}) | evidence | {"act": act},
            )
        )
    return Judgement.objects.bulk_create(rows)


def _require_profiles(profiles: Collection[UUID]) -> None:
    if Profile.objects.filter(id__in=profiles).count() != len(profiles):
        raise Problem(_("There is no such profile."), place=", ".join(map(str, profiles)))


def _require_nobody_differs(members: membership.Members, pair: tuple[UUID, UUID]) -> None:
    """Somebody may have said that the two customers are different: that is taken back first."""
    one, other = members[pair[0]], members[pair[1]]
    for (left, right), judged in membership.judgements_on(members).items():
        across = {members[left], members[right]} == {one, other} and one != other
        if across and judged.verdict == Verdict.DIFFERENT and (left, right) != pair:
            raise Problem(
                _("These two were judged to be different customers."),
                place=_("judgement %(id)s") % {"id": judged.id},
                mend=_("Take that judgement back first."),
            )


def _drop_pairs_between(members: membership.Members, left: UUID, right: UUID) -> None:
    """Nobody is asked again about two customers of whom it was said."""
    sides = [
        [profile for profile, customer in members.items() if customer == members[side]]
        for side in (left, right)
    ]
    run(
        """
        DELETE FROM customers_pair
        WHERE (left_id = ANY(%(a)s) AND right_id = ANY(%(b)s))
           OR (left_id = ANY(%(b)s) AND right_id = ANY(%(a)s))
        """,
        {"a": sides[0], "b": sides[1]},
    )


def _ask_again(judgements: list[Judgement]) -> None:
    """What was asked before a judgement is asked again once it was taken back."""
    at = now()
    for each in judgements:
        if each.score is not None and not _is_one_customer(each.left_id, each.right_id):
            evidence = {k: v for k, v in each.evidence.items() if k in {"comparisons", "vetoes"}}
            Pair.objects.get_or_create(
                left_id=each.left_id,
                right_id=each.right_id,
                defaults={"score": each.score, "evidence": evidence, "found_at": at},
            )
    free = Profile.objects.select_for_update(skip_locked=True, no_key=True).filter(
        id__in={profile for each in judgements for profile in (each.left_id, each.right_id)},
        is_stub=False,
        withdrawn_at=None,
    )
    Profile.objects.filter(id__in=list(free.values_list("id", flat=True))).update(matched_at=None)


def _is_one_customer(left: UUID, right: UUID) -> bool:
    rows = fetch(
        """
        SELECT count(DISTINCT customer_id) FROM customers_membership
        WHERE known_to IS NULL AND profile_id IN (%s, %s)
        """,
        [left, right],
    )
    return bool(rows[0][0] == 1)
