"""How customers are recognised, as the people see it who run the company."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.customers.cast import a_person, a_profile

from concord.customers.actions import identity_runs
from concord.customers.actions.identity_models import change, keep, put_in_force
from concord.customers.actions.judgements import judge
from concord.customers.actions.matching import match
from concord.customers.matching.model import in_force, shipped
from concord.customers.models import (
    IdentityModel,
    IdentityRun,
    Judgement,
    ModelInForce,
    Origin,
    Profile,
    Task,
)
from concord.kernel.models import Role
from concord.kernel.time import now
from concord.ui import formats

pytestmark = pytest.mark.django_db
PAGE = "/recognition/"
WHY = {"reason": "tried"}


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(a_person("Bob", Role.MANAGER), "django.contrib.auth.backends.ModelBackend")
    return client


def another(bits: float) -> IdentityModel:
    made = change(shipped().version, None, weights={"person": {"name": {"same": bits}}})
    assert made is not None
    return made


def test_it_says_what_is_in_force_and_what_there_is(client: Client) -> None:
    own = another(7.5)
    page = client.get(PAGE).content.decode()
    assert shipped().version in page
    assert own.version in page
    assert "come with the product" in page
    put_in_force(own.version, None, "fits us better")
    assert "fits us better" in client.get(PAGE).content.decode()


def test_learning_is_begun_once_and_its_bar_can_be_stopped(client: Client) -> None:
    for _ in range(2):
        assert client.post(f"{PAGE}learning/").status_code == 302
    run = IdentityRun.objects.get()
    assert "Waits for its turn" in client.get(PAGE).content.decode()
    bar = client.get(f"{PAGE}runs/{run.pk}/", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 1s"' in bar.content.decode()
    client.post(f"{PAGE}runs/{run.pk}/stopping/")
    identity_runs.work(run.pk)
    over = client.get(f"{PAGE}runs/{run.pk}/", headers={"HX-Request": "true"})
    assert "nothing was changed" in over.content.decode()
    assert over["HX-Refresh"] == "true"


def test_looking_again_is_another_run(client: Client) -> None:
    client.post(f"{PAGE}learning/")
    client.post(f"{PAGE}looking-again/")
    assert {run.task for run in IdentityRun.objects.all()} == {Task.TRAIN, Task.LOOK_AGAIN}


def test_looking_again_says_first_what_it_does_and_names_then_what_it_joined(
    client: Client,
) -> None:
    here, there = (
        a_profile(n, f"source-{n}", name="Arvika Mätteknik AB", tax_id="SE556703748501")
        for n in "ab"
    )
    asked = client.get(f"{PAGE}looking-again/").content.decode()
    assert "2 entries" in asked
    assert not IdentityRun.objects.exists()
    before = another_join()
    client.post(f"{PAGE}looking-again/")
    run = IdentityRun.objects.get()
    identity_runs.work(run.pk)
    [joined] = Judgement.objects.exclude(pk=before.pk)
    text = client.get(PAGE).content.decode()
    assert "One pair was newly joined" in text
    assert f'href="/customers/{min(here, there)}/members/"' in text
    page = client.get("/review/joined/", {"run": run.pk})
    assert [each.judgement for each in page.context["page"].items] == [joined]
    assert page.context["page"].items[0].run == run
    assert formats.number(joined.score or 0) in page.content.decode()
    every = client.get("/review/joined/").context["page"].items
    assert [(each.judgement, each.run) for each in every] == [(joined, run), (before, None)]
    assert "one pair newly joined" in client.get(f"{PAGE}looking-again/").content.decode()


def another_join() -> Judgement:
    """What an import has joined before."""
    for n in "cd":
        a_profile(n, f"source-{n}", name="Zenit Optik AB", tax_id="SE556703748502")
    match(list(Profile.objects.filter(key__in="cd").values_list("id", flat=True)))
    return Judgement.objects.get()


def test_a_learnt_model_names_whom_it_would_newly_join(client: Client) -> None:
    left, right, joined = (a_profile(n, f"source-{n}", name=f"Arvika {n}") for n in "abc")
    judge(left, joined, "same", a_person("Han", Role.OFFICER))  # they are one customer already
    pairs = [[str(left), str(joined), 8.0, 10.5], [str(left), str(right), 8.0, 11.5]]
    report = {"moved": {"pairs": 2, "moves": {"asked joined": 2}, "joined": pairs}}
    model = IdentityModel.objects.get(pk=another(7.5).pk)
    IdentityModel.objects.filter(pk=model.pk).update(report=report, origin=Origin.TRAINED)
    page = client.get(f"{PAGE}models/{model.version}/").content.decode()
    assert "Newly joined" in page
    assert f'href="/customers/{left}/"' in page
    assert ("Arvika b" in page, "Arvika c" in page) == (True, False)
    Profile.objects.filter(pk=right).update(withdrawn_at=now())
    page = client.get(f"{PAGE}models/{model.version}/").content.decode()
    assert ("Arvika b" in page, "Arvika c" in page) == (False, True)
    assert "one customer today" in page


def test_put_in_force_and_back_on_the_page(client: Client) -> None:
    own = another(7.5)
    assert "Put in force" in client.get(f"{PAGE}models/{own.version}/").content.decode()
    client.post(f"{PAGE}models/{own.version}/force/", {"reason": "tried"})
    assert in_force().version == own.version
    assert ModelInForce.objects.get().by is not None
    again = f"{PAGE}models/{shipped().version}/force/"
    assert client.post(again, {"reason": " "}).status_code == 422  # why, is asked for
    client.post(again, {"reason": "It was better before."})
    assert in_force() is shipped()


def test_before_stands_what_was_in_force_and_is_not_any_more(client: Client) -> None:
    own = another(7.5)
    put_in_force(own.version, None, "tried on last year")
    assert "tried on last year" in client.get(PAGE).content.decode()
    assert "<h2>Before</h2>" not in client.get(PAGE).content.decode()
    put_in_force(shipped().version, None)
    assert "<h2>Before</h2>" in client.get(PAGE).content.decode()


def test_what_training_counted_is_not_told_of_what_was_changed_since(client: Client) -> None:
    learnt = keep(shipped(), None, base=shipped().version, origin=Origin.TRAINED,
                  report={"moved": {"pairs": 97, "moves": {"asked joined": 61}}})  # fmt: skip
    page = client.get(f"{PAGE}models/{learnt.version}/").content.decode()
    assert f"of 97 pairs, beside {shipped().version}" in page
    changed = change(learnt.version, None, weights={"person": {"name": {"same": 7.5}}})
    assert changed is not None
    page = client.get(f"{PAGE}models/{changed.version}/").content.decode()
    assert ("of 97 pairs" in page, "these weights were set by hand" in page) == (False, True)


def test_what_is_not_sound_is_marked_and_refused(client: Client) -> None:
    wrong = change(shipped().version, None, weights={"person": {"birth_date": {"differs": 3.5}}})
    assert wrong is not None
    page = client.get(f"{PAGE}models/{wrong.version}/").content.decode()
    assert "A difference speaks for one customer." in page
    assert "cannot be put in force" in page
    assert client.post(f"{PAGE}models/{wrong.version}/force/", WHY).status_code == 422
    assert in_force() is shipped()


def test_learning_that_came_to_no_end_is_refused_and_said(client: Client) -> None:
    row = keep(shipped(), None, base="x", origin=Origin.TRAINED, report={"unsettled": ["person"]})
    IdentityModel.objects.filter(pk=row.pk).update(base_version=shipped().version)
    page = client.get(f"{PAGE}models/{row.version}/").content.decode()
    assert "Persons: learning came to no end" in page
    assert client.post(f"{PAGE}models/{row.version}/force/", WHY).status_code == 422


def test_a_weight_set_by_hand_makes_a_version(client: Client) -> None:
    address = f"{PAGE}models/{shipped().version}/"
    answer = client.post(address, {"person/email/same": "6,5", "person/email/shared": "0.5"})
    [made] = IdentityModel.objects.all()
    assert answer["Location"] == f"{PAGE}models/{made.version}/"
    assert made.content["person"]["weights"]["email"]["same"] == 6.5
    client.post(address, {"person/email/same": "6.0"})  # as it was: no version
    assert IdentityModel.objects.count() == 1


@pytest.mark.parametrize("text", ["much", "nan", "inf", "31", ""])
def test_what_is_no_weight_is_said_and_nothing_is_made(client: Client, text: str) -> None:
    typed = {"organisation/email/same": "4.25", "person/email/same": text}
    answer = client.post(f"{PAGE}models/{shipped().version}/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Persons: E-mail, the same" in page  # where
    assert all(f'value="{each}"' in page for each in typed.values())  # to be mended
    assert IdentityModel.objects.count() == 0


def test_a_member_is_not_let_in(client: Client) -> None:
    client.force_login(a_person("Alice"), "django.contrib.auth.backends.ModelBackend")
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}learning/").status_code == 403
    assert client.post(f"{PAGE}models/{shipped().version}/force/").status_code == 403
    assert IdentityRun.objects.count() == 0


def test_twenty_models_ask_no_more_than_one(client: Client) -> None:
    another(7.1)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    for number in range(19):
        another(7.2 + number / 100)
    with CaptureQueriesContext(connection) as twenty:
        client.get(PAGE)
    assert len(twenty) == len(one)
