"""Judge whether two profiles are one customer, and take a judgement back.

A judgement is a row that stays; what it moves (memberships, golden values, redirects) is derived
from all that hold, in the same transaction, so that taking one back restores what was before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from concord.customers import doubts, restrictions
from concord.customers.actions import membership
from concord.customers.models import Judgement, Pair, Profile, Verdict
from concord.customers.rows import fetch
from concord.kernel import audit, deadlocks
from concord.kernel.errors import Problem
from concord.kernel.ids import new_id
from concord.kernel.models import User
from concord.kernel.time import now

_SEEN: Final = frozenset({"comparisons", "vetoes", "others", "beyond"})


@dataclass(frozen=True, slots=True)
class Opinion:
    """What shall be judged of two profiles, in any order."""

    one: UUID
    other: UUID
    verdict: str

    @property
    def pair(self) -> tuple[UUID, UUID]:
        return min(self.one, self.other), max(self.one, self.other)


@deadlocks.atomic
def judge(left: UUID, right: UUID, verdict: str, by: User, reason: str = "") -> Judgement:
    """Say that two profiles are the same customer, or different ones; what follows is done.

    It is said of their customers as wholes: every pair of profiles that was asked between the two
    is judged in the same act, and neither asked nor joined again. `same` in spite of what the two
    contradict each other in is judged of those profiles, too, so that it is not doubted later.
    """
    opinion = Opinion(left, right, Verdict(verdict).value)
    if left == right:
        raise Problem(_("A profile is always the same customer as itself."))
    _require_profiles({left, right})
    members = membership.lock({left, right})
    restrictions.refuse({members[left], members[right]})
    sides = [
        {profile for profile, customer in members.items() if customer == members[side]}
        for side in (left, right)
    ]
    known = _contradicting(*sides) if opinion.verdict == Verdict.SAME else {}
    asked = _asked_between(*sides)
    pairs = list(dict.fromkeys([opinion.pair, *asked, *known]))
    if opinion.verdict == Verdict.SAME:
        _require_nobody_differs(members, opinion.pair)
    judgement, *_rest = record(
        [Opinion(*pair, opinion.verdict) for pair in pairs], by, reason, shown=known
    )
    membership.bring_in_line(members, judgement.at)
    Pair.objects.filter(pk__in=list(asked.values())).delete()
    audit.record(
        by, f"customers.judge_{opinion.verdict}", "judgement", judgement.pk,
        left=str(judgement.left_id), right=str(judgement.right_id), pairs=len(pairs),
    )  # fmt: skip
    return judgement


@deadlocks.atomic
def keep(profile: UUID, by: User, reason: str = "") -> Judgement:
    """A profile in doubt still is the customer that it belongs to, whatever it says now."""
    members = membership.lock({profile})
    restrictions.refuse_erased({members[profile]} if profile in members else ())
    open_doubts = list(Pair.objects.filter(doubted_id=profile).order_by("-score", "id"))
    if not open_doubts:
        raise Problem(_("Nobody asks about this entry any more."), place=str(profile))
    judgement, *_rest = record(
        [Opinion(each.left_id, each.right_id, Verdict.SAME.value) for each in open_doubts],
        by,
        reason,
    )
    membership.bring_in_line(members, judgement.at)
    Pair.objects.filter(pk__in=[each.pk for each in open_doubts]).delete()
    audit.record(by, "customers.keep", "profile", profile, judgements=len(open_doubts))
    return judgement


@deadlocks.atomic
def take_back(judgement: Judgement, by: User) -> None:
    """Undo a judgement, with all that were made in the same act; again is no change."""
    judgements = list(_act_of(judgement).order_by("pk"))
    profiles = {profile for each in judgements for profile in (each.left_id, each.right_id)}
    members = membership.lock(profiles)
    restrictions.refuse({members[each] for each in profiles})
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


def doubted_by(judgement: Judgement) -> str:
    """The entry that was in doubt when this act was asked for; "" where none was."""
    doubted = _act_of(judgement).filter(evidence__has_key="doubted").order_by("pk")
    return str(doubted.values_list("evidence__doubted", flat=True).first() or "")


def _act_of(judgement: Judgement) -> QuerySet[Judgement]:
    """All that was judged in the same act."""
    name = judgement.evidence.get("act")
    if not name:
        return Judgement.objects.filter(pk=judgement.pk)
    act = Judgement.objects.filter(evidence__act=name, by_id=judgement.by_id, at=judgement.at)
    return act.exclude(verdict=Verdict.WITHDRAWN)


def record(
    opinions: Iterable[Opinion],
    by: User,
    reason: str = "",
    shown: Mapping[tuple[UUID, UUID], dict[str, Any]] | None = None,
    **evidence: Any,
) -> list[Judgement]:
    """Write judgements of one act; the caller has locked the customers and brings them in line.

    What the person was asked (the pair, with its score) is kept with them, so that it can be asked
    again; `shown` is the evidence on pairs that were not asked.
    """
    wanted = list(opinions)
    asked = {
        (pair.left_id, pair.right_id): pair
        for pair in Pair.objects.filter(
            left_id__in=[one.pair[0] for one in wanted],
            right_id__in=[one.pair[1] for one in wanted],
        )
    }
    act, at = str(new_id()), now()
    rows = []
    for one in wanted:
        pair = asked.get(one.pair)
        seen = _question(pair) if pair else (shown or {}).get(one.pair, {})
        rows.append(
            Judgement(
                left_id=one.pair[0],
                right_id=one.pair[1],
                verdict=one.verdict,
                by=by,
                reason=reason,
                at=at,
                score=pair.score if pair else None,
                evidence={**seen, **evidence, "act": act},
            )
        )
    return Judgement.objects.bulk_create(rows)


def _question(pair: Pair) -> dict[str, Any]:
    """What was asked, so that it can be asked again."""
    asked: dict[str, Any] = pair.evidence | {"asked_at": pair.found_at.isoformat()}
    return asked | {"doubted": str(pair.doubted_id)} if pair.doubted_id else asked


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


def _asked_between(one: set[UUID], other: set[UUID]) -> dict[tuple[UUID, UUID], int]:
    """The pairs (and their rows) that a person is asked about between two customers."""
    rows = fetch(
        """
        SELECT left_id, right_id, id FROM customers_pair
        WHERE doubted_id IS NULL AND ((left_id = ANY(%(a)s) AND right_id = ANY(%(b)s))
                                      OR (left_id = ANY(%(b)s) AND right_id = ANY(%(a)s)))
        ORDER BY score DESC, id FOR UPDATE
        """,
        {"a": list(one), "b": list(other)},
    )
    return {(left, right): pk for left, right, pk in rows}


def _contradicting(one: set[UUID], other: set[UUID]) -> dict[tuple[UUID, UUID], dict[str, Any]]:
    """The evidence on those profiles of two customers that contradict each other."""
    return {
        pair: comparison.as_dict() for pair, comparison in doubts.contradictions(one, other).items()
    }


def _ask_again(judgements: list[Judgement]) -> None:
    """What was asked before a judgement is asked again once it was taken back, but for what its
    source has taken back meanwhile."""
    gone = restrictions.unused_among((each.left_id, each.right_id) for each in judgements)
    for each in judgements:
        if not gone.isdisjoint((each.left_id, each.right_id)):
            continue
        doubted = each.evidence.get("doubted")
        is_one = _is_one_customer(each.left_id, each.right_id)
        if each.score is None or is_one != bool(doubted):
            continue
        asked_at = each.evidence.get("asked_at")
        Pair.objects.get_or_create(
            left_id=each.left_id,
            right_id=each.right_id,
            defaults={
                "score": each.score,
                "evidence": {k: each.evidence[k] for k in _SEEN & each.evidence.keys()},
                "found_at": datetime.fromisoformat(asked_at) if asked_at else now(),
                "doubted_id": doubted,
                "is_bridge": "beyond" in each.evidence,
            },
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
