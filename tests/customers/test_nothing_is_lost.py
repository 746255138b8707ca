"""Two workers at once import, undo, judge, part, take back, correct and match at random: in the
end nothing is lost, and everything derived is what the profiles and judgements say."""

from __future__ import annotations

import json
import random
import threading
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.customers.cast import a_person, a_source

from concord.customers.actions.desk import correct
from concord.customers.actions.golden import members_of
from concord.customers.actions.judgements import judge, take_back
from concord.customers.actions.matching import match_pending
from concord.customers.actions.merge import unmerge, unmerge_all
from concord.customers.actions.profiles import receive, stubs
from concord.customers.actions.withdrawals import withdraw
from concord.customers.golden import Said, display_name, golden, names_said
from concord.customers.models import (
    Customer,
    Judgement,
    Membership,
    Pair,
    Profile,
    ProfileVersion,
)
from concord.customers.resolve import Judged, resolve, standing
from concord.customers.rows import as_json
from concord.customers.said import ProfileSaid
from concord.kernel.errors import Problem
from concord.kernel.models import Source, User

NAMES = (
    "Hanbit Precision",
    "HANBIT PREC CO",
    "Lindqvist AB",
    "Brenner GmbH",
    "Brenner Gauges",
)
PHONES = ("+82 32 718 2040", "+46 46 123456", "+49 711 2170578")
KEYS = tuple(f"K{n}" for n in range(8))


def said(rng: random.Random) -> ProfileSaid:
    data = {"name": rng.choice(NAMES), "phones": rng.choice(PHONES), "city": rng.choice("AB")}
    return ProfileSaid(rng.choice(KEYS), "organisation", data, partial=rng.random() < 0.3)


class Worker:
    """One thread's random acts; imports have numbers of their own."""

    def __init__(self, seed: int, sources: list[Source], user: User) -> None:
        self.rng = random.Random(seed)
        self.sources = sources
        self.user = user
        self.imports = [seed * 1000]
        self.failure: BaseException | None = None

    def run(self, acts: int) -> None:
        try:
            for _ in range(acts):
                act = self.rng.choice(self.acts())
                try:
                    act()
                except Problem:
                    pass  # somebody else was first: said, not done
        except BaseException as error:  # noqa: BLE001 - shown by the test
            self.failure = error
        finally:
            connections.close_all()

    def acts(self) -> list[Callable[[], object]]:
        often = [self.receive, self.receive, self.match, self.judge]
        return [*often, self.stub, self.withdraw, self.part, self.part_all, self.undo, self.correct]

    def receive(self) -> None:
        self.imports.append(self.imports[-1] + 1)
        batch = [said(self.rng) for _ in range(self.rng.randrange(1, 6))]
        receive(self.rng.choice(self.sources), batch, import_id=self.imports[-1])

    def stub(self) -> None:
        stubs(self.rng.choice(self.sources), self.rng.sample(KEYS, 2), import_id=self.imports[-1])

    def withdraw(self) -> None:
        withdraw(self.rng.choice(self.imports), self.user)

    def match(self) -> None:
        match_pending()

    def profile(self) -> UUID | None:
        ids = list(Profile.objects.order_by("id").values_list("id", flat=True))
        return self.rng.choice(ids) if ids else None

    def judge(self) -> None:
        left, right = self.profile(), self.profile()
        if left and right:
            judge(left, right, self.rng.choice(("same", "different")), self.user)

    def part(self) -> None:
        if profile := self.profile():
            unmerge(profile, self.user)

    def part_all(self) -> None:
        if profile := self.profile():
            unmerge_all(profile, self.user)

    def undo(self) -> None:
        ids = list(Judgement.objects.exclude(verdict="withdrawn").values_list("id", flat=True))
        if ids:
            take_back(Judgement.objects.get(pk=self.rng.choice(ids)), self.user)

    def correct(self) -> None:
        if profile := self.profile():
            correct(profile, "city", self.rng.choice("XYZ"), self.user)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(4))
def test_two_workers_at_once(seed: int) -> None:
    sources = [a_source("one", masters=["city"]), a_source("two"), a_source("desk")]
    workers = [Worker(seed * 2 + n + 1, sources[:2], a_person(f"Worker {n}")) for n in range(2)]
    threads = [threading.Thread(target=worker.run, args=(25,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for worker in workers:
        if worker.failure:
            raise worker.failure
    hold_true()
    now = Membership.objects.filter(known_to=None)
    for customer in list(now.values_list("customer", flat=True)):
        try:
            unmerge_all(customer, workers[0].user)
        except Problem:
            continue
    ids_restored = Membership.objects.filter(known_to=None).values_list("profile_id", "customer_id")
    assert all(profile == customer for profile, customer in ids_restored)
    hold_true()


def hold_true() -> None:
    """What must hold whatever happened."""
    profiles = set(Profile.objects.values_list("id", flat=True))
    memberships = dict(
        Membership.objects.filter(known_to=None).values_list("profile_id", "customer_id")
    )
    assert memberships.keys() == profiles
    judged = [
        Judged(
            j.pk, j.left_id, j.right_id, j.verdict, j.by_id is not None, j.score or 0.0,
            j.evidence.get("takes_back"),
        )
        for j in Judgement.objects.all()
    ]  # fmt: skip
    assert memberships == resolve(profiles, standing(judged))
    redirects = dict(Customer.objects.values_list("id", "merged_into_id"))
    assert redirects == {p: None if c == p else c for p, c in memberships.items()}
    for customer, members in members_of(set(memberships.values())).items():
        row = Customer.objects.get(id=customer)
        alive = [member for member, withdrawn in members if not withdrawn]
        assert row.profile_count == len(alive)
        assert row.golden == json.loads(as_json(golden(alive))), row.name
        if alive:
            assert row.name == display_name(golden(alive), alive)
    times = defaultdict(list)
    for version in ProfileVersion.objects.order_by("id"):
        assert version.known_from <= version.known_to
        times[version.profile_id].append((version.known_from, version.known_to))
    for spans in times.values():
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for pair in Pair.objects.all():  # of two customers, or a doubt within one
        is_one = memberships[pair.left_id] == memberships[pair.right_id]
        assert is_one == (pair.doubted_id is not None)


@st.composite
def sayings(draw: st.DrawFn) -> list[Said]:
    from datetime import UTC, datetime

    count = draw(st.integers(1, 5))
    text = st.sampled_from(("", "Acme", "ACME", "한빛", "Bonn", "Köln"))
    return [
        Said(
            id=UUID(int=number + 1),
            source=draw(st.sampled_from(("a", "b"))),
            key=str(number),
            kind="organisation",
            data={
                "name": draw(text), "city": draw(text), "street": draw(text),
                "phones": draw(st.lists(st.sampled_from(("1", "2", "3")))),
                "ids": draw(st.dictionaries(st.sampled_from("xy"), st.sampled_from("12"))),
            },
            at=datetime(2026, 1, draw(st.integers(1, 3)), tzinfo=UTC),
            pins=frozenset(draw(st.sets(st.sampled_from(("name", "city"))))),
            masters=frozenset(draw(st.sets(st.sampled_from(("name", "city"))))),
        )
        for number in range(count)
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(sayings(), st.randoms(use_true_random=False))
def test_golden_is_a_function_of_the_profiles_in_any_order(
    said: list[Said], rng: random.Random
) -> None:
    shuffled = rng.sample(said, len(said))
    assert golden(shuffled) == golden(said)
    for attribute, entry in golden(said).items():
        if attribute in {"phones", "ids"}:
            continue
        values = [entry["value"], *(other["value"] for other in entry["others"])]
        words = [names_said(one.data).get(attribute) or one.data.get(attribute) for one in said]
        given_values = [word for word in words if word]
        if attribute != "city":  # a city without its street stays with its address
            assert sorted(values) == sorted(given_values)
        pinned = [one for one in said if attribute in one.pins and one.data.get(attribute)]
        if pinned and attribute == "name":
            assert entry["value"] in {one.data["name"] for one in pinned}
