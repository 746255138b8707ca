"""Weights learnt from the company's own profiles: what it sees, what it leaves, stop and kill."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.customers.cast import a_person, a_source, said

from concord.customers.actions import identity_runs
from concord.customers.actions.identity_models import change, put_in_force
from concord.customers.actions.judgements import judge
from concord.customers.actions.matching import match
from concord.customers.actions.profiles import receive
from concord.customers.matching.compare import compare, levels
from concord.customers.matching.features import made
from concord.customers.matching.model import PERSON, Model, Scale, in_force, shipped
from concord.customers.models import IdentityModel, IdentityRun, Judgement, Task
from concord.customers.normal import listed
from concord.customers.training import learn, report, sample
from concord.customers.training.estimate import Estimate, Level, Seen, Session
from concord.customers.training.learn import FEW
from concord.customers.training.sample import Sample
from concord.kernel.models import AuditEntry

GIVEN = sorted(
    listed(
        "Adela Bruno Carla Dario Elena Fabio Greta Henrik Ilona Jasper Katja Lorenz Marta Nils Oda "
        "Pavel Quirin Rosa Stefan Tilda Ulrich Vera Walter Xenia Yannick Zora"
    )
)
FAMILY = sorted(
    listed(
        "Abel Berger Conrad Dietz Ebert Falk Gross Haas Imhof Jahn Krug Lutz Marx Nagel Opitz Pohl "
        "Quast Rapp Seidel Thiel Ulmer Voigt Wirth Zander Busch Kern Stahl Brandt Lorch Heller"
    )
)
TOWNS = [(f"{code}", town) for code, town in zip(range(10115, 99000, 4433), FAMILY, strict=False)]


def _day(chance: random.Random) -> str:
    return f"19{chance.randint(30, 99)}-0{chance.randint(1, 9)}-{chance.randint(10, 28)}"


def people(many: int, seed: int = 7) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Persons as two systems know them; the second one slips, and does not know all."""
    chance = random.Random(seed)
    found = []
    for _ in range(many):
        code, town = chance.choice(TOWNS)
        person: dict[str, Any] = {
            "given_name": chance.choice(GIVEN),
            "family_name": chance.choice(FAMILY) + chance.choice(["", "mann", "er", "ow"]),
            "birth_date": _day(chance),
            "street": f"{chance.choice(FAMILY)}weg {chance.randint(1, 180)}",
            "postcode": code,
            "city": town,
            "phones": [f"+49 30 {chance.randint(1_000_000, 9_999_999)}"],
        }
        other = dict(person)
        if chance.random() < 0.3:
            other["family_name"] = person["family_name"][:2] + person["family_name"][3:]
        if chance.random() < 0.3:
            other["phones"] = [f"+49 30 {chance.randint(1_000_000, 9_999_999)}"]
        if chance.random() < 0.2:
            other["birth_date"] = f"19{chance.randint(30, 99)}-11-1{chance.randint(0, 9)}"
        if chance.random() < 0.3:
            other |= {"street": f"{chance.choice(FAMILY)}gasse {chance.randint(1, 180)}"}
        found.append((person, other))
    return found


def received(many: int) -> list[UUID]:
    pairs = people(many)
    ids = []
    for at, source in enumerate(("crm", "shop")):
        every = [said(str(n), "person", **pair[at]) for n, pair in enumerate(pairs)]
        ids += [each.profile_id for each in receive(a_source(source), every)]
    return ids


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "AT_RANDOM", 6_000)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, small: None) -> None:
    """What is around the estimation, without it: Splink takes seconds."""
    monkeypatch.setattr(identity_runs, "estimate", counted)
    monkeypatch.setattr(learn, "ENOUGH", 40)
    monkeypatch.setattr(learn, "NAMES", 100)


def counted(
    known: Mapping[str, Mapping[str, float]],
    blocked: Seen,
    random: Seen,
    step: Callable[[str], None],
) -> Estimate:
    """As if all pairs that share a key were one customer."""
    step("name")
    seen, chance = blocked.counts(), random.counts()
    return Estimate(
        {
            name: {
                level: Level(
                    (seen[name][level] + 0.1) / (seen[name].total() + 1),
                    (chance[name][level] + 0.1) / (chance[name].total() + 1),
                    seen[name][level],
                    chance[name][level],
                )
                if name in seen and name in chance
                else Level(None, None, 0, 0)
                for level in levels
            }
            for name, levels in known.items()
        },
        [Session((each,), len(blocked), 0.9, 3, settled=True) for each in ("name", "phone")],
        len(blocked),
        len(random),
    )


def learnt() -> IdentityModel:
    run = identity_runs.ask(Task.TRAIN, None)
    identity_runs.work(run.pk)
    run.refresh_from_db()
    assert run.problem == ""
    assert run.model is not None
    return run.model


@pytest.mark.django_db
@pytest.mark.usefixtures("small")
def test_weights_are_learnt_and_rare_levels_keep_those_set_by_hand() -> None:
    match(received(130))
    row = learnt()
    model = Model.from_dict(row.version, row.content)
    person = model.person
    assert person.weights["name"]["same"] > person.weights["name"]["different"]
    by_hand = shipped().person.weights
    # A day of 24,000 that is rarely mistyped says more, another one (of one in five) less.
    assert 7.5 < person.weights["birth_date"]["same"] < 9
    assert -6.5 < person.weights["birth_date"]["differs"] < -5.5
    # Nobody has an e-mail: it keeps its place among the others, which weigh more than by hand.
    more = person.weights["email"]["same"] / by_hand["email"]["same"]
    assert more > 1.05
    assert person.weights["id"]["near"] == pytest.approx(by_hand["id"]["near"] * more, abs=0.01)
    assert model.organisation == shipped().organisation
    assert row.profiles == 260
    levels_said = {
        (each["field"], each["level"]): each for each in row.report["kinds"]["person"]["levels"]
    }
    assert levels_said["email", "same"]["by_hand"]
    assert levels_said["name", "variant"]["pairs"] < FEW
    assert levels_said["name", "variant"]["by_hand"]
    same = levels_said["birth_date", "same"]
    assert not same["by_hand"]
    assert same["pairs"] > 90
    assert same["was"] == 7.0
    assert same["m"] == pytest.approx(0.8, abs=0.06)
    assert row.report["unsettled"] == []
    assert in_force() is shipped()  # nobody put it in force


def twice(pairs: int) -> list[Session]:
    return [Session((name,), pairs, 1.0, 3, settled=True) for name in ("name", "phone")]


def of_known(pairs: int, at_level: int = 10_000, sessions: int = 2) -> Scale:
    """Learnt of persons whose date of birth agrees by chance once in 8,192, and always is right."""
    levels = {
        name: {level: Level(None, None, 0, 0) for level in levels}
        for name, levels in shipped().person.weights.items()
    }
    levels["birth_date"]["same"] = Level(1.0, 2**-13, at_level, 40)
    found = Estimate(levels, twice(pairs)[:sessions], pairs, 40_000)
    scale, _ = learn.learn(shipped().person, shipped().person, Sample(PERSON, all=9), found)
    return scale


def test_little_that_was_seen_moves_little_and_much_decides() -> None:
    by_hand = shipped().person
    assert of_known(0) == by_hand
    assert of_known(9_000, sessions=1) == by_hand  # nothing confirms what one session saw
    scales = [of_known(pairs) for pairs in (5, 50, 500, 5_000, 500_000)]
    bits = [scale.weights["birth_date"]["same"] for scale in scales]
    assert bits == [7.06, 7.55, 10.0, 12.46, 13.0]  # from 7 by hand to 13 as seen
    limits = [scale.automatic for scale in scales]
    assert limits == sorted(limits)
    assert limits[0] == pytest.approx(by_hand.automatic, abs=0.1)
    assert limits[-1] > 17
    assert [scale.review for scale in scales] == sorted(scale.review for scale in scales)


def test_a_level_of_few_pairs_keeps_its_place_among_the_others() -> None:
    few, some, many = (
        of_known(500_000, at_level).weights["birth_date"]["same"] for at_level in (0, 20, 2_000)
    )
    assert (few, some, many) == (13.99, 13.49, 13.0)  # by hand 7 bits, twice of it here


@pytest.mark.django_db
def test_the_same_seed_draws_the_same_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "AT_RANDOM", 2_000)
    match(received(60))
    one, again, other = (
        sample.draw(shipped(), seed, lambda *_: None)[PERSON] for seed in (3, 3, 4)
    )
    assert one.blocked.columns == again.blocked.columns
    assert one.random.columns == again.random.columns
    assert one.terms == again.terms
    assert one.random.columns != other.random.columns
    assert 1_950 < len(one.random) < 2_000  # those of one customer tell nothing of chance


def test_the_least_sure_of_what_would_be_newly_joined_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report, "EXAMPLES", 10)
    left = made(UUID(int=1), "person", {"name": "Rosa Thiel", "birth_date": "1980-01-02"})
    mobiles = [f"+49 170 12345{n}" for n in range(12)]
    others = [
        made(UUID(int=2 + n), "person", left.said | {"phones": [mobile]})
        for n, mobile in enumerate(mobiles)
    ]
    tried = [sample.Tried(left, each, levels(left, each)) for each in others]
    person = shipped().person
    careful = Model("", replace(person, automatic=60.0), shipped().organisation)
    found = report.moved(tried, careful, shipped())
    assert found["moves"] == {"asked joined": 12}
    score = compare(left, others[0], (), shipped()).score
    assert found["joined"] == [[str(left.id), str(other.id), score, score] for other in others[:10]]
    assert report.moved(tried, shipped(), careful)["joined"] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_the_report_says_what_would_change_and_whether_people_agree() -> None:
    ids = received(60)
    bob = a_person("Bob")
    judge(ids[0], ids[60], "same", bob)
    judge(ids[1], ids[2], "different", bob)
    match(ids)
    said = learnt().report
    assert said["moved"]["pairs"] == sum(said["moved"]["moves"].values()) > 50
    judged = said["judged"]
    assert judged["pairs"] == 2
    assert judged["now"]["different apart"] == judged["then"]["different apart"] == 1
    assert judged["now"]["same joined"] == judged["then"]["same joined"] == 1
    assert judged["then"]["precision"] == judged["then"]["recall"] == 1.0


@pytest.mark.django_db
def test_too_few_customers_are_said_and_nothing_is_kept() -> None:
    match(received(5))
    run = identity_runs.ask(Task.TRAIN, None)
    identity_runs.work(run.pk)
    run.refresh_from_db()
    assert "too few customers" in run.problem
    assert run.finished_at is not None
    assert IdentityModel.objects.count() == 0


@pytest.mark.django_db
def test_a_double_click_is_one_run_and_one_job() -> None:
    bob = a_person("Bob")
    first, second = (identity_runs.ask(Task.TRAIN, bob) for _ in range(2))
    assert first == second
    assert ProcrastinateJob.objects.filter(task_name="customers.identity_run").count() == 1
    assert AuditEntry.objects.filter(action="customers.identity_run").count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_asked_to_stop_it_ends_at_the_next_step_and_leaves_nothing() -> None:
    match(received(20))
    bob = a_person("Bob")
    run = identity_runs.ask(Task.TRAIN, bob)
    identity_runs.stop(run, bob)
    identity_runs.work(run.pk)
    run.refresh_from_db()
    assert (run.stopped_by, run.problem, run.model) == (bob, "", None)
    assert run.finished_at is not None
    assert IdentityModel.objects.count() == 0
    assert identity_runs.ask(Task.TRAIN, bob) != run  # another may begin


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("at", ["sample", "estimate", "report"])
def test_killed_at_any_step_and_begun_again_it_keeps_one_model(
    at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    tell = identity_runs._tell

    def told(run: IdentityRun, step: str, *rest: Any, **columns: Any) -> None:
        tell(run, step, *rest, **columns)
        if step == at:
            raise KilledError

    match(received(60))
    run = identity_runs.ask(Task.TRAIN, None)
    monkeypatch.setattr(identity_runs, "_tell", told)
    with pytest.raises(KilledError):
        identity_runs.work(run.pk)
    monkeypatch.setattr(identity_runs, "_tell", tell)
    run.refresh_from_db()
    assert run.finished_at is None
    assert run.step == at
    identity_runs.work(run.pk)
    identity_runs.work(run.pk)  # a job may come twice
    assert IdentityModel.objects.count() == 1
    run.refresh_from_db()
    assert run.percent == 100


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
def test_what_was_learnt_weighs_on_line_as_in_training() -> None:
    """The sum of the levels that training counted, and what a name says more, is the score."""
    pairs = people(60)
    match(received(60))
    put_in_force(learnt().version, None)
    model = in_force()
    assert model.person.terms.rare
    for left, right in pairs:
        one, other = made(UUID(int=1), "person", left), made(UUID(int=2), "person", right)
        alike = levels(one, other)
        seen = Seen()
        seen.add(alike)
        counted = [
            (name, column[0]) for name, column in seen.columns.items() if column[0] is not None
        ]
        telling = (
            model.person.terms.telling(one, other, as_people=True)
            if ("name", "same") in alike.found or ("name", "swapped") in alike.found
            else 0.0
        )
        score = compare(one, other, (), model).score
        assert score == pytest.approx(model.person.sum(counted) + telling, abs=0.006)


@pytest.mark.django_db
def test_all_are_looked_at_again_by_the_model_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity_runs, "AT_ONCE", 50)
    careful = change(shipped().version, None, thresholds={"person": (25.0, 4.5)})
    assert careful is not None
    put_in_force(careful.version, None)
    match(received(60))
    before = Judgement.objects.count()
    put_in_force(shipped().version, None)
    run = identity_runs.ask(Task.LOOK_AGAIN, None)
    identity_runs.work(run.pk)
    run.refresh_from_db()
    assert (run.done, run.percent, run.problem) == (120, 100, "")
    models = set(Judgement.objects.order_by("-id").values_list("model", flat=True)[:1])
    assert Judgement.objects.count() > before
    assert models == {in_force().version}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_profile WHERE matched_at IS NULL")
        assert cursor.fetchone() == (0,)
