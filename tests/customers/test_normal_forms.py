"""Normal forms are kept: what is decided is the same as without, and only right ones count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from bench.crowd import Told, told_of
from django.db import transaction
from tests.customers.cast import a_profile, a_source

from concord.customers.actions import candidates, matching, normal_forms
from concord.customers.actions.profiles import receive
from concord.customers.matching import features, normal_form
from concord.customers.models import BlockKey, Judgement, NormalForm, Pair, Profile
from concord.customers.rights import holdings
from concord.customers.rights.registry import Erasing
from concord.customers.rows import as_json
from concord.customers.said import ProfileSaid

CROWD = [told for who in range(60) for told in told_of(who)]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    features._cache.clear()
    yield
    features._cache.clear()


def told(some: list[Told], source: str = "crowd") -> list[UUID]:
    words = [ProfileSaid(one.key, one.kind, one.data) for one in some]
    return [receipt.profile_id for receipt in receive(a_source(source), words)]


def matched(profiles: list[UUID], prepare: Callable[[], object]) -> dict[str, Any]:
    """What matching decides after something was done to the forms; taken back."""
    found: dict[str, Any] = {}
    with suppress(RuntimeError), transaction.atomic():
        prepare()
        features._cache.clear()
        matching.match(profiles)
        shown = ("left", "right", "score", "evidence")
        found = {
            "judged": [*Judgement.objects.order_by("left", "right").values_list(*shown)],
            "asked": [*Pair.objects.order_by("left", "right").values_list(*shown)],
        }
        raise RuntimeError("taken back")
    return found


def test_a_form_is_read_as_it_was_made() -> None:
    for one in CROWD:
        of = features.made(UUID(int=one.who), one.kind, one.data)
        read = normal_form.load(normal_form.dump(of))
        assert read == {name: getattr(of, name) for name in read}
        words = features.Said(as_json({**one.data, "notes": "not shown"}))
        assert dict(words) == dict(of.said)


@pytest.mark.django_db
def test_what_is_decided_is_the_same_with_forms_without_and_with_old_ones() -> None:
    matching.match(told(CROWD[::2]))
    later = told(CROWD[1::2], "later")
    assert NormalForm.objects.count() == len(CROWD[::2])
    with_forms = matched(later, lambda: None)
    without = matched(later, NormalForm.objects.all().delete)
    garbage = matched(later, lambda: NormalForm.objects.update(version=1, form="no form"))
    changed = matched(later, lambda: NormalForm.objects.update(digest=b"else", form="no form"))
    assert len(with_forms["judged"]) > 10
    assert with_forms == without == garbage == changed


@pytest.mark.django_db
def test_who_changes_has_another_form_when_they_are_matched_again() -> None:
    mine = a_profile("1", name="Alder Optics GmbH", city="Jena")
    matching.match([mine])
    [before] = NormalForm.objects.values_list("form", flat=True)
    a_profile("1", name="Birch Foundry GmbH", city="Gera")
    [(_, _, of)] = candidates.said([mine])
    assert of.organisations[0].words == ("birch", "foundry")  # the old one is not believed
    matching.match([mine])
    kept = NormalForm.objects.get()
    assert kept.form != before
    assert bytes(kept.digest) == bytes(Profile.objects.get().digest)


@pytest.mark.django_db
def test_what_is_missing_or_of_older_code_is_written_in_the_background(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(normal_forms, "BATCH", 7)
    matching.match(told(CROWD[:30]))
    first, *_ = NormalForm.objects.order_by("pk")
    NormalForm.objects.filter(pk=first.pk).update(version=1, form="no form")
    NormalForm.objects.exclude(pk=first.pk).delete()
    normal_forms.write_all_missing()
    assert NormalForm.objects.filter(version=normal_form.version()).count() == 30
    assert NormalForm.objects.get(pk=first.pk).form == first.form
    assert normal_forms.write_missing(UUID(int=0)) is None


@pytest.mark.django_db
def test_of_who_is_erased_no_form_is_left() -> None:
    mine, other = a_profile("1", name="Anna Weissenfeld"), a_profile("2", name="Bernd Blau")
    matching.match([mine, other])
    erasing = Erasing(mine, (mine,), (mine,), number=1, said=(), words=(), keys={})
    with suppress(Exception), transaction.atomic():
        next(iter(holdings.erase_traces(erasing)))
    assert list(NormalForm.objects.values_list("pk", flat=True)) == [other]
    assert not BlockKey.objects.filter(profile=mine).exists()
