"""Customers that one weak link alone holds together are put before a person, and parted there."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from uuid import UUID

import pytest
from django.test import Client
from tests.customers.cast import a_person, a_profile, customer_of
from tests.customers.test_claims import steward

from concord.customers import queries, questions
from concord.customers.actions.bridges import look_at_all
from concord.customers.actions.judgements import judge, take_back
from concord.customers.actions.matching import match, match_pending
from concord.customers.actions.merge import part
from concord.customers.matching import weights
from concord.customers.matching.bridges import MARGIN, weakest_bridge
from concord.customers.matching.compare import Comparison, Levels
from concord.customers.matching.features import made
from concord.customers.matching.model import shipped
from concord.customers.models import Judgement, Profile
from concord.customers.resolve import Judged
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry, Role

pytestmark = pytest.mark.django_db

A, B, C, D = (UUID(int=n) for n in range(1, 5))
STRONG, WEAK = weights.AUTOMATIC + MARGIN, weights.AUTOMATIC + MARGIN - 0.1


def compared(
    members: Iterable[UUID], links: dict[tuple[UUID, UUID], float]
) -> dict[tuple[UUID, UUID], Comparison]:
    """Every two of them: those named with that score, all others far apart."""
    scale = shipped().organisation
    alike = Levels("organisation", (("email", "same"),), (), contradicts=False, identified=False)
    assert alike.is_backed
    known = {each: made(each, "organisation", {}) for each in members}
    return {
        (one, other): Comparison(
            score=(score := links.get((one, other), -5.0)), alike=alike, weights=(score,),
            vetoes=(), scale=scale, between=(known[one], known[other]),
        )
        for one, other in combinations(sorted(known), 2)
    }  # fmt: skip


def test_a_ring_has_no_bridge_a_chain_has() -> None:
    ring = compared((A, B, C), {(A, B): WEAK, (B, C): WEAK, (A, C): 5.0})
    assert weakest_bridge(ring, (), {}) is None
    chain = compared((A, B, C), {(A, B): STRONG, (B, C): WEAK})
    found = weakest_bridge(chain, (), {})
    assert found is not None
    assert (found.pair, found.near, found.far, found.end) == ((B, C), {A, B}, {C}, C)


def test_a_strong_link_holds_alone_unless_both_sides_contradict_each_other() -> None:
    chain = compared((A, B, C), {(A, B): STRONG, (B, C): STRONG})
    assert weakest_bridge(chain, (), {}) is None
    found = weakest_bridge(chain, [(A, C)], {})
    assert found is not None
    assert (found.pair, found.far) == ((A, B), {B, C})


def test_two_hold_by_what_joined_them_but_not_by_less() -> None:
    assert weakest_bridge(compared((A, B), {(A, B): weights.AUTOMATIC}), (), {}) is None
    assert weakest_bridge(compared((A, B), {(A, B): weights.AUTOMATIC - 0.1}), (), {}) is not None


def test_what_a_person_said_holds() -> None:
    chain = compared((A, B, C, D), {(A, B): STRONG, (B, C): WEAK, (C, D): STRONG})
    by_person = {(A, D): Judged(1, A, D, "same", True)}
    assert weakest_bridge(chain, (), {}) is not None
    assert weakest_bridge(chain, (), by_person) is None
    kept = {(B, C): Judged(1, B, C, "same", True)}
    assert weakest_bridge(chain, [(A, D), (B, C)], kept) is None
    by_model = {(A, B): Judged(1, A, B, "same", False)}
    assert weakest_bridge(compared((A, B), {(A, B): 0.0}), (), by_model) is not None


# Over the database: two pairs of entries that a single link holds together


LUND = {"city": "Lund", "country": "SE"}
HERE = {"name": "Arvika Mätteknik AB", "phones": ["+46 46 11 11 11"], "street": "Råbyvägen 1"}
THERE = {"name": "Zenit Optik AB", "phones": ["+46 46 22 22 22"], "website": "zenit.example"}


def two_pairs() -> list[UUID]:
    """Two entries of one company and two of another, one of which an older model took for it."""
    here = [a_profile(f"h{n}", f"here-{n}", **HERE, **LUND) for n in range(2)]
    there = [a_profile(f"t{n}", f"there-{n}", **THERE, **LUND) for n in range(2)]
    match_pending()
    assert [customer_of(each).id for each in (*here, *there)] == [here[0]] * 2 + [there[0]] * 2
    _by_a_model(here[0], there[0])
    return [*here, *there]


def _by_a_model(left: UUID, right: UUID) -> None:
    """As a model of before, which weighed otherwise, has joined them."""
    from concord.customers.actions import membership
    from concord.kernel.time import now

    Judgement.objects.create(left_id=min(left, right), right_id=max(left, right), verdict="same",
                             model="an older one", score=12.0, at=now())  # fmt: skip
    membership.bring_in_line(membership.lock({left, right}), now())


@pytest.fixture
def olga() -> Client:
    return steward("Olga")[1]


def found() -> list[questions.Question]:
    look_at_all(UUID(int=0))
    return [question for question in questions.listed(10) if question.is_bridge]


def test_the_nightly_look_finds_it_once_and_a_stronger_link_settles_it() -> None:
    profiles = two_pairs()
    assert queries.member_ids(profiles[0]) == sorted(profiles)
    [question] = found()
    assert question.is_doubt
    assert (question.one, question.beyond) == (profiles[0], frozenset(profiles[2:]))
    assert [each.pk for each in found()[0].pairs] == [question.pairs[0].pk]
    for n in range(2):  # the systems agree by now
        a_profile(f"t{n}", f"there-{n}", **HERE, **LUND)
    assert found() == []
    assert queries.member_ids(profiles[0]) == sorted(profiles)


def test_joined_along_a_weak_bridge_it_is_asked_at_once_and_again_when_undone(
    olga: Client,
) -> None:
    """A newcomer fits one of two by a short name, a line and a domain, the other by nothing."""
    here = [a_profile(f"h{n}", f"here-{n}", **HERE, **LUND) for n in range(2)]
    a_profile("h1", "here-1", **HERE | {"phones": ["+46 46 11 11 11", "+46 46 33 33 33"],
              "website": "arvika.example"}, **LUND)  # fmt: skip
    match_pending()
    newcomer = a_profile("n", "support", name="AM AB", phones=["+46 46 33 33 33"],
                         website="arvika.example")  # fmt: skip
    assert match([newcomer]).joined == 1
    [question] = [each for each in questions.listed(5) if each.is_bridge]
    assert (question.one, question.other, question.beyond) == (here[0], newcomer, {newcomer})
    asked = f"/review/?one={here[0]}&other={newcomer}"
    page = olga.post(f"/review/{here[0]}/{newcomer}/verdict/", {"verdict": "different"},
                     follow=True)  # fmt: skip
    assert customer_of(newcomer).id == newcomer
    back = olga.post(f"/review/judgements/{page.context['last']}/withdrawal/")
    assert back["Location"] == asked
    assert "Do these belong together?" in olga.get(asked).content.decode()


def test_it_is_parted_there_and_put_back(olga: Client) -> None:
    profiles = two_pairs()
    found()
    page = olga.get("/review/", {"which": "bridges"})
    text = page.content.decode()
    assert "Do these belong together?" in text
    assert "The link between them" in text
    assert "they contradict each other" not in text
    assert "Only one link holds these two sides together. It weighs −" in text
    assert "would have to weigh +13." in text
    question = page.context["shown"].question
    assert len(page.context["shown"].left.entries) == len(page.context["shown"].right.entries) == 2
    given = {"verdict": "different", "seen": page.context["shown"].seen, "which": "bridges"}
    page = olga.post(f"/review/{question.one}/{question.other}/verdict/", given, follow=True)
    assert [queries.member_ids(each) for each in profiles] == [sorted(profiles[:2])] * 2 + [
        sorted(profiles[2:])
    ] * 2
    assert page.context.get("shown") is None
    match(profiles)
    assert found() == []
    olga.post(f"/review/judgements/{page.context['last']}/withdrawal/")
    assert queries.member_ids(profiles[0]) == sorted(profiles)
    [again] = found()
    assert (again.one, again.beyond) == (question.one, question.beyond)


def test_kept_together_it_is_not_asked_again(olga: Client) -> None:
    profiles = two_pairs()
    [question] = found()
    address = f"/review/{question.one}/{question.other}/verdict/"
    assert "Kept together." in olga.post(address, {"verdict": "same"}, follow=True).content.decode()
    assert found() == []
    assert queries.member_ids(profiles[0]) == sorted(profiles)


def test_some_of_a_customer_go_together_and_stay_together() -> None:
    profiles = two_pairs()
    by = a_person("Bob", Role.OFFICER)
    judgement = part(profiles[1:3], by)
    assert queries.member_ids(profiles[1]) == sorted(profiles[1:3])
    assert queries.member_ids(profiles[0]) == sorted([profiles[0], profiles[3]])
    assert AuditEntry.objects.get(action="customers.unmerge").data == {"profiles": 2, "others": 2}
    take_back(judgement, by)
    assert queries.member_ids(profiles[0]) == sorted(profiles)
    with pytest.raises(Problem, match="only profile"):
        part(profiles, by)


def test_a_customer_is_full_at_the_cap_and_a_person_is_asked(
    monkeypatch: pytest.MonkeyPatch, olga: Client
) -> None:
    monkeypatch.setattr(weights, "CLUSTER_CAP", 3)
    same = {"name": "Arvika Mätteknik AB", "tax_id": "SE556703748501", **LUND}
    made = [a_profile(str(n), f"source-{n}", **same) for n in range(4)]
    match_pending()
    sizes = sorted(len(queries.member_ids(each)) for each in made)
    assert sizes == [1, 3, 3, 3]
    [question] = questions.listed(5)
    assert "too many entries" in question.pairs[0].evidence["vetoes"]
    assert "so many entries that a person decides" in olga.get("/review/").content.decode()


def test_who_was_parted_is_not_joined_by_an_import_a_match_or_another_model() -> None:
    profiles = two_pairs()
    by = a_person("Bob", Role.OFFICER)
    part(profiles[2:], by)
    for n in range(2):
        a_profile(f"t{n}", f"there-{n}", **HERE, **LUND)
    match_pending()
    Profile.objects.update(matched_at=None)
    match_pending()
    _by_a_model(profiles[0], profiles[2])
    assert queries.member_ids(profiles[0]) == sorted(profiles[:2])
    assert queries.member_ids(profiles[2]) == sorted(profiles[2:])
    newcomer = a_profile("n", "support", **HERE, **LUND)
    match([newcomer])
    assert customer_of(profiles[0]).id != customer_of(profiles[2]).id
    assert questions.between(profiles[0], profiles[2]) is None
    with pytest.raises(Problem, match="judged to be different"):
        judge(profiles[1], profiles[3], "same", by)
