"""Which weights are in force: a version each, put in force and back, known to all at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.customers.cast import a_person, a_profile

from concord.customers.actions.identity_models import (
    change,
    find,
    put_in_force,
    version_in_force,
    what_speaks_against,
)
from concord.customers.actions.matching import match
from concord.customers.matching.compare import compare
from concord.customers.matching.features import made
from concord.customers.matching.model import Model, in_force, shipped
from concord.customers.matching.soundness import objections
from concord.customers.matching.terms import Terms
from concord.customers.models import IdentityModel, Judgement, ModelInForce, Pair
from concord.kernel.beside import Beside
from concord.kernel.errors import Problem
from concord.kernel.models import AuditEntry

SURE = {"organisation": {"name": {"same": 6.0}}}


@pytest.mark.django_db
def test_without_a_trained_model_the_shipped_one_is_in_force() -> None:
    assert in_force() is shipped()
    assert in_force().of("person").weights["name"]["same"] == 7.0
    assert version_in_force() == shipped().version


@pytest.mark.django_db
def test_a_changed_weight_is_another_version_and_not_in_force_by_itself() -> None:
    bob = a_person("Bob")
    made_by_hand = change(shipped().version, bob, weights=SURE)
    assert made_by_hand is not None
    model = find(made_by_hand.version)
    assert model.of("organisation").weights["name"]["same"] == 6.0
    assert model.of("organisation").weights["name"]["native"] == 8.0
    assert model.of("person") == shipped().of("person")
    assert in_force() is shipped()
    assert made_by_hand.base_version == shipped().version
    assert made_by_hand.made_by == bob
    assert AuditEntry.objects.filter(action="customers.identity_model", by=bob).count() == 1


@pytest.mark.django_db
def test_the_same_weights_are_no_new_version() -> None:
    same = {"organisation": {"name": {"same": 8.0}}}
    assert change(shipped().version, None, weights=same) is None
    assert IdentityModel.objects.count() == 0


@pytest.mark.django_db
def test_put_in_force_and_back() -> None:
    bob = a_person("Bob")
    own = change(shipped().version, bob, weights=SURE)
    assert own is not None
    put_in_force(own.version, bob, "tried on last year")
    assert in_force().version == own.version
    assert put_in_force(own.version, bob) is None  # it is in force already
    put_in_force(shipped().version, bob)
    assert in_force() is shipped()
    said = list(ModelInForce.objects.order_by("id").values_list("version", "by", "reason"))
    assert said == [(own.version, bob.pk, "tried on last year"), (shipped().version, bob.pk, "")]
    assert AuditEntry.objects.filter(action="customers.model_in_force").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("weights", "codes"),
    [
        ({"person": {"birth_date": {"differs": 8.0}}}, {"for", "inverted"}),
        ({"person": {"email": {"same": -1.0}}}, {"against", "inverted"}),
        ({"organisation": {"name": {"near": -9.0}}}, {"inverted"}),
        ({"organisation": {"tax_id": {"same": 40.0}}}, {"too strong"}),
    ],
)
def test_weights_that_join_what_differs_are_not_put_in_force(
    weights: dict[str, dict[str, dict[str, float]]], codes: set[str]
) -> None:
    wrong = change(shipped().version, None, weights=weights)
    assert wrong is not None
    assert {each.code for each in what_speaks_against(wrong.version)} == codes
    with pytest.raises(Problem):
        put_in_force(wrong.version, None)
    assert in_force() is shipped()


@pytest.mark.django_db
def test_what_is_not_there_is_said() -> None:
    with pytest.raises(Problem, match="no such version"):
        put_in_force("own-1999-01-01-1", None)
    with pytest.raises(Problem, match="no such comparison"):
        change(shipped().version, None, weights={"person": {"shoe_size": {"same": 1.0}}})
    with pytest.raises(Problem, match="without one"):
        change(shipped().version, None, thresholds={"person": (4.0, 9.0)})


def test_the_shipped_weights_are_sound() -> None:
    assert objections(shipped()) == []


@pytest.mark.django_db
def test_profiles_are_matched_by_what_is_in_force_and_judgements_name_it() -> None:
    alike: dict[str, Any] = {
        "name": "Jorberg GmbH",
        "country": "DE",
        "emails": ["post@jorberg.example"],
    }
    match([a_profile("1", **alike), a_profile("2", "support", **alike)])
    assert [j.model for j in Judgement.objects.all()] == [shipped().version]
    careful = change(shipped().version, None, thresholds={"organisation": (20.0, 4.5)})
    assert careful is not None
    put_in_force(careful.version, None)
    other: dict[str, Any] = {"name": "Salm AG", "emails": ["post@salm.example"]}
    match([a_profile("3", **other), a_profile("4", "support", **other)])
    assert Judgement.objects.count() == 1
    assert Pair.objects.get().score == 13.0  # above what was joined before, asked now


@pytest.mark.django_db(transaction=True)
def test_a_process_beside_matches_by_it_from_the_next_batch_on() -> None:
    own = change(shipped().version, None, weights=SURE)
    assert own is not None
    with Beside() as beside:
        assert beside.call(version_of_in_force) == shipped().version
        put_in_force(own.version, None)
        assert beside.call(version_of_in_force) == own.version
    ModelInForce.objects.all().delete()
    IdentityModel.objects.all().delete()


def version_of_in_force() -> str:
    return in_force().version


@pytest.mark.django_db
def test_one_query_says_which_is_in_force() -> None:
    own = change(shipped().version, None, weights=SURE)
    assert own is not None
    put_in_force(own.version, None)
    in_force()
    with CaptureQueriesContext(connection) as asked:
        in_force()
    assert len(asked) == 1


def test_a_model_survives_its_row() -> None:
    terms = Terms.learnt({"word": {"jobar": 3, "alm": 21}}, -8.0)
    rare = Model("x", shipped().person, replace(shipped().organisation, terms=terms))
    assert Model.from_dict("x", rare.as_dict()) == rare


def test_a_level_that_an_older_model_does_not_know_weighs_as_shipped() -> None:
    said = shipped().as_dict()
    said["person"]["weights"] = {"name": {"same": 9.0, "of old": 1.0}}
    model = Model.from_dict("old", said)
    assert model.person.weights["name"]["same"] == 9.0
    assert model.person.weights["name"]["initial"] == 3.0
    assert "of old" not in model.person.weights["name"]
    assert model.person.weights["phone"] == shipped().person.weights["phone"]


def test_a_common_name_weighs_less_than_a_rare_one() -> None:
    counts = {"given": {"minsu": 300, "odin": 1}, "family": {"gim": 700, "sarm": 1}}
    terms = Terms.learnt(counts, expected=-8.0)
    model = Model("x", replace(shipped().person, terms=terms), shipped().organisation)

    def score(name: str) -> float:
        one, other = (made(UUID(int=n), "person", {"name": name}) for n in (1, 2))
        return compare(one, other, (), model).score

    assert score("Odin Salm") == 7.0 + 4.0  # and no more, however rare
    assert score("Minsu Kim") == 7.0 - 4.0
    assert score("김민수") == 3.0  # of all scripts one name
