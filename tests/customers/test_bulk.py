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

from concord.customers.actions import bulk, matching
from concord.customers.actions.profiles import receive
from concord.customers.models import BlockKey, Judgement, Membership, Pair, Profile
from concord.customers.said import ProfileSaid

CROWD = [told for who in range(430) for told in told_of(who)][::-1]


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
    assert len(on_line["judged"]) > 200
    assert len(on_line["asked"]) > 5
    assert (done.profiles, done.joined) == (len(CROWD), len(on_line["judged"]))
    assert done.compared < done.candidates


@pytest.mark.django_db
def test_those_who_are_there_already_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    matching.match(told(CROWD[:300]))
    later = told(CROWD[300:])
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
