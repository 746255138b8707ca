"""The thresholds are chosen by looking at real pairs, tried before they hold, and put in force."""

from __future__ import annotations

from typing import Any

import pytest
from bench.crowd import told_of
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.customers.cast import a_source

from concord.customers.actions import score_samples
from concord.customers.actions.judgements import judge
from concord.customers.actions.matching import match
from concord.customers.actions.profiles import receive
from concord.customers.matching.model import in_force, shipped
from concord.customers.models import Judgement, Pair, ScoreSample
from concord.customers.said import ProfileSaid
from concord.customers.thresholds import HEIGHT, Sample, levels, outcome, scaled, ticks
from concord.kernel.models import AuditEntry, Role, User

pytestmark = pytest.mark.django_db
PAGE = "/recognition/thresholds/"


@pytest.fixture
def officer() -> User:
    return User.objects.create(email="officer@example.com", name="Officer", role=Role.OFFICER)


@pytest.fixture
def browser(officer: User) -> Client:
    browser = Client()
    browser.force_login(officer)
    return browser


def crowd(many: int) -> None:
    words = [
        ProfileSaid(one.key, one.kind, one.data) for who in range(many) for one in told_of(who)
    ]
    match(receipt.profile_id for receipt in receive(a_source("crowd"), words))


def taken() -> ScoreSample:
    score_samples.take(score_samples.ask(None).pk)
    row = score_samples.latest()
    assert row is not None
    return row


def shown(browser: Client, address: str = PAGE, **headers: Any) -> str:
    return browser.get(address, **headers).content.decode()


def test_before_anything_was_looked_at_it_says_so(browser: Client) -> None:
    page = shown(browser)
    assert "Nothing was looked at yet." in page
    assert browser.post(f"{PAGE}sample/").url == PAGE
    browser.post(f"{PAGE}sample/")
    assert ScoreSample.objects.count() == 1
    assert "drawn and compared just now" in shown(browser)
    score_samples.take(ScoreSample.objects.get().pk)
    assert "No pairs yet." in shown(browser)
    still = browser.get(PAGE, {"waiting": "1"}, headers={"HX-Request": "true"})
    assert still["HX-Refresh"] == "true"


def test_real_pairs_along_the_score(
    browser: Client, officer: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd(80)
    pair = Pair.objects.select_related("left", "right").first()
    assert pair is not None
    judge(pair.left_id, pair.right_id, "different", officer)
    row = taken()
    sample = Sample.from_dict(row.content["person"])
    assert row.profiles == row.of_profiles == len([t for w in range(80) for t in told_of(w)])
    assert sample.total > 20
    both = [Sample.from_dict(row.content[kind]) for kind in ("person", "organisation")]
    judged = [column for one in both for column in one.judged.values()]
    said = Judgement.objects.filter(by=officer).count()
    assert [sum(column) for column in zip(*judged, strict=True)] == [0, said]
    with django_assert_max_num_queries(25):
        page = shown(browser)
    assert "What pairs score" in page
    assert "<svg" in page
    assert "The same as a table" in page
    highest = max(sample.some)
    left = str(sample.some[highest][0][0])
    page = shown(browser, f"{PAGE}?at={highest}")
    assert "one customer today" in page or left in page
    assert "Weight" in page


def test_what_other_thresholds_come_to_is_seen_before_they_hold(browser: Client) -> None:
    crowd(80)
    sample, scale = Sample.from_dict(taken().content["person"]), shipped().person
    now = outcome(sample, scale, scale.automatic, scale.review, 1.0)
    lower = outcome(sample, scale, 7.0, 2.0, 1.0)
    assert lower.joined >= now.joined > 10
    assert lower.precision is not None
    assert now.precision is not None
    assert lower.precision <= now.precision
    page = shown(browser, f"{PAGE}?automatic=30&review=2", headers={"HX-Request": "true"})
    assert "<html" not in page
    assert "Put in force" in page
    assert in_force() == shipped()
    assert "Put in force" not in shown(browser)
    # A browser refuses what is no multiple of a step, and learnt thresholds are none.
    assert page.count('type="number" step="any"') == 2


def test_thresholds_are_put_in_force_as_a_version(browser: Client, officer: User) -> None:
    taken()
    said = {"kind": "person", "automatic": "12.5", "review": "6", "version": in_force().version}
    assert browser.post(f"{PAGE}force/", said).status_code == 422  # why, is asked for
    assert in_force() == shipped()
    said["reason"] = "Too many namesakes"
    browser.post(f"{PAGE}force/", said)
    model = in_force()
    assert (model.person.automatic, model.person.review) == (12.5, 6.0)
    assert model.organisation == shipped().organisation
    assert AuditEntry.objects.filter(action="customers.model_in_force", by=officer).count() == 1
    again = browser.post(f"{PAGE}force/", said)  # of a page that is out of date
    assert again.status_code == 422 or "Meanwhile" in again.content.decode()
    assert in_force() == model


@pytest.mark.parametrize(
    "given", [{"automatic": "4", "review": "9"}, {"automatic": "x"}, {"review": "nan"}]
)
def test_what_cannot_be_is_refused(browser: Client, given: dict[str, str]) -> None:
    taken()
    said = {"kind": "organisation", "version": in_force().version, "reason": "x"} | given
    browser.post(f"{PAGE}force/", said)
    assert in_force() == shipped()


def test_what_contradicts_is_joined_by_no_threshold() -> None:
    sample = Sample({20.0: [1, 0, 7, 0], 3.0: [0, 0, 0, 5]}, {20.0: [9, 9]}, {20.0: [3, 1]})
    found = outcome(sample, shipped().person, -20.0, -20.0, scaled(10, 10))
    assert (found.joined, found.asked) == (1, 7)
    assert (found.agreed, found.judged) == (3, 4)
    assert scaled(1_000, 1_000_000) == pytest.approx(500.25, abs=0.01)


def test_the_drawing_has_numbers_at_both_sides(browser: Client) -> None:
    sample = Sample(pairs={-2.0: [400, 0, 0, 0], 16.5: [0, 23, 0, 0]})
    scale = shipped().organisation
    found = ticks(sample, scale, 10.0, 4.5)  # from -2 to 17
    assert [(tick.score, tick.x) for tick in found] == [
        (0.0, 105.3), (5.0, 368.4), (10.0, 631.6), (15.0, 894.7),
    ]  # fmt: skip
    assert found[2].probability == scale.probability(10.0)
    assert levels(sample) == [(20, 170.8), (100, HEIGHT / 2), (400, 0.0)]
    assert (ticks(Sample(), scale, 10.0, 4.5), levels(Sample())) == ([], [])
    crowd(60)
    taken()
    page = shown(browser)
    assert '>10</text><text class="share"' in page
    assert 'class="at"' in page


def test_a_look_judges_nothing(browser: Client) -> None:
    crowd(30)
    before = Judgement.objects.count(), Pair.objects.count()
    taken()
    assert (Judgement.objects.count(), Pair.objects.count()) == before


def test_a_member_does_not_choose() -> None:
    browser = Client()
    browser.force_login(User.objects.create(email="m@example.com", name="M", role=Role.MEMBER))
    assert browser.get(PAGE).status_code == 403
    assert browser.post(f"{PAGE}force/").status_code == 403
