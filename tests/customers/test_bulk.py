"""A first load is matched all together as it would be on line, and bears what happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bench.crowd import Told, told_of
from django.db import transaction
from pytest_django import Settings
from tests.customers.cast import a_source

from concord.customers.actions import bulk, matching, waiting
from concord.customers.actions.profiles import receive
from concord.customers.matching.model import Model
from concord.customers.matching.run import Run
from concord.customers.models import BlockKey, Judgement, Membership, Pair, Profile
from concord.customers.said import ProfileSaid

CROWD = [told for who in range(150) for told in told_of(who)][::-1]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def told(some: Collection[Told], source: str = "crowd") -> list[UUID]:
    words = [ProfileSaid(one.key, one.kind, one.data) for one in some]
    return [receipt.profile_id for receipt in receive(a_source(source), words)]


def what_came_of_it() -> dict[str, Any]:
    """All that matching writes, without its times."""
    return {
        "judged": sorted(Judgement.objects.values_list("left", "right", "score", "model")),
        "evidence": [*Judgement.objects.order_by("left", "right").values_list("evidence")],
        "asked": sorted(Pair.objects.values_list("left", "right", "score")),
        "members": sorted(
            Membership.objects.filter(known_to=None).values_list("profile", "customer")
        ),
        "keys": sorted(BlockKey.objects.values_list("key", "profile")),
        "waiting": Profile.objects.filter(matched_at=None).count(),
    }


def rolled_back(match: Callable[[], object]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with suppress(RuntimeError), transaction.atomic():
        match()
        found = what_came_of_it()
        raise RuntimeError("taken back")
    return found


@pytest.mark.django_db
def test_a_first_load_is_matched_as_on_line() -> None:
    profiles = told(CROWD)
    on_line = rolled_back(lambda: matching.match(profiles))
    done = bulk.match_all_waiting()
    assert what_came_of_it() == on_line
    assert len(on_line["judged"]) > 70
    assert len(on_line["asked"]) > 1
    assert (done.profiles, done.joined) == (len(CROWD), len(on_line["judged"]))
    assert done.compared < done.candidates


@pytest.mark.django_db
def test_those_who_are_there_already_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    matching.match(told(CROWD[:100]))
    later = told(CROWD[100:])
    monkeypatch.setattr(matching, "BATCH", len(CROWD))
    on_line = rolled_back(lambda: matching.match(later))
    bulk.match_all_waiting()
    assert what_came_of_it() == on_line
    assert bulk.match_all_waiting() == bulk.Done()


@pytest.mark.django_db
def test_chunks_are_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 40)
    profiles = told(CROWD)
    on_line = rolled_back(lambda: matching.match(profiles))
    bulk.match_all_waiting()
    assert what_came_of_it() == on_line


@pytest.mark.django_db
def test_what_was_killed_in_between_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 40)
    profiles = told(CROWD)
    on_line = rolled_back(lambda: matching.match(profiles))
    settled = iter(range(3))

    def killed(chunk: Any, settle: Any = bulk.settle_chunk) -> Any:
        if next(settled, None) is None:
            raise KeyboardInterrupt
        return settle(chunk)

    with monkeypatch.context() as killing:
        killing.setattr(bulk, "settle_chunk", killed)
        with pytest.raises(KeyboardInterrupt):
            bulk.match_all_waiting()
    left = Profile.objects.filter(matched_at=None).count()
    assert 0 < left < len(CROWD)
    assert bulk.match_all_waiting().profiles == left
    assert what_came_of_it() == on_line


@pytest.mark.django_db
def test_what_changes_meanwhile_is_left_to_be_matched_on_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice = {"given_name": "Alice", "family_name": "Ashdown", "birth_date": "1971-03-04"}
    mail = {"emails": ["alice.ashdown@example.org"]}
    one, other = told([Told(1, key, "person", alice | mail) for key in ("1-0", "1-1")])
    bertha = {"given_name": "Bertha", "family_name": "Quill", "birth_date": "1950-01-31"}

    def changed(run: Run, by: Model, candidates: Any = Run.candidates) -> Any:
        told([Told(1, "1-1", "person", bertha)])
        return candidates(run, by)

    monkeypatch.setattr(Run, "candidates", changed)
    assert bulk.match_all_waiting().joined == 0
    assert [*Profile.objects.filter(matched_at=None).values_list("id", flat=True)] == [other]
    told([Told(1, "1-1", "person", alice | mail)])
    assert matching.match_pending() == matching.Matched(1, 1, 0)
    assert Membership.objects.filter(known_to=None, customer_id=one).count() == 2


@pytest.mark.django_db(transaction=True)
def test_very_many_of_one_import_are_matched_together_at_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "MANY", 10)
    monkeypatch.setattr(waiting, "WORTH", 30)
    profiles = told(CROWD[:90])
    steps = []
    tell = bulk.match_all_waiting
    monkeypatch.setattr(
        bulk, "match_all_waiting",
        lambda progress: tell(lambda step, done, total: steps.append((step, done, total))),
    )  # fmt: skip
    with matching.Matching() as of_an_import:
        of_an_import.add(profiles[:5])
        of_an_import.add(profiles[5:])
        matched = of_an_import.finish()
    assert matched.profiles == 90
    assert steps[0] == ("prepare", 90, 90)
    assert steps[-1] == ("settle", 90, 90)
    assert Judgement.objects.count() == matched.joined > 10
    assert not Profile.objects.filter(matched_at=None).exists()


@pytest.mark.django_db
def test_few_are_not_worth_it_nor_a_small_part_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    told(CROWD[:60])
    assert not waiting.is_worth()
    monkeypatch.setattr(waiting, "WORTH", 30)
    assert waiting.is_worth()
    monkeypatch.setattr(waiting, "SHARE", 1)
    matching.match_pending(limit=20)
    assert not waiting.is_worth()
