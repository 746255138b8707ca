"""A set that tempts, with truth: households, father and son, groups, switchboards, franchises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

import pytest
from tests.customers.cast import a_source
from tests.customers.truth import Outcome, measure

from concord.customers.actions.matching import match
from concord.customers.actions.profiles import receive
from concord.customers.said import ProfileSaid
from concord.demo.hard import TRAPS, Entry, hard_set

ENTRIES = 900


def matched(entries: Iterable[Entry], *, together: bool = True) -> Outcome:
    by_source = defaultdict(list)
    truth = {}
    for each in entries:
        by_source[each.source].append(ProfileSaid(each.key, each.kind, each.data))
        truth[each.source, each.key] = each.entity
    waiting = []
    for source, said in by_source.items():
        waiting += [receipt.profile_id for receipt in receive(a_source(source), said)]
        if not together:
            match(waiting)
            waiting = []
    match(waiting)
    return measure(truth)


@pytest.mark.django_db
@pytest.mark.parametrize("together", [True, False], ids=["one import", "source by source"])
def test_nothing_wrong_is_joined_by_itself(together: bool) -> None:
    outcome = matched(hard_set(7, ENTRIES), together=together)
    print(f"\nhard set: {outcome}")
    assert outcome.wrong == []
    assert outcome.recall >= 0.6


def test_the_same_seed_gives_the_same_set_and_a_longer_one_begins_with_it() -> None:
    some = list(hard_set(7, 300))
    assert some == list(hard_set(7, 300))
    assert some == list(islice(hard_set(7, 900), len(some)))
    assert some != list(hard_set(8, 300))


def test_every_trap_is_set_and_nobody_is_entered_under_one_key_twice() -> None:
    entries = list(hard_set(7, ENTRIES))
    assert {each.trap for each in entries} == set(TRAPS)
    keys = [(each.source, each.key) for each in entries]
    assert len(set(keys)) == len(keys)
    systems = defaultdict(set)
    for each in entries:
        systems[each.entity].add(each.source)
    assert min(map(len, systems.values())) >= 2
