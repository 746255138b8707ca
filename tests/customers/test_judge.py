"""What people say of two profiles moves them, is remembered, and can be taken back."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.customers.cast import a_person, a_profile, a_source, customer_of

from concord.customers import queries
from concord.customers.actions.desk import correct, create_customer
from concord.customers.actions.judgements import judge, take_back
from concord.customers.actions.matching import match
from concord.customers.actions.merge import unmerge, unmerge_all
from concord.customers.actions.relating import end_relation, relate
from concord.customers.models import Customer, Judgement, Membership, Pair, Profile
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db

HANBIT = {
    "name": "Hanbit Precision Co., Ltd.",
    "phones": ["+82 32 718 2040"],
    "tax_id": "101-81-98766",
    "country": "KR",
}


def three_of_one() -> list[UUID]:
    """One customer as three systems have it, joined by matching."""
    profiles = [
        a_profile("4711", "accounting", **HANBIT | {"name": "HANBIT PREC CO"}),
        a_profile("C-1", "sales", **HANBIT),
        a_profile("K-1", "shipping", **HANBIT | {"name": "한빛정밀(주)"}),
    ]
    match(profiles)
    assert {customer_of(profile).id for profile in profiles} == {profiles[0]}
    return profiles


def test_matching_joins_under_the_oldest_id_and_redirects_the_others() -> None:
    first, second, third = three_of_one()
    customer = queries.current(third)
    assert (customer.id, customer.profile_count) == (first, 3)
    assert customer.name == "Hanbit Precision Co., Ltd."
    assert customer.golden["name_native"]["value"] == "한빛정밀(주)"
    assert queries.member_ids(second) == [first, second, third]
    assert Customer.objects.get(id=second).merged_into_id == first
    assert Judgement.objects.filter(by=None, verdict="same").count() == 2


def test_one_profile_out_restores_its_id_and_keeps_the_others_together() -> None:
    first, second, third = three_of_one()
    judgement = unmerge(first, a_person())
    assert queries.member_ids(first) == [first]
    assert queries.current(first).id == first
    assert queries.member_ids(second) == [second, third]
    assert queries.current(third).id == second
    assert queries.by_key("accounting", "4711").name == "HANBIT PREC CO"
    take_back(judgement, a_person("Bob"))
    assert queries.member_ids(third) == [first, second, third]
    assert Customer.objects.get(id=second).merged_into_id == first


def test_different_is_never_joined_again() -> None:
    first, second, third = three_of_one()
    unmerge(third, a_person())
    Profile.objects.update(matched_at=None)
    match([first, second, third])
    assert queries.member_ids(third) == [third]
    assert not Pair.objects.exists()
    newcomer = a_profile("S-9", "support", **HANBIT)
    match([newcomer])
    assert customer_of(newcomer).id in {first, third}
    assert customer_of(first).id != customer_of(third).id


def test_the_whole_apart_and_back() -> None:
    profiles = three_of_one()
    judgement = unmerge_all(profiles[0], a_person())
    assert [queries.member_ids(p) for p in profiles] == [[p] for p in profiles]
    take_back(judgement, a_person("Bob"))
    assert queries.member_ids(profiles[0]) == profiles
    take_back(judgement, a_person("Carol"))
    assert Judgement.objects.filter(verdict="withdrawn").count() == 3


def test_same_and_different_by_a_person() -> None:
    left, right = a_profile("1", name="Acme Tools"), a_profile("2", "sales", name="Zenith AG")
    alice = a_person()
    same = judge(left, right, "same", alice, "They told me on the phone")
    assert customer_of(right).id == left
    assert (same.by, same.reason) == (alice, "They told me on the phone")
    judge(right, left, "different", alice)
    assert customer_of(right).id == right
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {
        "customers.judge_same",
        "customers.judge_different",
    }


def test_same_across_a_standing_different_is_refused_with_the_mend() -> None:
    first, second, _ = three_of_one()
    alice = a_person()
    other = a_profile("X", name="Other")
    judge(first, other, "different", alice)
    with pytest.raises(Problem, match="different customers") as refused:
        judge(second, other, "same", alice)
    assert refused.value.mend
    assert customer_of(other).id == other
    assert Judgement.objects.filter(verdict="same", by=alice).count() == 0


def test_nothing_to_take_apart() -> None:
    with pytest.raises(Problem, match="only profile"):
        unmerge(a_profile("1", name="Acme"), a_person())


def test_a_correction_wins_and_overwrites_nothing() -> None:
    first, *_ = three_of_one()
    alice = a_person()
    customer = correct(first, "phones", "+82 32 111 2222", alice)
    entry = customer.golden["phones"]
    assert entry["value"] == ["+82 32 111 2222"]
    assert [other["value"] for other in entry["others"]] == ["+82 32 718 2040"]
    assert (entry["source"], customer.id) == ("desk", first)
    assert Profile.objects.get(key="4711").data["phones"] == ["+82 32 718 2040"]
    customer = correct(first, "name", "Hanbit Precision", alice)
    assert customer.name == "Hanbit Precision"
    assert customer.golden["name"]["others"][0]["value"] == HANBIT["name"]
    assert Profile.objects.filter(source__key="desk").count() == 1
    assert customer.profile_count == 4


def test_an_empty_correction_is_refused() -> None:
    profile = a_profile("1", name="Acme")
    with pytest.raises(Problem, match="needs a value"):
        correct(profile, "city", "  ", a_person())
    assert Membership.objects.count() == 1


def test_a_customer_made_by_hand_meets_its_profiles() -> None:
    known = a_profile("1", **HANBIT)
    match([known])
    made = create_customer(a_person(), "organisation", HANBIT)
    match([made.id])
    assert queries.current(made.id).id == known
    with pytest.raises(Problem, match="needs a name"):
        create_customer(a_person("Bob"), "person", {"phones": ["1"]})


def test_relationships_are_dated_and_ambiguity_gives_choices() -> None:
    from datetime import date

    firm, other = a_profile("1", name="Acme Tools"), a_profile("2", name="Bolt AG")
    person = a_profile("3", kind="person", name="Karin Ekdahl")
    alice, day = a_person(), date(2026, 6, 1)
    assert queries.account_of(person, day) == queries.AccountOf(None, ())
    first = relate(person, "works_at", firm, alice, title="Buyer", valid_from=date(2026, 1, 1))
    found = queries.account_of(person, day).customer
    assert found is not None
    assert found.id == firm
    assert queries.account_of(person, date(2025, 1, 1)).customer is None
    [buyer] = queries.related_on(firm, day)
    assert (buyer.id, buyer.title, buyer.how) == (person, "Buyer", "people")
    relate(person, "works_at", other, alice)
    assert {c.id for c in queries.account_of(person, day).choices} == {firm, other}
    end_relation(first, date(2026, 5, 1), alice)
    assert queries.related_on(firm, day) == []
    assert [each.id for each in queries.related_on(firm, date(2026, 4, 1))] == [person]


def test_a_group_is_closed_over_parts_and_survives_a_circle() -> None:
    from datetime import date

    from concord.records.actions.relations import RelationSaid
    from concord.records.actions.relations import receive as receive_relations

    a, b, c, d = (a_profile(str(n), name=f"Firm {n}") for n in range(4))
    alice, day = a_person(), date(2026, 6, 1)
    relate(b, "part_of", a, alice)
    relate(c, "part_of", b, alice, valid_to=date(2026, 5, 1))
    receive_relations(a_source(), [RelationSaid("0", "part_of", "1")])  # a system says so
    assert queries.group_of(a, day) == sorted([a, b])
    assert queries.group_of(b, date(2026, 4, 1)) == sorted([a, b, c])
    assert queries.group_of(d, day) == [d]
