"""A simulation that is kept: it equals deciding one by one, is stopped, gone on with, bears kills,
and shows what its reader may see."""

from __future__ import annotations

import csv
import io
import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.treatment.cast import TODAY, Cast, a_customer, a_hold, an_invoice
from tests.treatment.test_simulate import everybody

from concord.customers.actions import restrictions
from concord.customers.actions.desk import create_customer
from concord.customers.actions.relating import relate
from concord.customers.models import Customer
from concord.dmn.model import Model
from concord.kernel import time
from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.treatment import policies
from concord.treatment.actions import drafts, lifts, simulations
from concord.treatment.actions.decide import judge_kind
from concord.treatment.actions.proposals import propose
from concord.treatment.gather import Situation, exemptions
from concord.treatment.jobs import simulate
from concord.treatment.models import (
    PolicyDraft,
    PolicyVersion,
    SimulatedCondition,
    SimulatedCustomer,
    Simulation,
)
from concord.treatment.policies import Policy
from concord.treatment.promise import Reader, find_threshold, move
from concord.treatment.simulating import found, parts
from concord.treatment.simulating.found import Move
from concord.treatment.simulating.judged import Judge, kinds
from concord.treatment.treat import Judgement

DAYS = "standing:standing.oldest_undisputed_overdue_days.in:30"
OF_CELLS = ("> 30", "> 10", "<= 0", "> 0", "> 100", "<= 10000", "> 10000", "<= 5", "> 5")


def base() -> PolicyVersion:
    return PolicyVersion.objects.get(pk=policies.in_force(TODAY).version_id)


def moved(number: str = "60") -> str:
    old = policies.in_force(TODAY).model
    return move(old, find_threshold(Reader(old, "en").sections(), DAYS), number).save().decode()


def looked(cast: Cast, xml: str) -> Simulation:
    return simulations.begin(cast.sarah, "Softer", base(), xml)


def without_cells(model: Model, seed: int) -> Model:
    """Numbers of random cells of standing, value and the requests' tables are other ones."""
    chance = random.Random(seed)
    for _each in range(6):
        tables = [t for t in model.tables.values() if t.id != "exception_by.table"]
        table = chance.choice(tables)
        cells = [(rule, at) for rule in table.rules for at, cell in enumerate(rule.inputs)
                 if cell in OF_CELLS]  # fmt: skip
        if cells:
            rule, at = chance.choice(cells)
            number = chance.choice([0, 5, 20, 45, 3000])
            text = f"{rule.inputs[at].split()[0]} {number}"
            model = model.with_cell(table.id, rule.id, table.inputs[at].id, text)
    return model


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_matrix_is_what_decide_says_of_each_customer(cast: Cast, seed: int) -> None:
    """Random policies (with gaps, too) and customers of every kind, one with an exception."""
    everybody()
    freed, held = a_customer("Freed")
    a_hold(held)
    for request in ("place_order", "proposal"):
        lifts.grant(cast.sarah, freed.pk, request, TODAY + timedelta(days=3), "They paid by hand.")
    xml = without_cells(policies.in_force(TODAY).model, seed).save().decode()
    simulation = looked(cast, xml)
    whole = found.matrix(simulation)
    expected: dict[Move, int] = {}
    every = Customer.objects.all()
    for customer in every:
        for kind in kinds():
            one, other = (judged(customer, kind, policy) for policy in both(simulation))
            key = Move(kind.key, act(one), act(other))
            expected[key] = expected.get(key, 0) + 1
    # What differs only where something is said stands under what is said.
    said = {
        line.customer_id: {each.request: each for each in line.changes if each.given}
        for line in found.listing(viewer_of(cast.sarah), simulation, limit=100).items
    }
    for customer_id, changes in said.items():
        customer = every.get(pk=customer_id)
        for kind in kinds():
            if change := changes.get(kind.key):
                plain = [act(judged(customer, kind, policy)) for policy in both(simulation)]
                assert plain[0] == plain[1]
                expected[Move(kind.key, *plain)] -= 1
                given = [
                    act(judged(customer, kind, policy, dict(change.given)))
                    for policy in both(simulation)
                ]
                assert given == [change.before.act, change.after.act], change
                key = Move(kind.key, *given)
                expected[key] = expected.get(key, 0) + 1
    counted: dict[Move, int] = {}
    for some in (whole.moves, whole.stays):
        for key, several in some.items():
            counted[key] = counted.get(key, 0) + several.customers
    assert counted == {key: number for key, number in expected.items() if number}
    assert whole.everybody.customers == every.count()


def both(simulation: Simulation) -> tuple[Policy, Policy]:
    one, other = parts.models(simulation)
    return Policy(0, 1, "old", one), Policy(0, 2, "new", other)


def judged(
    customer: Customer, kind: Any, policy: Policy, given: dict[str, Any] | None = None
) -> Judgement | None:
    situation = Situation(customer, TODAY, [policy.model])
    fields = {field.key: None for field in kind.fields} | (given or {})
    lifted = exemptions(customer.pk, TODAY, [kind.key])
    try:
        return judge_kind(situation, kind, fields, lifted, policy, time.now())[1]
    except Problem:
        return None


def act(judgement: Judgement | None) -> str:
    """A policy that is silent passes on; a simulation says that nobody has decided."""
    is_silent = judgement is None or judgement.rules == ("promise.silent",)
    return "nobody" if judgement is None or is_silent else judgement.act


def test_from_what_to_what_with_names_facts_and_money(cast: Cast, client: Client) -> None:
    """Daesung is held after 30 days and would not be before 60; Mirae owes too little."""
    _, daesung = a_customer("=Daesung")
    an_invoice(daesung, due="2026-10-10", amount="9000", opened="2026-09-10")
    _, mirae = a_customer("Mirae")
    an_invoice(mirae, due="2026-10-10", amount="50", opened="2026-09-10")
    draft = drafts.begin(cast.bob, "Softer")
    PolicyDraft.objects.filter(pk=draft.pk).update(xml=moved())
    client.force_login(cast.bob)
    page = client.post("/promise/simulations/", {"draft": draft.pk})["Location"]
    simulation = Simulation.objects.get()
    whole = found.matrix(simulation)
    change = whole.moves[Move("proposal", "pass_on", "go_ahead")]
    assert (change.customers, change.money, change.unknown) == (1, 9000, 0)
    assert (whole.everybody.customers, whole.touched.customers) == (2, 1)
    text = client.get(page).content.decode()
    assert "1 customer would be treated differently" in text
    assert "“Softer” against version 1" in text
    assert f'<a href="/promise/drafts/{draft.pk}/">Draft “Softer”</a>' in text
    at = f'<a href="/promise/drafts/{draft.pk}/?table=standing">Who is in which standing</a>: rule '
    assert at in text
    assert "=Daesung" in text
    assert "Mirae" not in text
    assert "9,000 EUR bought in the last 12 months" in text
    chosen = client.get(page, {"request": "proposal", "move": "pass_on>go_ahead"}).content.decode()
    assert "=Daesung" in chosen
    none = client.get(page, {"request": "proposal", "move": "go_ahead>pass_on"}).content.decode()
    assert "=Daesung" not in none
    told = b"".join(client.get(f"{page}list/", {"request": "proposal"})).decode()  # type: ignore[arg-type]
    (_head, row) = csv.reader(io.StringIO(told))
    assert row[:5] == ["'=Daesung", "Proposal or RFP", "", "Pass on", "Go ahead"]
    assert row[5:8] == ["9000.0000", "9000.0000", "42"]
    condition = SimulatedCustomer.objects.get().condition
    aside = client.get(
        f"{page}customers/{SimulatedCustomer.objects.get().customer_id}/",
        {"condition": condition, "request": "proposal"},
    ).content.decode()
    assert "Not yet. Pass them to Accounts." in aside
    assert "Go ahead." in aside
    assert "42" in aside


def test_who_is_restricted_or_works_for_somebody_is_not_counted(cast: Cast) -> None:
    company, profile = a_customer("Hanbit")
    an_invoice(profile, due="2026-10-10", amount="9000")
    someone = create_customer(cast.bob, "person", {"name": "Karin Ekdahl"})
    relate(someone.pk, "works_at", company.pk, cast.bob)
    simulation = looked(cast, moved())
    assert found.matrix(simulation).everybody.customers == 1
    (line,) = found.listing(viewer_of(cast.sarah), simulation).items
    assert line.name == "Hanbit"
    restrictions.restrict(cast.olga, company.pk, "They asked for it.")
    assert found.listing(viewer_of(cast.sarah), simulation).items == []


def test_who_sees_some_units_sees_no_amounts_of_all(cast: Cast) -> None:
    _, profile = a_customer("Hanbit")
    an_invoice(profile, due="2026-10-10", amount="9000", opened="2026-09-10")
    simulation = looked(cast, moved())
    cast.bob.units.add(cast.gauges)
    (line,) = found.listing(viewer_of(cast.bob), simulation).items
    assert line.facts == {"revenue": 9000}


@pytest.fixture
def many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven customers in four parts, which the worker looks at."""
    monkeypatch.setattr(simulations, "AT_ONCE", 1)
    monkeypatch.setattr(parts, "CUSTOMERS", 2)
    for number in range(7):
        _, profile = a_customer(f"Late {number}")
        an_invoice(profile, due="2026-10-10", amount=str(9000 + number), opened="2026-09-10")


def the_worker_comes() -> None:
    for job in ProcrastinateJob.objects.filter(task_name="treatment.simulate"):
        simulate(**job.args)


def test_it_is_stopped_and_gone_on_with(
    cast: Cast, many: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.sarah)
    simulation = looked(cast, moved())
    page = f"/promise/simulations/{simulation.pk}/"
    assert 'hx-trigger="every 1s"' in client.get(page).content.decode()
    done: list[int] = []
    work = parts.work

    def stopped_in_the_second(part: Any) -> None:
        work(part)
        done.append(part[1])
        if len(done) == 2:
            client.post(f"{page}stop/")

    monkeypatch.setattr(parts, "work", stopped_in_the_second)
    the_worker_comes()
    assert found.progress(simulation) == (4, 7)
    shown = client.get(page).content.decode()
    assert "4 of 7 customers are looked at." in shown
    assert "Go on" in shown
    assert found.matrix(simulation).touched.customers == 4
    the_worker_comes()
    assert found.progress(simulation) == (4, 7)
    monkeypatch.setattr(parts, "work", work)
    client.post(f"{page}resumption/")
    the_worker_comes()
    simulation.refresh_from_db()
    assert simulation.finished_at is not None
    assert found.matrix(simulation).touched.customers == 7
    assert SimulatedCustomer.objects.count() == 7


def test_a_kill_leaves_nothing_half_and_what_is_done_is_not_done_again(
    cast: Cast, many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation = looked(cast, moved())
    keep, kept = parts.KEEP_CONDITIONS, []

    class Killed(BaseException):
        """As a kill: nobody handles it."""

    def dies(sql: str, said: Any = ()) -> int:
        if sql == keep:
            kept.append(said)
            if len(kept) == 3:
                raise Killed
        return run(sql, said)

    run = parts.run
    monkeypatch.setattr(parts, "run", dies)
    with pytest.raises(Killed):
        the_worker_comes()
    assert found.progress(simulation) == (4, 7)
    assert SimulatedCustomer.objects.count() == 4
    monkeypatch.setattr(parts, "run", run)
    the_worker_comes()
    assert found.matrix(simulation).touched.customers == 7
    assert sum(row.customers for row in SimulatedCondition.objects.all()) == 7
    the_worker_comes()  # once more, as after a kill at the very end
    assert SimulatedCustomer.objects.count() == 7


def test_two_at_once_are_one_and_a_lost_worker_is_replaced(cast: Cast, many: None) -> None:
    xml = moved()
    one, other = looked(cast, xml), simulations.begin(cast.bob, "Mine", base(), xml)
    assert one == other
    jobs = ProcrastinateJob.objects.filter(task_name="treatment.simulate")
    assert jobs.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    simulations.go_on(one)
    assert jobs.filter(status="todo").count() == 1
    the_worker_comes()
    assert looked(cast, xml) == one  # a second look within minutes is the same one


def test_pages_follow_each_other_and_leave_nobody_out(
    cast: Cast, many: None, client: Client
) -> None:
    simulation = looked(cast, moved())
    the_worker_comes()
    names: list[str] = []
    cursor = ""
    while True:
        page = found.listing(viewer_of(cast.sarah), simulation, cursor=cursor, limit=3)
        names += [line.name for line in page.items]
        cursor = page.next
        if not cursor:
            break
    assert names == [f"Late {number}" for number in (6, 5, 4, 3, 2, 1, 0)]


def test_what_cannot_be_worked_out_says_why(cast: Cast, many: None, client: Client) -> None:
    broken = moved().replace("if revenue 12 months before &gt; 0 then", "if [1, growth][1] then")
    simulation = looked(cast, broken)
    the_worker_comes()
    simulation.refresh_from_db()
    assert simulation.finished_at is not None
    client.force_login(cast.sarah)
    shown = client.get(f"/promise/simulations/{simulation.pk}/").content.decode()
    assert "cannot be worked out" in shown


def test_it_goes_after_some_days(cast: Cast) -> None:
    _, profile = a_customer("Hanbit")
    an_invoice(profile, due="2026-10-10", amount="9000")
    looked(cast, moved())
    simulations.forget_old()
    assert Simulation.objects.count() == 1
    Simulation.objects.update(asked_at=time.now() - simulations.KEPT)
    simulations.forget_old()
    assert (Simulation.objects.count(), SimulatedCustomer.objects.count()) == (0, 0)


def test_a_proposal_shows_the_newest_of_its_version(cast: Cast, client: Client) -> None:
    _, profile = a_customer("Hanbit")
    an_invoice(profile, due="2026-10-10", amount="9000")
    draft = drafts.begin(cast.sarah, "Softer")
    PolicyDraft.objects.filter(pk=draft.pk).update(xml=moved())
    made = propose(cast.sarah, draft.pk, "Softer", "They pay.", TODAY)
    client.force_login(cast.sarah)
    page = f"/promise/proposals/{made.pk}/"
    before = client.get(page).content.decode()
    assert "Nobody has looked yet." in before
    assert "Nobody has tried it on what was really done." in before
    client.post("/promise/simulations/", {"version": made.version.number})
    assert "1 of 1 customers would be treated differently" in client.get(page).content.decode()


def test_it_goes_on_behind_what_waits_for_the_worker(
    cast: Cast, many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concord.treatment.jobs.LOOKING", 0.0)
    simulation = looked(cast, moved())
    jobs = ProcrastinateJob.objects.filter(task_name="treatment.simulate")
    for part, customers in enumerate((2, 4, 6, 7), 1):
        simulate(**jobs.latest("id").args)
        assert found.progress(simulation) == (customers, 7)
        assert jobs.count() == min(part + 1, 4)
    simulation.refresh_from_db()
    assert simulation.finished_at is not None


def test_it_is_stopped_in_the_middle_of_a_part(
    cast: Cast, many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "LOOKING", 0.0)
    simulation = looked(cast, moved())
    answered = Judge.answered

    def stopped(self: Judge, condition: Any) -> Any:
        simulations.stop(cast.sarah, simulation)
        return answered(self, condition)

    monkeypatch.setattr(Judge, "answered", stopped)
    the_worker_comes()
    assert found.progress(simulation) == (0, 7)
    assert SimulatedCondition.objects.count() == 0


def test_many_cases_are_none_to_wait_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulations, "FEW_CASES", 10)
    a_customer("Hanbit")
    assert looked(cast, moved()).finished_at is None
    assert ProcrastinateJob.objects.filter(task_name="treatment.simulate").count() == 1
