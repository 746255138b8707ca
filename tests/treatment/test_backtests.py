"""A back-test that is kept: by months, stopped and gone on with, its page and its CSV."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.facts import builders as facts
from tests.treatment.cast import TODAY, Cast, a_customer, an_invoice
from tests.treatment.test_simulations import base, moved

from concord.kernel.errors import Problem
from concord.treatment.actions import backtests, drafts
from concord.treatment.backtesting.months import Backtester
from concord.treatment.backtesting.sums import cost
from concord.treatment.jobs import backtest as job
from concord.treatment.models import Backtest, BacktestMonth, BacktestSum, PolicyDraft
from concord.treatment.tried_policy import Tried

SINCE, UNTIL = date(2026, 9, 1), date(2026, 10, 31)
NEW = "/promise/backtests/new/"


@pytest.fixture
def orders(cast: Cast) -> None:
    """Owes for 40 to 70 days while they order in each month: held today, watched by the draft. One
    order is paid in time, one late, of one nobody knows; a meeting is no act."""
    _, profile = a_customer("=Late Ltd")
    an_invoice(profile, opened="2026-07-01", due="2026-07-25", amount="9000")
    for day, paid in (
        ("2026-09-05", "2026-09-20"),
        ("2026-09-10", "2026-11-01"),
        ("2026-10-20", None),
    ):
        order = facts.a_record(profile, "order", opened=day, amount="1000", currency="EUR")
        if paid:
            an_invoice(
                profile, opened=day, due="2026-10-01", closed=paid, amount="1000", parent=order
            )
    facts.a_record(profile, "meeting", opened="2026-09-07")


def tried(number: str = "60") -> Tried:
    return Tried("Softer", base(), moved(number))


def the_worker_comes() -> None:
    for each in ProcrastinateJob.objects.filter(task_name="treatment.backtest"):
        job(**each.args)


def test_its_page_its_charts_and_its_csv(cast: Cast, orders: None, client: Client) -> None:
    draft = drafts.begin(cast.bob, "Softer")
    PolicyDraft.objects.filter(pk=draft.pk).update(xml=moved())
    client.force_login(cast.bob)
    form = client.get(NEW, {"draft": draft.pk}).content.decode()
    assert "“Softer” and version 1" in form
    assert 'value="place_order" checked' in form
    said = {"draft": draft.pk, "since": SINCE, "until": UNTIL, "request": ["place_order"]}
    page = client.post(NEW, said)["Location"]
    assert client.post(NEW, said)["Location"] == page  # the other click of two
    assert "0 of 2 months are done." in client.get(page).content.decode()
    the_worker_comes()
    the_worker_comes()  # once more, as after a kill
    shown = client.get(page).content.decode()
    assert "every 1s" not in shown
    assert "of 3 acts" in shown
    told = backtests.counted(Backtest.objects.get())
    before, after = cost(told, "before"), cost(told, "after")
    assert (before.all.acts, before.spared.money, before.lost.money) == (3, 1000, 1000)
    assert (after.all.acts, after.all.money) == (1, 1000)
    assert before.held["nobody_knows"].acts == 1
    rows = list(csv.reader(io.StringIO(client.get(f"{page}list/").content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Month", "Request"]
    assert sorted((row[0], *row[2:]) for row in rows[1:]) == [
        ("2026-09", "Held back", "Go ahead", "paid in time", "", "1", "1000.0000", "0"),
        ("2026-09", "Held back", "Go ahead", "paid late", "", "1", "1000.0000", "0"),
        ("2026-10", "Held back", "Held back", "nobody knows", "", "1", "1000.0000", "0"),
    ]


def test_a_month_that_is_done_is_not_done_again(
    cast: Cast, orders: None, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    made = backtests.begin(cast.sarah, tried(), SINCE, UNTIL)
    month, done = Backtester.month, []

    def stopped_in_the_first(self: Backtester, *span: date) -> Any:
        done.append(span)
        if len(done) == 1:
            backtests.stop(cast.sarah, made)
        return month(self, *span)

    monkeypatch.setattr(Backtester, "month", stopped_in_the_first)
    the_worker_comes()
    the_worker_comes()
    assert len(done) == 1
    client.force_login(cast.sarah)
    shown = client.get(f"/promise/backtests/{made.pk}/").content.decode()
    assert "1 of 2 months are done." in shown
    assert "of 2 acts" in shown
    client.post(f"/promise/backtests/{made.pk}/resumption/")
    the_worker_comes()
    assert [span[0] for span in done] == [SINCE, date(2026, 10, 1)]
    made.refresh_from_db()
    assert made.finished_at is not None
    assert list(made.months.order_by("first").values_list("acts", flat=True)) == [2, 1]


def test_a_kill_keeps_whole_months(
    cast: Cast, orders: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backtests.begin(cast.sarah, tried(), SINCE, UNTIL)

    class Killed(BaseException):
        """As a kill: nobody handles it."""

    save = BacktestMonth.save

    def dies(self: BacktestMonth, **said: Any) -> None:
        if self.first.month == 10:
            raise Killed
        save(self, **said)

    monkeypatch.setattr(BacktestMonth, "save", dies)
    with pytest.raises(Killed):
        the_worker_comes()
    assert set(BacktestSum.objects.values_list("first", flat=True)) == {SINCE}
    monkeypatch.setattr(BacktestMonth, "save", save)
    the_worker_comes()
    made.refresh_from_db()
    assert made.finished_at is not None
    assert sum(each.sum.acts for each in backtests.counted(made)) == 3


def test_a_period_that_is_none_says_so(cast: Cast, client: Client) -> None:
    client.force_login(cast.sarah)
    for since, until in (("2026-10-01", "2026-09-01"), ("2026-10-01", "2027-01-01"), ("", "x")):
        said = {"version": 1, "since": since, "until": until}
        answer = client.post(NEW, said)
        assert answer.status_code == 422
    with pytest.raises(Problem):
        backtests.begin(cast.sarah, tried(), date(2001, 1, 1), TODAY)
    with pytest.raises(Problem):
        backtests.begin(cast.alice, tried(), SINCE, UNTIL)
    assert not Backtest.objects.exists()


def test_it_goes_on_behind_what_waits_for_the_worker(
    cast: Cast, orders: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("concord.treatment.jobs.WHILE", 0.0)
    made = backtests.begin(cast.sarah, tried(), SINCE, UNTIL)
    jobs = ProcrastinateJob.objects.filter(task_name="treatment.backtest")
    job(**jobs.get().args)
    assert made.months.filter(done_at=None).count() == 1
    job(**jobs.latest("id").args)
    made.refresh_from_db()
    assert (made.finished_at is not None, jobs.count()) == (True, 2)
