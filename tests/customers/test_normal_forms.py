"""Normal forms are kept: what is decided is the same as without, and only right ones count."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from bench.crowd import Told, told_of
from django.db import connection, transaction
from tests.customers.cast import a_person, a_profile, a_source

from concord.customers.actions import candidates, departures, matching, normal_forms, profiles
from concord.customers.actions.arrivals import arrive
from concord.customers.actions.judgements import judge
from concord.customers.actions.profiles import receive
from concord.customers.matching import features, normal_form
from concord.customers.models import BlockKey, Judgement, NormalForm, Pair, Profile
from concord.customers.rights import holdings
from concord.customers.rights.registry import Erasing
from concord.customers.rows import as_json
from concord.customers.said import ProfileSaid
from concord.kernel.ids import new_id
from concord.kernel.time import now

ANNA = {"name": "Anna Weissenfeld", "emails": ["anna@alder.example"]}
LINE = "+49 3641 5550199"
CROWD = [told for who in range(60) for told in told_of(who)]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    features._cache.clear()
    yield
    features._cache.clear()


def told(some: list[Told], source: str = "crowd") -> list[UUID]:
    words = [ProfileSaid(one.key, one.kind, one.data) for one in some]
    return [receipt.profile_id for receipt in receive(a_source(source), words)]


def matched(match: Callable[[], object], prepare: Callable[[], object]) -> dict[str, Any]:
    """What matching decides after something was done to the forms; taken back."""
    found: dict[str, Any] = {}
    with suppress(RuntimeError), transaction.atomic():
        prepare()
        features._cache.clear()
        match()
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
    match = partial(matching.match, later)
    with_forms = matched(match, lambda: None)
    without = matched(match, NormalForm.objects.all().delete)
    garbage = matched(match, lambda: NormalForm.objects.update(version=1, form="no form"))
    changed = matched(match, lambda: NormalForm.objects.update(digest=b"else", form="no form"))
    assert len(with_forms["judged"]) > 10
    assert with_forms == without == garbage == changed


@pytest.mark.django_db
def test_on_line_the_same_is_decided_and_shown_without_forms_and_with_those_of_older_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = [new_id() for _ in CROWD]
    matching.match(told(CROWD[::2]))
    source = a_source("later")

    def come() -> None:
        left = iter(ids)
        monkeypatch.setattr(profiles, "new_id", lambda: next(left))
        for one in CROWD[1::2]:
            arrive(source, ProfileSaid(one.key, one.kind, one.data))

    with_forms = matched(come, lambda: None)
    without = matched(come, NormalForm.objects.all().delete)
    some = NormalForm.objects.filter(pk__in=list(NormalForm.objects.order_by("pk")[::2]))
    older = matched(come, lambda: some.update(version=1, form="no form"))
    assert len(with_forms["judged"]) > 10
    assert with_forms == without == older
    # What strangers said is in the evidence, though they were compared by their forms.
    [*_, evidence] = with_forms["judged"][0]
    assert all(one["left"] and one["right"] for one in evidence["comparisons"])


def test_what_a_form_does_not_have_is_not_shown_before_it_is_told() -> None:
    data = {"name": "Anna Weissenfeld", "city": "Jena"}
    form = normal_form.dump(features.made(UUID(int=1), "person", data))
    of = features.of_form(UUID(int=1), b"1", form)
    with pytest.raises(LookupError, match="was not read"):
        of.shown("name")
    told = features.features(UUID(int=1), "person", as_json(data), b"1", form)
    assert told.shown("name") == "Anna Weissenfeld"  # nobody else meets the one that is not told
    of.tell(as_json(data))
    assert of.shown("name") == "Anna Weissenfeld"


@pytest.mark.django_db
def test_who_says_something_else_or_nothing_any_more_has_no_form() -> None:
    mine, other, third = (a_profile(str(n), name=f"Anna Weissenfeld {n}") for n in (1, 2, 3))
    matching.match([mine, other, third])
    a_profile("1", name="Anna Blau")
    departures.withdraw([other], [], now())
    assert list(NormalForm.objects.values_list("pk", flat=True)) == [third]
    departures.withdraw([third], [third], now())  # it waits: nothing is known but that it is there
    assert not NormalForm.objects.exists()


@pytest.mark.django_db
def test_one_who_comes_meets_who_changed_by_what_they_say_now() -> None:
    mine = a_profile("1", kind="person", **ANNA, birth_date="1970-01-02")
    matching.match([mine])
    # Changed, and not matched again yet: found by the keys of old, compared by the words of now.
    a_profile("1", kind="person", **ANNA, birth_date="1988-11-30")
    arrive(a_source("later"), ProfileSaid("9", "person", ANNA | {"birth_date": "1988-11-30"}))
    assert Judgement.objects.get().left_id == mine


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


def one_of_another_name() -> None:
    """Somebody who shares a phone alone, compared by the form in this process."""
    features._cache.clear()
    said = {"name": "Bruno Kaltschmidt", "phones": [LINE], "birth_date": "1950-01-01"}
    arrive(a_source("later"), ProfileSaid("b", "person", said))


@pytest.mark.django_db
def test_who_was_compared_by_the_form_alone_is_shown_to_a_person_who_says_that_two_are_one() -> (
    None
):
    mine = a_profile("1", kind="person", **ANNA, phones=[LINE])
    other = a_profile("3", "crm", kind="person", name="Gerda Holm", birth_date="1944-04-04")
    matching.match([mine, other])
    one_of_another_name()
    judge(mine, other, "same", a_person())
    assert Judgement.objects.get().evidence["comparisons"]


@pytest.mark.django_db
def test_who_was_compared_by_the_form_alone_and_comes_to_contradict_is_asked_about() -> None:
    mine = a_profile("1", kind="person", **ANNA, phones=[LINE], birth_date="1970-01-02")
    other = a_profile("2", "crm", kind="person", **ANNA, birth_date="1970-01-02")
    matching.match([mine, other])
    one_of_another_name()
    said = {"name": "Gerda Holm", "birth_date": "1944-04-04"}
    arrive(a_source("crm"), ProfileSaid("2", "person", said))
    assert Pair.objects.get().doubted_id == other


@pytest.mark.django_db
def test_who_changes_while_forms_are_written_in_the_background_is_met_as_they_are_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = a_profile("1", kind="person", **ANNA, birth_date="1970-01-02")
    matching.match([mine])
    NormalForm.objects.update(version=1)
    made = normal_forms.made

    def made_too_late(*of: Any) -> features.Features:
        found = made(*of)
        a_profile("1", kind="person", **ANNA, birth_date="1988-11-30")
        matching.match([mine])
        return found

    monkeypatch.setattr(normal_forms, "made", made_too_late)
    normal_forms.write_missing(UUID(int=0))
    assert bytes(NormalForm.objects.get().digest) == bytes(Profile.objects.get().digest)
    arrive(a_source("later"), ProfileSaid("9", "person", ANNA | {"birth_date": "1988-11-30"}))
    assert Judgement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_forms_are_not_written_of_whom_somebody_changes_just_now() -> None:
    """Nobody waits for the other: in whatever order one takes forms away and the other writes."""
    mine, other = (a_profile(str(n), name=f"Anna Weissenfeld {n}") for n in (1, 2))
    matching.match([mine, other])
    NormalForm.objects.update(version=1)
    errors: list[Exception] = []

    def write() -> None:
        try:
            normal_forms.write_missing(UUID(int=0))
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)
        finally:
            connection.close()

    writing = threading.Thread(target=write)
    with transaction.atomic():
        departures.withdraw([max(mine, other)], [], now())
        writing.start()
        writing.join(30)
        assert not writing.is_alive()
        assert NormalForm.objects.get(pk=min(mine, other)).version == normal_form.version()
        departures.withdraw([min(mine, other)], [], now())
    assert errors == []
    assert not NormalForm.objects.exists()
